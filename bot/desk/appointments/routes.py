"""The page of appointments: a week, new free times, what came of each."""

from datetime import date, timedelta
from typing import Annotated

from babel.dates import format_date
from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlalchemy.orm import Session

from bot.appointments import Diary
from bot.desk.appointments import diary, slots
from bot.desk.appointments.form import OfferForm
from bot.desk.appointments.form import day as form_day
from bot.desk.appointments.slots import HOW, LENGTHS, WEEKS
from bot.desk.audit import trail
from bot.desk.desk import Desk
from bot.desk.hours import store as hours
from bot.desk.inbox.people import actor
from bot.desk.models import Account
from bot.desk.permissions import Permission
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from bot.desk.team.people import active
from languages.formatting import locale_of
from people import appointments
from people.appointment_words import city
from store.base import now

Short = Annotated[str, Form(max_length=120)]
_MOST = 400  # times of one offer


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    _looks(routes)
    _offers(routes, desk)
    _acts(routes, desk)
    return routes


def _looks(routes: APIRouter) -> None:
    @routes.get("/appointments")
    async def week(
        week: str = "",
        who: str = "",
        visit: Visit = view(Permission.CONVERSATIONS, csrf=False),
    ) -> Response:
        return await _page(visit, form_day(week), who)


async def _page(
    visit: Visit, day: date | None, who: str, wrong: str = "", status: int = 200
) -> Response:
    desk, supervises = visit.desk, visit.may(Permission.TEAM)
    today = now().astimezone(desk.zone).date()
    first = diary.monday(day or today)
    who = (who or visit.account.id) if supervises else visit.account.id
    whose = None if who == "all" else who
    days = await desk.transactions.read(diary.week, first, desk.zone, whose)
    seen = await desk.transactions.read(diary.seen, days, actor(visit))
    return visit.page(
        "appointments/week.html",
        status,
        days=days,
        first=first,
        today=today,
        before=first - timedelta(days=7),
        after=first + timedelta(days=7),
        who=who,
        people=await desk.transactions.read(active) if supervises else [],
        lengths=LENGTHS,
        weeks=WEEKS,
        hows=HOW,
        wrong=wrong,
        seen=seen,
        weekday=lambda one: format_date(one, "EEEE d MMMM", locale=locale_of(visit.language)),
        city=city(desk.zone, visit.language),
    )


def _offers(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/appointments/slots")
    async def add(
        form: Annotated[OfferForm, Form()],
        visit: Visit = view(Permission.CONVERSATIONS, csrf=True),
    ) -> Response:
        who = form.who if visit.may(Permission.TEAM) and form.who != "all" else visit.account.id
        given = form.offer(named=desk.speech.profile.desk.names)
        if isinstance(given, str):
            return await _page(visit, form_day(form.day), who, visit.t(given), 400)

        def work(session: Session) -> int | None:
            account = session.get(Account, who)
            if account is None or account.disabled_at is not None:
                return None
            closed = hours.closed_days(session, desk.speech.profile)
            moments = list(slots.times(given, desk.zone, closed))[:_MOST]
            return slots.add(session, visit.actor, account, given, moments)

        made = await desk.transactions.write(work)
        if made is None:
            raise await visit.missing("account")
        if made:
            visit.flash("appointments_added", count=made)
        else:
            visit.flash("appointments_none_added", "bad")
        return visit.go(f"/appointments?week={given.day}&who={who}")

    @routes.post("/appointments/slots/{slot_id}/delete")
    async def delete(
        slot_id: int, back: Short = "", visit: Visit = view(Permission.CONVERSATIONS, csrf=True)
    ) -> Response:
        if not await desk.transactions.write(slots.withdraw, visit.actor, slot_id, _whose(visit)):
            raise await visit.missing("slot")
        return _back(visit, back)


def _acts(routes: APIRouter, desk: Desk) -> None:
    teller = Diary(desk.speech, desk.settings)

    @routes.post("/appointments/{appointment_id}/call-off")
    async def call_off(
        appointment_id: int,
        back: Short = "",
        visit: Visit = view(Permission.CONVERSATIONS, csrf=True),
    ) -> Response:
        def work(session: Session) -> bool | None:
            if not diary.own(session, appointment_id, _whose(visit)):
                return None
            done = appointments.call_off(session, appointment_id, now())
            if done is not None:
                subject = ("conversation", done.contact_id)
                trail.record(session, visit.actor, "appointment.call_off", subject)
                teller.called_off(session, done)
            return done is not None

        done = await desk.transactions.write(work)
        if done is None:
            raise await visit.missing("appointment")
        visit.flash(*(("appointments_called_off",) if done else ("appointments_over", "bad")))
        return _back(visit, back)

    @routes.post("/appointments/{appointment_id}/{state}")
    async def mark(
        appointment_id: int,
        state: str,
        back: Short = "",
        visit: Visit = view(Permission.CONVERSATIONS, csrf=True),
    ) -> Response:
        known = state in diary.OVER
        if not known or not await desk.transactions.write(
            diary.mark, visit.actor, appointment_id, state, _whose(visit)
        ):
            raise await visit.missing("appointment")
        return _back(visit, back)


def _whose(visit: Visit) -> str | None:
    """Whose appointments the visitor may touch; None for everybody's."""
    return None if visit.may(Permission.TEAM) else visit.account.id


def _back(visit: Visit, back: str) -> Response:
    # The week that was open: "2026-11-23 all".
    day, _, who = back.partition(" ")
    known = who if who.isalnum() else ""
    return visit.go(f"/appointments?week={form_day(day) or ''}&who={known}")
