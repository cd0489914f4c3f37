"""Draws the small pictures whose addresses the answers carry (catalogue/charts.py)."""

import io
import threading
from functools import lru_cache

from anyio import to_thread
from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from catalogue.charts import PATH, Chart, chart_of
from errors import BadInput

_INCHES = 4.0, 2.4
_DPI = 120
_KEPT = 64  # pictures
_DRAWING = threading.Lock()  # one at a time: a drawing takes a tenth of a second of one core


def router(secret: str, colour: str) -> APIRouter:
    """The pictures' route.

    Args:
        secret: signs the addresses.
        colour: of the bars, "#rrggbb".
    """
    routes = APIRouter()

    @routes.get(PATH + "/{name}.png")
    async def picture(name: str) -> Response:
        try:
            chart_of(name, secret)
        except BadInput as error:
            raise HTTPException(404, str(error)) from None
        image = await to_thread.run_sync(_picture, name, secret, colour)
        kept = {"Cache-Control": "public, max-age=604800, immutable"}
        return Response(image, media_type="image/png", headers=kept)

    return routes


@lru_cache(maxsize=_KEPT)
def _picture(name: str, secret: str, colour: str) -> bytes:
    with _DRAWING:
        return draw(chart_of(name, secret), colour)


def draw(chart: Chart, colour: str) -> bytes:
    """A PNG of 480 × 288 points. Matplotlib joins Arabic letters and orders them by itself."""
    # Loaded at the first picture: it takes 40 MB, which a service that shows none need not spend.
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=_INCHES, dpi=_DPI, layout="constrained")
    axes = figure.add_subplot()
    labels, values = list(chart.labels), list(chart.values)
    if chart.across:
        bars = axes.barh(labels[::-1], values[::-1], color=colour)
        axes.xaxis.set_visible(False)
    else:
        order = slice(None, None, -1) if chart.rtl else slice(None)
        bars = axes.bar(labels[order], values[order], color=colour)
        axes.yaxis.set_visible(False)
    if chart.rtl and chart.across:
        axes.invert_xaxis()
        axes.yaxis.tick_right()
    axes.bar_label(bars, padding=2, fontsize=9)
    axes.margins(x=0.12 if chart.across else 0.02, y=0.02 if chart.across else 0.15)
    axes.tick_params(length=0, labelsize=8)
    axes.set_title(chart.title, fontsize=10, loc="right" if chart.rtl else "left")
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()
