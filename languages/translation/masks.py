"""Marks that stand for facts while a model translates the words around them.

A model copies numbers more reliably than anything else that it has not learnt, and grammar puts
up with one: the first try writes each fact as a number that the sentence does not hold. Where that
fails the second writes {0}, {1}: texts of software, which models have seen, are full of those.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from languages.translation.facts import Fact, digits

# From a sentence and a count to so many marks, and to a regular expression for each
Style = Callable[[str, int], tuple[list[str], list[str]]]


def _numerals(sentence: str, count: int) -> tuple[list[str], list[str]]:
    marks = list(islice(_unused(sentence), count))
    groups = [f"{mark[0]}[ .,\u00a0\u202f٬]?{mark[1:]}" for mark in marks]
    return marks, [f"(?<![0-9]){group}(?![0-9])" for group in groups]


def _unused(sentence: str) -> Iterator[str]:
    # 7101, 7202, 7303 …: far enough from each other that one is not taken for the other
    held = digits(sentence)
    return (str(n) for step in range(100) for n in range(7101 + step, 9999, 101)
            if str(n) not in held)  # fmt: skip


def _braces(_sentence: str, count: int) -> tuple[list[str], list[str]]:
    marks = [f"{{{n}}}" for n in range(count)]
    return marks, [rf"[{{(\[]\s*{n}\s*[}})\]]" for n in range(count)]


STYLES: tuple[Style, ...] = (_numerals, _braces)


def with_values(sentence: str, facts: Sequence[Fact], values: Sequence[str]) -> str:
    """A sentence with values in the place of its facts."""
    made, end = "", 0
    for fact, value in zip(facts, values, strict=True):
        made += sentence[end : fact.start] + value
        end = fact.end
    return made + sentence[end:]


@dataclass(frozen=True, slots=True)
class Masked:
    """A sentence with marks in the place of its facts, and how to find each mark again."""

    text: str
    patterns: Sequence[str]

    @classmethod
    def of(cls, sentence: str, facts: Sequence[Fact], style: Style) -> "Masked":
        """`sentence` with each of `facts` behind a mark of that style."""
        marks, patterns = style(sentence, len(facts))
        return cls(with_values(sentence, facts, marks), patterns)

    def restore(self, said: str, values: Sequence[str]) -> str | None:
        """`said` with values in the place of marks; None unless each mark stands there once."""
        plain = digits(said)
        places = []
        for pattern, value in zip(self.patterns, values, strict=True):
            found = list(re.finditer(pattern, plain))
            if len(found) != 1:
                return None
            places.append((found[0].start(), found[0].end(), value))
        made, end = "", 0
        for start, stop, value in sorted(places):
            if start < end:
                return None
            made += said[end:start] + value
            end = stop
        return made + said[end:]
