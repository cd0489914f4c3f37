"""The kind of contract, from a title or a description that names it."""

from functools import lru_cache

from catalogue.models import Contract
from catalogue.reading.phrases import Phrases, told
from catalogue.text import normalise

# A French "stage" is an internship, an English one is not: who writes French or Arabic borrows,
# who writes English does not.
_BORROWS = {"en": ("en",), "fr": ("fr", "en"), "ar": ("ar", "fr", "en")}


@lru_cache(maxsize=8)
def _phrases(part: str, language: str) -> Phrases:
    languages = _BORROWS.get(language, ("fr", "en", "ar"))
    lists = told("contracts").items()
    return Phrases({name: [w for one in languages for w in by[part][one]] for name, by in lists})


def read_contract(title: str, text: str, language: str) -> Contract | None:
    """The contract that the title names, else the description; None when neither does."""
    return _told(title, "title", language) or _told(text, "text", language)


def _told(text: str, part: str, language: str) -> Contract | None:
    said = _phrases(part, language).found(normalise(text)) if text else []
    if part == "text" and len(set(said) - {"part_time"}) > 1:
        return None  # "CDD pouvant évoluer en CDI": which of them is not for us to say
    return next((Contract(name) for name in told("contracts") if name in said), None)
