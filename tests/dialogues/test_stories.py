"""The same conversations in three languages, through Rasa, actions, edge and database.

A story is a list of steps. `say` is one text, or one a language; {first} in it is the id of a card
shown before. `replies` are the keys of what is said, in order (a list: one of them); `cards`
whether there are any; `each` and `first` what all cards, or the first, hold; `in` the language
answered in, where it is not the story's (`any` where no language can be told). A story that only
one language's speakers write names it in `languages`.
"""

from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from tests.dialogues.replies import exists, is_reply, plain
from tests.stack import Stack

pytestmark = pytest.mark.stack
LANGUAGES = ("fr", "en", "ar")
STORIES = [
    (path.stem, story)
    for path in sorted((Path(__file__).parent / "stories").glob("*.yml"))
    for story in yaml.safe_load(path.read_text(encoding="utf-8"))
]
TOLD = [
    pytest.param(story, language, id=f"{name}: {story['story']}-{language}")
    for name, story in STORIES
    for language in story.get("languages", LANGUAGES)
]
STEP = {"say", "replies", "cards", "each", "first", "in"}


def test_there_are_many_and_each_tells_what_it_expects():
    assert len(STORIES) >= 60
    assert len({(name, story["story"]) for name, story in STORIES}) == len(STORIES)
    for name, story in STORIES:
        for step in story["steps"]:
            assert set(step) <= STEP, (name, story["story"], step)
            assert set(step) - {"say", "in"}, (name, story["story"], step)
            for keys in step.get("replies", []):
                for key in keys if isinstance(keys, list) else [keys]:
                    assert exists(key), (name, story["story"], key)


@pytest.mark.parametrize(("story", "language"), TOLD)
def test_story(stack: Stack, story: dict, language: str):
    sender = uuid4().hex
    cards: list[dict] = []
    for number, step in enumerate(story["steps"]):
        said = _in(step["say"], language)
        answer = stack.say(sender, said.format_map(_Items(cards)), language=language)
        replies = [r for r in answer if not _is(r["text"], "introduction", LANGUAGES)]
        cards = [c for r in replies for c in (r.get("custom") or {}).get("cards", [])] or cards
        where = f"step {number + 1}, {said!r}: {[plain(r['text']) for r in replies]}"
        _check(step, replies, language, where)


class _Items(dict):
    """{first}, {second} in a story: the id of a card shown before."""

    def __init__(self, cards: list[dict]) -> None:
        super().__init__(
            {
                name: card["id"]
                for name, card in zip(("first", "second", "third"), cards, strict=False)
            }
        )

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


def _in(words: str | dict[str, str], language: str) -> str:
    return words if isinstance(words, str) else words[language]


def _is(text: str, key: str, languages: tuple[str, ...]) -> bool:
    return any(is_reply(text, key, language) for language in languages)


def _check(step: dict, replies: list[dict], language: str, where: str) -> None:
    texts = [reply["text"] for reply in replies]
    expected = step.get("replies", [])
    answered_in = step.get("in", language)
    languages = LANGUAGES if answered_in == "any" else (answered_in,)
    assert texts, where
    assert not expected or len(texts) == len(expected), where
    for text, keys in zip(texts, expected, strict=False):
        named = keys if isinstance(keys, list) else [keys]
        assert any(_is(text, key, languages) for key in named), f"{keys} in {where}"
    _check_cards(step, replies, language, where)


def _check_cards(step: dict, replies: list[dict], language: str, where: str) -> None:
    shown = [c for r in replies for c in (r.get("custom") or {}).get("cards", [])]
    if "cards" in step:
        assert bool(shown) is step["cards"], where
    for field, value in step.get("each", {}).items():
        assert shown, where
        assert all(card.get(field) == value for card in shown), (shown, where)
    for field, value in step.get("first", {}).items():
        wanted = _in(value, language).casefold()
        assert shown, where
        assert wanted in plain(str(shown[0].get(field))).casefold(), (shown[0], where)
