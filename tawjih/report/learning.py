"""How much more data would help: accuracy against the share of the examples learnt from."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import mean, stdev

from tawjih.report.measured import Measured, by, share, variety

SHARES = (0.125, 0.25, 0.5, 1.0)
Curve = dict[int, tuple[float, float]]  # examples learnt from: mean and deviation over the seeds


def curves(
    measure: Callable[[float, int], Iterable[Measured]],
    examples: dict[str, int],
    *,
    seeds: int,
    shares: Sequence[float] = SHARES,
) -> dict[str, Curve]:
    """By variety, and `all`.

    Args:
        measure: cross-validates with a share of the examples, drawn with a seed.
        examples: how many each variety has to learn from when nothing is left out.
        seeds: draws a share; one where nothing is left out, as all are the same.
        shares: of the examples, from 0 to 1.
    """
    points: defaultdict[tuple[str, float], list[float]] = defaultdict(list)
    for part in shares:
        for seed in range(seeds if part < 1 else 1):
            measured = list(measure(part, seed))
            for name, group in {"all": measured, **by(measured, variety)}.items():
                points[name, part].append(share(one.is_right for one in group))
    totals = {**examples, "all": sum(examples.values())}
    found: defaultdict[str, Curve] = defaultdict(dict)
    for (name, part), values in points.items():
        spread = stdev(values) if len(values) > 1 else 0.0
        found[name][round(totals.get(name, 0) * part)] = (mean(values), spread)
    return dict(found)


def by_voices(measured: Mapping[int, Sequence[Measured]]) -> dict[str, Curve]:
    """{variety: curve} over the number of authors that each variety was learnt from at most."""
    found: defaultdict[str, Curve] = defaultdict(dict)
    for voices, rows in sorted(measured.items()):
        for name, group in {"all": list(rows), **by(rows, variety)}.items():
            found[name][voices] = (share(one.is_right for one in group), 0.0)
    return dict(found)


def of_doubling(curve: Curve) -> float:
    """What the last doubling of the data brought, as a share; below 0.005 more of it is in vain."""
    last, before = sorted(curve, reverse=True)[:2]
    return curve[last][0] - curve[before][0]
