"""Whether a confidence means what it says, and what a threshold costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from tawjih.evaluation import OUT_OF_SCOPE
from tawjih.report.measured import Measured, share

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Messages of about one confidence: how many, what was promised, what was kept (0 to 1)."""

    count: int
    confidence: float
    accuracy: float


def curve(measured: Sequence[Measured], bins: int = BINS) -> list[Bin]:
    """The reliability curve: the likeliest intent's confidence against how often it is right."""
    groups: list[list[Measured]] = [[] for _ in range(bins)]
    for one in measured:
        groups[min(int(one.confidence * bins), bins - 1)].append(one)
    return [_bin(group) for group in groups if group]


def _bin(group: list[Measured]) -> Bin:
    promised = sum(one.confidence for one in group) / len(group)
    return Bin(len(group), promised, share(one.guess == one.example.intent for one in group))


def expected_error(measured: Sequence[Measured]) -> float:
    """Expected calibration error (Naeini 2015), over ten bins of equal width."""
    found = curve(measured)
    gaps = (one.count * abs(one.confidence - one.accuracy) for one in found)
    return sum(gaps) / len(measured) if measured else float("nan")


@dataclass(frozen=True, slots=True)
class Choice:
    """What happens with a threshold: shares of the messages that have an intent, and the others.

    Args:
        threshold: confidence below which the assistant asks instead.
        acted_right: acted on, and rightly.
        acted_wrong: acted on what was not meant.
        asked: asked instead, with buttons.
        offered: of those asked, how often the right intent was among the first three.
        refused: of what is out of scope, how much was declined or asked about.
        refusal_precision: of what was declined or asked about, how much was out of scope.
    """

    threshold: float
    acted_right: float
    acted_wrong: float
    asked: float
    offered: float
    refused: float
    refusal_precision: float


def choices(
    measured: Sequence[Measured], thresholds: Sequence[float], ambiguity: float
) -> list[Choice]:
    """What each threshold would do; `ambiguity` is the least lead over the second intent."""
    return [_choice(measured, threshold, ambiguity) for threshold in thresholds]


def _choice(measured: Sequence[Measured], threshold: float, ambiguity: float) -> Choice:
    asks = [_asks(one, threshold, ambiguity) for one in measured]
    meant = [
        (m, a) for m, a in zip(measured, asks, strict=True) if m.example.intent != OUT_OF_SCOPE
    ]
    other = [
        (m, a) for m, a in zip(measured, asks, strict=True) if m.example.intent == OUT_OF_SCOPE
    ]
    declined = sum(a or m.guess == OUT_OF_SCOPE for m, a in [*meant, *other])
    rightly = sum(a or m.guess == OUT_OF_SCOPE for m, a in other)
    right = [m.guess == m.example.intent for m, _ in meant]
    return Choice(
        threshold=threshold,
        acted_right=share(r and not a for r, (_, a) in zip(right, meant, strict=True)),
        acted_wrong=share(not r and not a for r, (_, a) in zip(right, meant, strict=True)),
        asked=share(a for _, a in meant),
        offered=share(_among(m, 3) for m, a in meant if a),
        refused=rightly / len(other) if other else float("nan"),
        refusal_precision=rightly / declined if declined else float("nan"),
    )


def _asks(one: Measured, threshold: float, ambiguity: float) -> bool:
    ranked = [row["confidence"] for row in one.found["ranking"][:2]]
    lead = ranked[0] - ranked[1] if len(ranked) > 1 else 1.0
    return ranked[0] < threshold or lead < ambiguity


def _among(one: Measured, first: int) -> bool:
    return one.example.intent in [row["name"] for row in one.found["ranking"][:first]]
