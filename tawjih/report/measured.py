"""Examples and what was understood of them, from unseen files or from cross-validation."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from tawjih.evaluation import OUT_OF_SCOPE, Entity, Example

VARIETIES = ("en", "fr", "msa", "darija", "arabizi", "mixed")
_REFUSED = (OUT_OF_SCOPE, "nlu_fallback")
_WORD = re.compile(r"[^\W_]+")
_Z = 1.96  # of a normal distribution: 95 % lie within


@dataclass(frozen=True, slots=True)
class Measured:
    """An example with what was understood.

    Args:
        example: the message and what it means.
        found: as `python -m dialogue parse` tells it.
        voice: the folder of the example's author; empty for an unseen file.
    """

    example: Example
    found: dict[str, Any]
    voice: str = ""

    @property
    def guess(self) -> str:
        """The likeliest intent, whatever the confidence; out_of_scope where nothing is ranked."""
        ranking = self.found.get("ranking") or [{"name": self.found["intent"]}]
        name = str(ranking[0]["name"])
        return OUT_OF_SCOPE if name in _REFUSED else name

    @property
    def predicted(self) -> str:
        """What the assistant acts on; a fallback counts as out of scope."""
        name = str(self.found["intent"])
        return OUT_OF_SCOPE if name in _REFUSED else name

    @property
    def confidence(self) -> float:
        """Of the likeliest intent, from 0 to 1."""
        return float(self.found.get("confidence", 0.0))

    @property
    def is_right(self) -> bool:
        """Whether the assistant acts on what was meant."""
        return self.predicted == self.example.intent

    @property
    def words(self) -> int:
        """Words of the message, numbers left out."""
        return len([word for word in _WORD.findall(self.example.text) if not word.isdigit()])


def of_examples(examples: Iterable[Example], parsed: Iterable[dict[str, Any]]) -> list[Measured]:
    """Pair the lines of an evaluation file with what was understood, in order."""
    return [Measured(e, found) for e, found in zip(examples, parsed, strict=True)]


def of_crossvalidation(lines: Iterable[str]) -> Iterator[Measured]:
    """Read what `python -m dialogue crossvalidate` prints, a JSON object a line."""
    for line in lines:
        row = json.loads(line)
        entities = [Entity(entity=e["entity"], value=e["value"]) for e in row["entities"]]
        told = {name: row[name] for name in ("text", "intent", "variety", "language")}
        yield Measured(Example(**told, entities=entities), row["found"], row["voice"])


def by(
    measured: Iterable[Measured], key: Callable[[Measured], str], order: Sequence[str] = VARIETIES
) -> dict[str, list[Measured]]:
    """Groups by a property, in the order of the varieties; others after them by name."""
    groups: defaultdict[str, list[Measured]] = defaultdict(list)
    for one in measured:
        groups[key(one)].append(one)
    rank = {name: number for number, name in enumerate(order)}
    return {
        n: groups[n] for n in sorted(groups, key=lambda name: (rank.get(name, len(rank)), name))
    }


def variety(one: Measured) -> str:
    """Of the example."""
    return one.example.variety


def share(hits: Iterable[bool]) -> float:
    """Of those that are true; nan for none at all."""
    values = list(hits)
    return sum(values) / len(values) if values else float("nan")


def within(hits: int, of: int) -> tuple[float, float]:
    """The interval that a share lies in with 95 % certainty (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    middle = (hits + _Z**2 / 2) / (of + _Z**2)
    spread = _Z / (of + _Z**2) * sqrt(hits * (of - hits) / of + _Z**2 / 4)
    return max(0.0, middle - spread), min(1.0, middle + spread)
