"""Pictures of the figures, as PNG data addresses that a page can hold."""

import base64
import io
from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tawjih.report.calibration import Bin

_DOTS = 110  # an inch
_COLOURS = ("#0b6e4f", "#c8553d", "#3d5a80", "#e0a458", "#7b4b94", "#588157")


def confusion(names: Sequence[str], counts: Sequence[Sequence[int]]) -> str:
    """Shares of each row, on a scale that lets a confusion of 5 % be seen."""
    array = np.array(counts, dtype=float)
    shares = array / np.maximum(array.sum(axis=1, keepdims=True), 1)
    side = 3 + 0.13 * len(names)
    figure = Figure(figsize=(side, side))
    axes = figure.subplots()
    axes.imshow(np.sqrt(shares), cmap="Greens", vmin=0, vmax=1, interpolation="nearest")
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=6)
    axes.set_yticks(range(len(names)), names, fontsize=6)
    axes.set_xlabel("understood")
    axes.set_ylabel("meant")
    return _address(figure)


def reliability(curves: Mapping[str, Sequence[Bin]]) -> str:
    """One line a group: what a confidence promises against what it keeps."""
    figure = Figure(figsize=(5, 4.5))
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=1, linestyle="--", label="ideal")
    for colour, (name, bins) in zip(_COLOURS, curves.items(), strict=False):
        x, y = [one.confidence for one in bins], [one.accuracy for one in bins]
        axes.plot(x, y, marker="o", markersize=3, color=colour, label=name)
    _shares(axes, "confidence", "right")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    return _address(figure)


def learning(curves: Mapping[str, Mapping[int, tuple[float, float]]]) -> str:
    """One line a variety: {examples: (mean, standard deviation over the seeds)}."""
    figure = Figure(figsize=(6, 4.5))
    axes = figure.subplots()
    for colour, (name, points) in zip(_COLOURS, curves.items(), strict=False):
        middle = [mean for mean, _ in points.values()]
        spread = [deviation for _, deviation in points.values()]
        axes.errorbar(list(points), middle, yerr=spread, marker="o", color=colour, label=name)
    axes.set_xscale("log", base=2)
    _shares(axes, "examples learnt from", "right")
    return _address(figure)


def _shares(axes: Axes, across: str, up: str) -> None:
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(color="#dddddd", linewidth=0.5)
    axes.legend(fontsize=8)


def _address(figure: Figure) -> str:
    output = io.BytesIO()
    with mpl.rc_context({"font.family": "DejaVu Sans"}):
        figure.savefig(output, format="png", dpi=_DOTS, bbox_inches="tight")
    return "data:image/png;base64," + base64.b64encode(output.getvalue()).decode("ascii")
