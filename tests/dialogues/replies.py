"""Recognises a reply by its key, whatever words were put in."""

import re
from functools import lru_cache

import yaml

from languages.replies import FOLDER

_MARKS = re.compile("[\u200e\u200f\u2066-\u2069]")
_PLACEHOLDER = re.compile(r"\\\{[a-z_]+\\\}")


def plain(text: str) -> str:
    """The text without the invisible marks that keep directions apart."""
    return _MARKS.sub("", text)


def is_reply(text: str, key: str, language: str) -> bool:
    """Whether `text` is, or begins with, the reply `key` in `language`."""
    return any(expression.match(plain(text)) for expression in _expressions(key, language))


def exists(key: str) -> bool:
    """Whether there is such a reply: one that is gone would never be found."""
    return key in _replies()


@lru_cache
def _expressions(key: str, language: str) -> list[re.Pattern[str]]:
    written = _replies()[key][language]
    forms = written.values() if isinstance(written, dict) else [written]
    return [
        re.compile(_PLACEHOLDER.sub(".+?", re.escape(plain(form).strip())), re.DOTALL)
        for form in forms
    ]


@lru_cache
def _replies() -> dict:
    files = [path for path in FOLDER.glob("*.yml") if path.stem != "buttons"]
    return {k: v for path in files for k, v in yaml.safe_load(path.read_text("utf-8")).items()}
