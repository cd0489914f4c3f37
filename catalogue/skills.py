"""Skills that offers ask for: names in three languages, in data/reading/skills.yml."""

from functools import lru_cache
from itertools import chain

from catalogue.reading.phrases import Phrases, told
from catalogue.text import normalise


@lru_cache(maxsize=1)
def _names() -> dict[str, dict[str, list[str]]]:
    return told("skills")


@lru_cache(maxsize=1)
def _phrases() -> Phrases:
    return Phrases({key: list(chain.from_iterable(by.values())) for key, by in _names().items()})


def asked(text: str) -> set[str]:
    """Keys of the skills that a text names."""
    return set(_phrases().found(normalise(text)))


def name(key: str, language: str) -> str:
    """The name of a skill: the first one of its list in `language`, else in English."""
    by_language = _names()[key]
    return (by_language.get(language) or by_language["en"])[0]
