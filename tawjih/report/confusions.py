"""What is taken for what."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tawjih.report.measured import Measured

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Confusion:
    """An intent that is taken for another: how often, of how many, and some of the messages."""

    expected: str
    predicted: str
    count: int
    of: int
    texts: tuple[str, ...]


def worst(measured: Sequence[Measured], most: int = 20) -> list[Confusion]:
    """The commonest confusions, with the messages that were misunderstood most confidently."""
    groups: defaultdict[tuple[str, str], list[Measured]] = defaultdict(list)
    for one in measured:
        if not one.is_right:
            groups[one.example.intent, one.predicted].append(one)
    totals = Counter(one.example.intent for one in measured)
    commonest = sorted(groups, key=lambda pair: (-len(groups[pair]), pair))[:most]
    return [_confusion(pair, groups[pair], totals[pair[0]]) for pair in commonest]


def _confusion(pair: tuple[str, str], group: list[Measured], of: int) -> Confusion:
    surest = sorted(group, key=lambda one: -one.confidence)[:_EXAMPLES]
    return Confusion(*pair, len(group), of, tuple(one.example.text for one in surest))


def matrix(measured: Sequence[Measured]) -> tuple[list[str], list[list[int]]]:
    """Names and counts, expected down and predicted across.

    The FAQ keys come after the other intents, each group by name, so that the squares of a topic
    lie together.
    """
    pairs = Counter((one.example.intent, one.predicted) for one in measured)
    named = {name for pair in pairs for name in pair}
    names = sorted(named, key=lambda name: ("/" in name, name))
    return names, [[pairs[row, column] for column in names] for row in names]


@dataclass(frozen=True, slots=True)
class IntentScore:
    """How well one intent is told from the others; shares from 0 to 1."""

    intent: str
    examples: int
    precision: float
    recall: float
    f1: float


def by_intent(measured: Sequence[Measured]) -> list[IntentScore]:
    """Every intent that was expected, the worst first."""
    actual = Counter(one.example.intent for one in measured)
    predicted = Counter(one.predicted for one in measured)
    true = Counter(one.predicted for one in measured if one.is_right)
    found = []
    for name, count in actual.items():
        precision = true[name] / predicted[name] if predicted[name] else 0.0
        recall = true[name] / count
        f1 = 2 * true[name] / (predicted[name] + count)
        found.append(IntentScore(name, count, precision, recall, f1))
    return sorted(found, key=lambda score: (score.f1, score.intent))
