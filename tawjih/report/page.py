"""The figures as one page that needs nothing else, and as a short table for the docs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path
from statistics import median
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tawjih.evaluation import report
from tawjih.report import calibration, confusions, diversity, entities, pictures, tongues
from tawjih.report.learning import Curve, of_doubling
from tawjih.report.measured import VARIETIES, Measured, by, variety, within

BEGIN, END = "<!-- figures: written by `tawjih report` -->", "<!-- end of figures -->"
THRESHOLDS = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
_LAG = 0.5  # of the median of the varieties: fewer is a gap


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was measured, and how.

    Args:
        unseen: messages of files that nothing was learnt from.
        across: cross-validation, authors apart.
        examples: the training data: its diversity and its counts.
        ambiguity: the least lead over the second intent that the model asks for.
        threshold: the least confidence that it asks for.
        when: the day, as ISO 8601.
        how: seconds spent, machine and versions, in a sentence.
        curves: the learning curve, if it was asked for.
        by_voices: accuracy by the number of authors learnt from, if it was asked for.
    """

    unseen: Sequence[Measured]
    across: Sequence[Measured]
    diversity: Mapping[str, diversity.Diversity]
    counts: Mapping[str, Mapping[str, int]]
    ambiguity: float
    threshold: float
    when: str
    how: str
    curves: Mapping[str, Curve] = field(default_factory=dict)
    by_voices: Mapping[str, Curve] = field(default_factory=dict)


def write_page(inputs: Inputs, path: Path) -> None:
    """Write the page."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    environment.globals["nan"] = float("nan")
    path.parent.mkdir(parents=True, exist_ok=True)
    page = environment.get_template("page.html.j2").render(**_told(inputs))
    path.write_text(page, encoding="utf-8")


def _told(inputs: Inputs) -> dict[str, Any]:
    groups = (
        ("Unseen messages", inputs.unseen),
        ("Cross-validation, authors apart", inputs.across),
    )
    return {
        "inputs": inputs,
        "sections": [_section(name, measured) for name, measured in groups if measured],
        "choices": calibration.choices(inputs.across, THRESHOLDS, inputs.ambiguity),
        "varieties": VARIETIES,
        "gaps": gaps(inputs.counts),
        "learning": pictures.learning(inputs.curves) if inputs.curves else "",
        "voices": pictures.learning(inputs.by_voices) if inputs.by_voices else "",
        "doublings": {name: of_doubling(curve) for name, curve in inputs.curves.items()},
    }


def _section(name: str, measured: Sequence[Measured]) -> dict[str, Any]:
    groups = {"all": list(measured), **by(measured, variety)}
    rows = {group: _row(members) for group, members in groups.items()}
    curves = {group: calibration.curve(members) for group, members in groups.items()}
    tagged = any(m.example.entities is not None and m.found["entities"] for m in measured)
    return {
        "name": name,
        "rows": rows,
        "matrix": pictures.confusion(*confusions.matrix(measured)),
        "worst": confusions.worst(measured),
        "intents": confusions.by_intent(measured)[:25],
        "reliability": pictures.reliability(dict(list(curves.items())[:6])),
        "languages": tongues.table(measured),
        "language_confusion": tongues.confusion(measured),
        "entities": entities.by_variety(measured) if tagged else {},
        "entities_all": entities.scores(measured) if tagged else {},
        "slips": entities.commonest_slips(measured) if tagged else [],
    }


def _row(measured: Sequence[Measured]) -> dict[str, Any]:
    figures = report([m.example for m in measured], [m.found for m in measured])
    right = sum(one.is_right for one in measured)
    return {
        **figures,
        "between": within(right, len(measured)),
        "calibration": calibration.expected_error(measured),
    }


def gaps(counts: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, bool]]:
    """{intent: {variety: whether it has less than half of the median}}; mixed may be few."""
    found = {}
    for intent, row in counts.items():
        middle = median(row.get(name, 0) for name in VARIETIES[:-1])
        found[intent] = {name: row.get(name, 0) < _LAG * middle for name in VARIETIES[:-1]}
    return found


def percent(value: float, digits: int = 1) -> str:
    """A share as per cent; a dash for what was not measured."""
    return "–" if isnan(value) else f"{100 * value:.{digits}f}"


def write_table(inputs: Inputs, path: Path) -> None:
    """Put a short table between the two marks of a page of the docs.

    Raises:
        ValueError: the page has no such marks.
    """
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{path.name}: the marks {BEGIN!r} and {END!r} are not there")
    lines = [begin, "", *_table(inputs), "", end]
    path.write_text(before + "\n".join(lines) + after, encoding="utf-8")


def _table(inputs: Inputs) -> Iterable[str]:
    yield f"Measured on {inputs.when}: {inputs.how}."
    yield ""
    yield (
        "| | unseen messages | intent | language | entity F1 "
        "| cross-validation | intent | language | calibration error |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    unseen, across = (by(group, variety) for group in (inputs.unseen, inputs.across))
    for name in VARIETIES:
        yield _line(name, unseen.get(name, []), across.get(name, []))
    yield _line("**all**", inputs.unseen, inputs.across)


def _line(name: str, unseen: Sequence[Measured], across: Sequence[Measured]) -> str:
    cells = [name]
    if unseen:
        row = _row(unseen)
        cells += [str(len(unseen)), percent(row["accuracy"]), percent(row["language_accuracy"])]
        cells.append(percent(row["entities"]["f1"]))
    else:
        cells += ["0", "–", "–", "–"]
    if across:
        row = _row(across)
        cells += [str(len(across)), percent(row["accuracy"]), percent(row["language_accuracy"])]
        cells.append(percent(row["calibration"]))
    else:
        cells += ["0", "–", "–", "–"]
    return "| " + " | ".join(cells) + " |"
