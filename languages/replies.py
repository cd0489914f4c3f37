"""What Tawjih says: replies/*.yml by key, in the person's language, plurals by CLDR."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

from errors import DataError
from languages.profile import Profile, get_profile
from languages.registry import get_languages
from settings import ROOT

FOLDER = ROOT / "replies"
# libyaml's takes a tenth of the time, and stands in every wheel of PyYAML.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Button = dict[str, str]
# Isolates keep a name in Latin letters from turning an Arabic sentence around, and the reverse.
_LEFT_TO_RIGHT_ISOLATE, _FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2066", "\u2068", "\u2069"
_TELEPHONE = re.compile(r"\+?\d[\d .-]{4,}\d")


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a person: its text and the buttons ({"title", "payload"}) under it."""

    text: str
    buttons: list[Button] = field(default_factory=list)


class Replies:
    """All replies of a deployment."""

    def __init__(self, folder: Path, profile: Profile) -> None:
        self._replies = dict(_read(folder, buttons=False))
        self._buttons = dict(_read(folder, buttons=True))
        self._profile = {
            code: {name: _kept_in_order(value) for name, value in profile.words(code).items()}
            for code in get_languages()
        }
        self._default = profile.default_language

    def render(self, key: str, language: str | None, **words: object) -> Reply:
        """The reply `key` in `language` (unknown: the profile's), with `words` put in.

        `count` chooses the plural form. Raises KeyError for a key or word that is missing.
        """
        return Reply(self.text(key, language, **words), self.buttons(key, language))

    def text(self, key: str, language: str | None, **words: object) -> str:
        """The text alone."""
        code = self._known(language)
        pattern = self._replies[key][code]
        if isinstance(pattern, dict):
            category = Locale.parse(code).plural_form(int(str(words["count"])))
            pattern = pattern.get(category) or pattern["other"]
        inserted = {name: _isolated(value) for name, value in words.items()}
        return str(pattern).strip().format_map({**self._profile[code], **inserted})

    def buttons(self, key: str, language: str | None) -> list[Button]:
        """The buttons that the reply names."""
        names = self._replies[key].get("buttons", [])
        return [self.button(name, language) for name in names]

    def button(self, key: str, language: str | None, payload: str | None = None) -> Button:
        """One button of buttons.yml; `payload` in place of its own."""
        row = self._buttons[key]
        return {"title": row[self._known(language)], "payload": payload or row["payload"]}

    def button_for(self, payload: str, language: str | None) -> Button | None:
        """The first button that sends `payload`; None when there is none."""
        keys = (key for key, row in self._buttons.items() if row["payload"] == payload)
        key = next(keys, None)
        return None if key is None else self.button(key, language)

    def _known(self, language: str | None) -> str:
        return language if language is not None and language in self._profile else self._default


def _isolated(value: object) -> object:
    if not isinstance(value, str) or value.startswith(("https://", "http://")):
        return value  # a mark beside a link could become a part of it
    return f"{_FIRST_STRONG_ISOLATE}{value}{_POP_ISOLATE}"


def _kept_in_order(value: str) -> str:
    # Groups of digits change places in Arabic text unless they are told to run left to right.
    return _TELEPHONE.sub(f"{_LEFT_TO_RIGHT_ISOLATE}\\g<0>{_POP_ISOLATE}", value)


def _read(folder: Path, *, buttons: bool) -> Iterator[tuple[str, Mapping[str, Any]]]:
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        if (path.stem == "buttons") is not buttons:
            continue
        for key, reply in _content(path).items():
            if key in seen:
                raise DataError(f"{path.name}: {key} stands in {seen[key]} too")
            seen[key] = path.name
            yield key, reply


def _content(path: Path) -> dict[str, Mapping[str, Any]]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _LOADER) or {}  # noqa: S506 - safe
    except yaml.YAMLError as error:
        raise DataError(f"{path.name}: {error}") from None
    if not isinstance(content, dict):
        raise DataError(f"{path.name}: not a mapping of reply keys")
    return content


@lru_cache(maxsize=1)
def get_replies() -> Replies:
    """The replies in force."""
    return Replies(FOLDER, get_profile())
