"""Phrases of three languages, found in a text word by word; what is denied does not count."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import yaml

from catalogue.text import normalise
from settings import ROOT

_FOLDER = ROOT / "data" / "reading"
_DENIED = re.compile(
    r"(?:\b(?:not|no|pas|non|aucun|aucune|ni|without|sans|لا|ليس|ليست|غير|بدون|دون|ما)"
    r"(?: (?:de|d|a|an|in|the|en|(?:يمكن|يوجد)(?: العمل)?))?)$"
)
_REFUSED = re.compile(r"^(?:(?:s )?abst(?:enir|ient)|ne pas|not accepted|non accepte|غير مقبول)")
_SPACE = 24  # characters before a phrase in which a denial would stand


class Phrases:
    """Names by their phrases, as a file of data/reading tells them."""

    def __init__(self, named: Mapping[str, Iterable[str]]) -> None:
        self._names: dict[str, str] = {}
        for name, phrases in named.items():
            for phrase in phrases:
                self._names.setdefault(normalise(phrase), name)
        by_length = sorted(map(re.escape, self._names), key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\w)[وفبل]?(?P<phrase>{'|'.join(by_length)})(?!\w)")

    def found(self, words: str) -> list[str]:
        """Names that normalised `words` hold, each once, in the order of the words."""
        held = (self._held(words, one) for one in self._pattern.finditer(words))
        return list(dict.fromkeys(name for name in held if name))

    def _held(self, words: str, match: re.Match[str]) -> str | None:
        before = words[max(0, match.start() - _SPACE) : match.start()].rstrip()
        after = words[match.end() : match.end() + _SPACE].lstrip()
        denied = _DENIED.search(before) or _REFUSED.search(after)
        return None if denied else self._names[match["phrase"]]


@lru_cache(maxsize=8)
def told(name: str) -> dict[str, Any]:
    """The file data/reading/NAME.yml."""
    loaded: dict[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    return loaded
