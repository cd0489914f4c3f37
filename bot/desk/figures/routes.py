"""The page of figures, and the same as a file."""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

from babel.numbers import format_decimal, format_percent
from fastapi import APIRouter
from fastapi.responses import Response

from bot.desk.desk import Desk
from bot.desk.figures import counting
from bot.desk.figures.disclosure import LEAST
from bot.desk.figures.figures import Figures, Row, figures, rows
from bot.desk.permissions import Permission
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from languages import formatting
from languages.formatting import locale_of

PERIODS = (4, 12, 26)
"""Weeks that can be looked at."""


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/figures")
    async def look(
        weeks: str = "", visit: Visit = view(Permission.FIGURES, csrf=False)
    ) -> Response:
        period = _period(weeks)
        told = await _figures(desk, period)
        return visit.page(
            "figures/figures.html",
            told=told,
            period=period,
            periods=PERIODS,
            least=LEAST,
            group=_group(visit),
            **_formats(visit),
        )

    @routes.get("/figures.csv")
    async def file(
        weeks: str = "", visit: Visit = view(Permission.FIGURES, csrf=False)
    ) -> Response:
        period = _period(weeks)
        told = await _figures(desk, period)
        await visit.record("figures.export", weeks=period)
        name = f"figures-{datetime.now(desk.zone):%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(_file(visit, rows(told)), media_type="text/csv", headers=headers)

    return routes


def _period(weeks: str) -> int:
    return next((one for one in PERIODS if str(one) == weeks), PERIODS[1])


async def _figures(desk: Desk, weeks: int) -> Figures:
    today = datetime.now(desk.zone).date()
    return figures(await desk.transactions.read(counting.count, weeks, today, desk.zone))


def _formats(visit: Visit) -> dict[str, Any]:
    locale = locale_of(visit.language)
    return {
        "number": lambda count: format_decimal(count, locale=locale),
        "percent": lambda share: format_percent(share / 100, locale=locale),
        "week": lambda start: formatting.day(start, visit.language),
    }


def _group(visit: Visit) -> Callable[[str, str], str]:
    """The name of a group of a kind; one without words stands as it is."""

    def name(kind: str, group: str) -> str:
        later = {"answered": "answered", "helped": "helped_later"}.get(group, f"now_{group}")
        own = later if kind.startswith("after_") else f"{kind}_{group}"
        for key in (f"figures_{own}", f"{kind}_{group}"):
            try:
                return visit.t(key)
            except KeyError:
                continue
        return group

    return name


def _file(visit: Visit, lines: list[Row]) -> str:
    named, file = _group(visit), io.StringIO()
    writer = csv.writer(file)
    columns = ("week", "figure", "group", "cases", "of")
    writer.writerow([visit.t(f"figures_column_{name}") for name in columns])
    for at, figure, group, part, whole in lines:
        words = visit.t(f"figures_{figure}"), group and named(figure, group)
        # A conversation has no whole that it were a part of.
        of = "" if whole is None and part is not None else _cell(visit, whole)
        writer.writerow([at, *words, _cell(visit, part), of])
    return "\ufeff" + file.getvalue()  # so that spreadsheets read Arabic


def _cell(visit: Visit, count: int | None) -> str:
    # Not "fewer than five": what is hidden beside a small figure may be large.
    return visit.t("figures_few") if count is None else str(count)
