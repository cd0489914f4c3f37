"""The page of hours and holidays."""

from datetime import date, timedelta
from typing import Annotated, Any

from babel.dates import get_day_names
from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from bot.desk.desk import Desk
from bot.desk.hours import store, telling
from bot.desk.hours.models import Holiday
from bot.desk.permissions import Permission
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from bot.handoff.hours import DAYS
from languages.formatting import locale_of
from languages.profile import Span
from people.appointment_words import city
from store.base import now

_SPANS = TypeAdapter(list[Span])
_FURTHEST = timedelta(days=731)
_MOST = 6  # spans of a day
Short = Annotated[str, Form(max_length=80)]


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    _week(routes, desk)
    _holidays(routes, desk)
    return routes


def _week(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/hours")
    async def look(visit: Visit = view(Permission.HOURS, csrf=False)) -> Response:
        return await _page(visit)

    @routes.post("/hours")
    async def save(request: Request, visit: Visit = view(Permission.HOURS, csrf=True)) -> Response:
        form = await request.form()
        given = {n: str(form.get(name) or "")[:200] for n, name in enumerate(DAYS)}
        spans = {n: parsed(text) for n, text in given.items()}
        wrong = [n for n, found in spans.items() if found is None]
        if wrong:
            said = visit.t("hours_wrong", day=_names(visit)[wrong[0]])
            return await _page(visit, given, said, 400)
        week = {n: found or [] for n, found in spans.items()}
        await desk.transactions.write(store.save_week, visit.actor, week)
        visit.flash("hours_saved")
        return visit.go("/hours")

    @routes.post("/hours/reset")
    async def reset(visit: Visit = view(Permission.HOURS, csrf=True)) -> Response:
        await desk.transactions.write(store.forget_week, visit.actor)
        visit.flash("hours_saved")
        return visit.go("/hours")


async def _page(
    visit: Visit, given: dict[int, str] | None = None, wrong: str = "", status: int = 200
) -> Response:
    desk = visit.desk
    profile = desk.speech.profile

    def read(session: Session) -> tuple[store.Week | None, bool, list[Holiday]]:
        kept = store.kept(session)
        return store.week(session, profile), kept is not None, store.holidays(session)

    week, own, holidays = await desk.transactions.read(read)
    language = visit.language
    said = telling.told(week, language, desk.speech) if own and week else profile.hours[language]
    shown: dict[int, Any] = given or {n: ", ".join((week or {}).get(n, ())) for n in range(7)}
    return visit.page(
        "hours/hours.html",
        status,
        week=shown,
        keys=DAYS,
        names=_names(visit),
        own=own,
        always=week is None,
        holidays=holidays,
        fixed=sorted(profile.desk.holidays),
        said_hours=said,
        city=city(desk.zone, visit.language),
        today=now().astimezone(desk.zone).date(),
        wrong=wrong,
    )


def _names(visit: Visit) -> dict[int, str]:
    return dict(get_day_names("wide", locale=locale_of(visit.language)))


def parsed(text: str) -> list[str] | None:
    """The spans of a day, in order; None for what is none, or overlaps."""
    parts = [part.strip().replace(" ", "") for part in text.replace("–", "-").split(",")]
    try:
        spans = _SPANS.validate_python([_whole(part) for part in parts if part])
    except ValidationError:
        return None
    moments = [moment for span in spans for moment in span.split("-")]
    return spans if moments == sorted(set(moments)) and len(spans) <= _MOST else None


def _whole(span: str) -> str:
    """The span 8:30-12 as 08:30-12:00."""
    ends = [end if ":" in end else f"{end}:00" for end in span.split("-")]
    return "-".join(end.zfill(5) for end in ends)


def _holidays(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/hours/holidays")
    async def add(
        day: Short = "", name: Short = "", visit: Visit = view(Permission.HOURS, csrf=True)
    ) -> Response:
        found = _day(day)
        if found is None:
            return await _page(visit, None, visit.t("hours_wrong_day"), 400)
        await desk.transactions.write(store.add_holiday, visit.actor, found, name.strip())
        return visit.go("/hours")

    @routes.post("/hours/holidays/{day}/delete")
    async def drop(day: str, visit: Visit = view(Permission.HOURS, csrf=True)) -> Response:
        found = _day(day)
        if found is None or not await desk.transactions.write(
            store.drop_holiday, visit.actor, found
        ):
            raise await visit.missing("holiday")
        return visit.go("/hours")


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if abs(found - now().date()) < _FURTHEST else None
