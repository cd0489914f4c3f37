"""The console's words stand in three languages, with the same gaps, and every page finds its own."""

import re
import string

import pytest
import yaml
from babel import Locale

from bot.desk.permissions import Role
from bot.desk.shell.navigation import NAVIGATION
from bot.desk.shell.words import FOLDER
from languages.registry import get_languages
from settings import ROOT

WORDS = {
    key: texts
    for path in sorted(FOLDER.glob("*.yml"))
    for key, texts in yaml.safe_load(path.read_text(encoding="utf-8")).items()
}
DESK = ROOT / "bot/desk"
SOURCES = [*DESK.rglob("*.html"), *(p for p in DESK.rglob("*.py") if p.parent.name != "shell")]
# t("key"), flash("key", …): what is put together from parts is looked at below.
USED = re.compile(r"""(?<![\w.])(?:\w+\.)?(?:t|flash)\(\s*["']([a-z]\w*)["']\s*[,)]""")
ERRORS = ("400", "403", "404", "413", "429", "500", "503", "form")
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def patterns(text):
    return list(text.values()) if isinstance(text, dict) else [text]


def gaps(text):
    return {
        name
        for pattern in patterns(text)
        for _, name, _, _ in string.Formatter().parse(pattern)
        if name
    }


@pytest.mark.parametrize("key", WORDS)
def test_every_language_has_its_words_with_the_same_gaps(key):
    texts = WORDS[key]
    assert set(texts) == set(get_languages())
    named = [gaps(text) - {"count"} for text in texts.values()]
    assert all(one == named[0] for one in named)
    for language, text in texts.items():
        for pattern in patterns(text):
            assert pattern == pattern.strip()
            assert pattern
            assert not INVISIBLE.search(pattern)
        if isinstance(text, dict):
            assert set(text) == Locale(language).plural_form.tags | {"other"}


@pytest.mark.parametrize("key", WORDS)
def test_arabic_is_written_in_arabic_and_french_with_its_own_spaces(key):
    for pattern in patterns(WORDS[key]["ar"]):
        assert re.search("[\u0600-\u06ff]", pattern)
    for pattern in patterns(WORDS[key]["fr"]):
        assert not re.search(r"\w[;!?]|\w:(?!//)(?=\s|$)", pattern), pattern


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(DESK)))
def test_what_a_page_says_is_there(path):
    text = path.read_text(encoding="utf-8")
    assert [key for key in USED.findall(text) if key not in WORDS] == []
    if path.suffix == ".html":
        # Words of a page stand in the files of words alone.
        text = re.sub(r"\{% block (frame|body) %\}.*?\{% endblock %\}", " ", text)
        bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>", " ", text, flags=re.DOTALL)
        assert re.findall(r"[^\W\d_]{3,}", bare.replace("&nbsp;", " ")) == []
        assert not re.search(r"\sstyle=|\son\w+=|<script(?![^>]* src=)|<style", text)


def test_what_is_put_together_from_parts_is_there():
    keys = {f"role_{role}" for role in Role} | {f"role_{role}_may" for role in Role}
    keys |= {f"error_{one}" for one in ERRORS} | {f"error_{one}_title" for one in ERRORS}
    keys |= {item.word for item in NAVIGATION}
    assert keys - set(WORDS) == set()


def recorded():
    text = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "bot").rglob("*.py"))
    acts = re.findall(
        r"(?:\.record\(|trail\.record\(|_failed,)[^)]*?[\"']([a-z]+(?:[._][a-z_]+)*)[\"']", text
    )
    return {one for one in acts if "." in one} | {"sign_in", "sign_out", "denied"}


def test_every_act_of_the_audit_trail_has_words():
    assert {f"audit_{one.replace('.', '_')}" for one in recorded()} - set(WORDS) == set()
