"""The pages of the feeds: all of them, one with its runs, one run with what it rejected."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from babel.dates import format_time
from babel.numbers import format_decimal
from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.desk.desk import Desk
from bot.desk.feeds import overview, reasons
from bot.desk.feeds.overview import UnderWay, Where
from bot.desk.permissions import Permission
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from catalogue.feeds import history
from catalogue.feeds.lease import FeedBusy
from languages.formatting import locale_of
from store.base import now

_NOTES = 200  # of one page
_RUNS = 30
_DAILY = re.compile(r"(\d{1,2}) (\d{1,2}) \* \* \*")
_HOURLY = re.compile(r"\d{1,2} \* \* \* \*")


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/feeds")
    async def everything(visit: Visit = view(Permission.FEEDS, csrf=False)) -> Response:
        entries = await desk.transactions.read(overview.everything, _where(desk))
        busy = await _under_way(desk)
        return visit.page("feeds/feeds.html", entries=entries, busy=busy, **_words(visit))

    @routes.get("/feeds/live")
    async def live(
        was: str = "", visit: Visit = view(Permission.FEEDS, csrf=False, passive=True)
    ) -> Response:
        busy = await _under_way(desk)
        response = visit.page("feeds/live.html", busy=busy, **_words(visit))
        if was != (busy.name if busy else ""):
            # A run has begun or ended: the rest of the page tells of it, too.
            response.headers["HX-Refresh"] = "true"
        return response

    @routes.get("/feeds/{name}")
    async def one(name: str, visit: Visit = view(Permission.FEEDS, csrf=False)) -> Response:
        entry = await desk.transactions.read(overview.one, _where(desk), name)
        if entry is None:
            raise await visit.missing("feed")
        runs = await desk.transactions.read(history.runs_of, name, _RUNS)
        busy = await _under_way(desk)
        return visit.page("feeds/one.html", entry=entry, runs=runs, busy=busy, **_words(visit))

    @routes.post("/feeds/{name}/run")
    async def run(
        name: str,
        force: Annotated[str, Form(max_length=4)] = "",
        visit: Visit = view(Permission.FEEDS, csrf=True),
    ) -> Response:
        return await _start(visit, name, force=bool(force))

    @routes.get("/feeds/{name}/runs/{number}")
    async def what(
        name: str,
        number: int,
        after: int = 0,
        visit: Visit = view(Permission.FEEDS, csrf=False),
    ) -> Response:
        return await _run_page(visit, name, number, min(max(after, 0), 10**6))

    return routes


async def _start(visit: Visit, name: str, *, force: bool) -> Response:
    desk = visit.desk
    entry = await desk.transactions.read(overview.one, _where(desk), name)
    if entry is None or not entry.startable:
        raise await visit.missing("feed")
    try:
        await asyncio.to_thread(desk.feeds.start, name, force=force)
    except FeedBusy:
        visit.flash("feeds_busy", "bad")
    else:
        await visit.record("feed.import", ("feed", name), force=force)
        visit.flash("feeds_started", name=name)
    return visit.go(f"/feeds/{name}")


async def _run_page(visit: Visit, name: str, number: int, after: int) -> Response:
    read = visit.desk.transactions.read
    run = await read(overview.run_of, name, number) if number < 2**31 else None
    if run is None:
        raise await visit.missing("feed_run")
    rejects = await read(history.notes_of, number, "rejected", _NOTES, after)
    repairs = await read(history.notes_of, number, "repaired", _NOTES, after)
    full = _NOTES in (len(rejects), len(repairs))
    return visit.page(
        "feeds/run.html",
        run=run,
        rejects=rejects,
        repairs=repairs,
        why=_why(visit),
        after=after,
        more=after + _NOTES if full else None,
        **_words(visit),
    )


def _where(desk: Desk) -> Where:
    return Where(desk.settings.tawjih_home / "feeds", desk.speech.profile.timezone, now())


async def _under_way(desk: Desk) -> UnderWay | None:
    return await desk.transactions.read(overview.under_way, desk.feeds.starting)


def _words(visit: Visit) -> dict[str, Any]:
    locale = locale_of(visit.language)
    return {
        "number": lambda count: format_decimal(count, locale=locale),
        "scheduled": _scheduled(visit),
    }


def _scheduled(visit: Visit) -> Callable[[str], str]:
    """The five fields of cron in words, where they are of a usual kind; else as they are."""

    def words(schedule: str) -> str:
        if daily := _DAILY.fullmatch(schedule):
            at = datetime(2000, 1, 1, int(daily[2]), int(daily[1]))  # noqa: DTZ001 - a clock's hand
            time = format_time(at, "HH:mm", locale=locale_of(visit.language))
            return visit.t("feeds_daily", time=time)
        return visit.t("feeds_hourly") if _HOURLY.fullmatch(schedule) else schedule

    return words


def _why(visit: Visit) -> Callable[[str], str | None]:
    """A reason in the page's language; None where it is told in English alone."""

    def words(reason: str) -> str | None:
        key, gaps = reasons.read(reason)
        return visit.t(f"feeds_why_{key}", **gaps) if key else None

    return words
