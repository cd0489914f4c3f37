"""Whether the examples are many messages, or one message many times."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from statistics import mean, median

import numpy as np
from rapidfuzz import fuzz, process

from catalogue.text import normalise
from tawjih.nlu_data import Example

_SAMPLE = 2000  # words: distinct-n falls with the amount, so equal amounts are compared
_DRAWS = 5
_ALIKE = 0.85
_LEAST_LENGTH = 3  # words: two bare cities are no template


@dataclass(frozen=True, slots=True)
class Diversity:
    """Of the examples of one variety.

    Args:
        examples: how many.
        voices: how many authors.
        distinct_1: different words among 2,000 of them (Li 2016), 0 to 1.
        distinct_2: likewise pairs of words.
        nearest: median likeness of an example to the nearest of its intent, 0 to 1.
        alike: share of the examples with a neighbour of 0.85 or more, three words at least.
        overlap: share of an example's word pairs that another of its intent has too.
    """

    examples: int
    voices: int
    distinct_1: float
    distinct_2: float
    nearest: float
    alike: float
    overlap: float


def of(examples: Sequence[Example]) -> dict[str, Diversity]:
    """By variety."""
    groups: defaultdict[str, list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.variety].append(example)
    return {name: _diversity(group) for name, group in groups.items()}


def _diversity(examples: list[Example]) -> Diversity:
    words = [normalise(example.text).split() for example in examples]
    likeness = list(nearest(examples))
    long = [like for like, text in zip(likeness, words, strict=True) if len(text) >= _LEAST_LENGTH]
    return Diversity(
        examples=len(examples),
        voices=len({example.path.parent for example in examples}),
        distinct_1=distinct(words, 1),
        distinct_2=distinct(words, 2),
        nearest=median(likeness),
        alike=mean(like >= _ALIKE for like in long) if long else 0.0,
        overlap=_overlap(examples),
    )


def distinct(texts: Iterable[list[str]], n: int) -> float:
    """Share of different n-grams among the first 2,000 words of a shuffled sample, five times."""
    pool = list(texts)
    return mean(_distinct(Random(draw).sample(pool, len(pool)), n) for draw in range(_DRAWS))  # noqa: S311


def _distinct(texts: list[list[str]], n: int) -> float:
    grams: list[tuple[str, ...]] = []
    words = 0
    for text in texts:
        words += len(text)
        grams += zip(*(text[shift:] for shift in range(n)), strict=False)
        if words >= _SAMPLE:
            break
    return len(set(grams)) / len(grams) if grams else 0.0


def nearest(examples: Sequence[Example]) -> Iterator[float]:
    """Likeness (1: the same letters) of each example to the nearest of its intent, in order."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for number, example in enumerate(examples):
        groups[example.intent].append(number)
    found = np.zeros(len(examples))
    for members in groups.values():
        texts = [normalise(examples[i].text) for i in members]
        likeness = process.cdist(texts, texts, scorer=fuzz.ratio, dtype=np.uint8)
        np.fill_diagonal(likeness, 0)
        found[members] = likeness.max(axis=1) / 100
    yield from found.tolist()


def _overlap(examples: Sequence[Example]) -> float:
    groups: defaultdict[str, list[set[tuple[str, str]]]] = defaultdict(list)
    for example in examples:
        groups[example.intent].append(set(pairwise(normalise(example.text).split())))
    shares = []
    for texts in groups.values():
        counts = Counter(pair for text in texts for pair in text)
        shares += [mean(counts[pair] > 1 for pair in text) for text in texts if text]
    return mean(shares) if shares else 0.0


def counts(examples: Iterable[Example]) -> dict[str, dict[str, int]]:
    """{intent: {variety: examples}}."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        found[example.intent][example.variety] += 1
    return {intent: dict(found[intent]) for intent in sorted(found)}
