"""Entities by kind and by variety."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tawjih.evaluation import same_form
from tawjih.report.measured import Measured, by, variety


@dataclass(frozen=True, slots=True)
class Score:
    """Spans that were marked, that were found, and that are both; a span must match exactly."""

    marked: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        """Of what was found, how much is right."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Of what is marked, how much was found."""
        return self.right / self.marked if self.marked else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        both = self.marked + self.found
        return 2 * self.right / both if both else float("nan")


def scores(measured: Iterable[Measured]) -> dict[str, Score]:
    """By kind of entity, and `all`; messages that say nothing about entities count for none."""
    marked, found, right = Counter[str](), Counter[str](), Counter[str]()
    for one in measured:
        if one.example.entities is None:
            continue
        wanted = Counter((e.entity, same_form(e.value)) for e in one.example.entities)
        got = Counter((e["entity"], same_form(e["value"])) for e in one.found["entities"])
        for counter, spans in ((marked, wanted), (found, got), (right, wanted & got)):
            for (kind, _), count in spans.items():
                counter[kind] += count
                counter["all"] += count
    return {kind: Score(marked[kind], found[kind], right[kind]) for kind in _kinds(marked, found)}


def _kinds(*counters: Counter[str]) -> list[str]:
    return sorted({kind for counter in counters for kind in counter}, key=lambda k: (k != "all", k))


def by_variety(measured: Sequence[Measured]) -> dict[str, dict[str, Score]]:
    """{variety: {kind: score}}."""
    return {name: scores(group) for name, group in by(measured, variety).items()}


@dataclass(frozen=True, slots=True)
class Slip:
    """What was found wrongly or missed, how often, with a message."""

    kind: str
    value: str
    missed: bool
    count: int
    text: str


def commonest_slips(measured: Sequence[Measured], most: int = 20) -> list[Slip]:
    """Spans that were missed or invented, the commonest first."""
    texts: defaultdict[tuple[str, str, bool], list[str]] = defaultdict(list)
    for one in (m for m in measured if m.example.entities is not None):
        wanted = {(e.entity, same_form(e.value)) for e in one.example.entities or ()}
        got = {(e["entity"], same_form(e["value"])) for e in one.found["entities"]}
        for span in wanted ^ got:
            texts[*span, span in wanted].append(one.example.text)
    worst = sorted(texts.items(), key=lambda item: (-len(item[1]), item[0]))[:most]
    return [Slip(*span, len(told), told[0]) for span, told in worst]
