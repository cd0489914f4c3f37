"""What can be learnt or taken part in: one wording asked for, those of all languages found."""

from functools import lru_cache
from pathlib import Path

import yaml

from catalogue.text import stem_groups, stem_keys
from settings import ROOT

_FILES = (ROOT / "data/taxonomy/topics.yml", ROOT / "data/lexicon/event_types.yml")
_MOST_WORDS = 6
Words = tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1)
def _lists() -> dict[str, tuple[str, ...]]:
    """The wordings of a topic by the key of each of them."""
    found: dict[str, tuple[str, ...]] = {}
    for path in _FILES:
        for wordings in _read(path).values():
            for wording in wordings:
                for key in stem_keys(wording):
                    found.setdefault(key, wordings)
    return found


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: tuple(map(str, wordings)) for name, wordings in told.items()}


@lru_cache(maxsize=4096)
def others(words: str) -> tuple[Words, ...]:
    """Other wordings of the topic that `words` name, as roots; none when they name no topic.

    "formation excel avancé" names one: what stands around the longest known run is left out.
    """
    wordings = _wordings(words)
    own = tuple(stem_groups(words))
    found = (tuple(stem_groups(wording)) for wording in wordings)
    return tuple(dict.fromkeys(groups for groups in found if groups != own))


def _wordings(words: str) -> tuple[str, ...]:
    tokens = words.split()
    for size in range(min(_MOST_WORDS, len(tokens)), 0, -1):
        for at in range(len(tokens) - size + 1):
            for key in stem_keys(" ".join(tokens[at : at + size])):
                if key in _lists():
                    return _lists()[key]
    return ()
