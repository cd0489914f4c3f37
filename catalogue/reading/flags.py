"""What a listing says of itself that matters to whom it suits: as facets, and as reasons."""

from functools import lru_cache
from itertools import chain

from catalogue.reading.phrases import Phrases, told
from catalogue.text import normalise

FLAGS = (
    *("no_experience", "youth", "women_returning", "green"),
    *("disability", "remote", "training"),
)


@lru_cache(maxsize=1)
def _phrases() -> Phrases:
    lists = {flag: by.values() for flag, by in told("flags").items()}
    return Phrases({flag: list(chain.from_iterable(words)) for flag, words in lists.items()})


def read_flags(*texts: str) -> list[str]:
    """The flags that `texts` say, in the order of FLAGS."""
    said = {flag for text in texts for flag in _phrases().found(normalise(text))}
    return [flag for flag in FLAGS if flag in said]
