"""An appointment that a counsellor books, moves or cancels for the person of a conversation."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from bot.appointments import Diary
from bot.desk.appointments import offered
from bot.desk.audit import trail
from bot.desk.conversation import once
from bot.desk.desk import Desk
from bot.desk.inbox import people
from bot.desk.permissions import Permission
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from bot.handoff import items, queue
from bot.handoff.views import Actor
from errors import BadInput, Done, Gone, NotThere, NotYours, PartUnavailable, Taken
from people import appointments, telephone
from people.appointment_models import Appointment, Slot
from people.appointment_words import city
from people.models import Contact
from people.timing import Clock
from store.base import now

CONVERSATIONS = Permission.CONVERSATIONS
Short = Annotated[str, Form(max_length=64)]
Work = Callable[[Session, Actor], None]
_WORDS: tuple[tuple[type[Exception], int, str], ...] = (
    (NotYours, 403, "act_not_yours"),
    (Taken, 409, "book_gone"),
    (Gone, 410, "book_blocked"),
    (BadInput, 400, "book_number_wrong"),
    (PartUnavailable, 503, "book_away"),
)
_WINDOW_HOURS = 24  # of WhatsApp, from when the person last wrote


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/conversations/{contact_id}/appointment")
    booking = Booking(desk)

    @routes.get("")
    async def panel(
        contact_id: str,
        who: Annotated[str, Query(max_length=64)] = "",
        after: Annotated[datetime | None, Query()] = None,
        visit: Visit = view(CONVERSATIONS, csrf=False),
    ) -> Response:
        return await booking.panel(visit, contact_id, who, after)

    @routes.post("/book")
    async def book(
        contact_id: str,
        slot: Annotated[int, Form(ge=1, le=2**31 - 1)],
        number: Short = "",
        mark: Short = "",
        visit: Visit = view(CONVERSATIONS, csrf=True),
    ) -> Response:
        def work(session: Session, actor: Actor) -> None:
            booking.book(session, actor, contact_id, slot, number)

        key = once.key_of(mark, contact_id, slot, number)
        return await booking.do(visit, contact_id, "appointment.book", key, work)

    @routes.post("/cancel")
    async def cancel(
        contact_id: str, mark: Short = "", visit: Visit = view(CONVERSATIONS, csrf=True)
    ) -> Response:
        def work(session: Session, _: Actor) -> None:
            booking.cancel(session, contact_id)

        key = once.key_of(mark, contact_id, "cancel")
        return await booking.do(visit, contact_id, "appointment.cancel", key, work)

    @routes.post("/number")
    async def number(
        contact_id: str,
        number: Short = "",
        mark: Short = "",
        visit: Visit = view(CONVERSATIONS, csrf=True),
    ) -> Response:
        def work(session: Session, _: Actor) -> None:
            booking.number(session, contact_id, number)

        key = once.key_of(mark, contact_id, "number", number)
        return await booking.do(visit, contact_id, "appointment.number", key, work)

    return routes


class Booking:
    """Books for a person, who is told in the chat in their language."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._diary = Diary(desk.speech, desk.settings)
        settings = desk.settings
        self._clock = Clock(desk.zone, settings.alerts_quiet_from, settings.alerts_quiet_until)

    async def panel(
        self, visit: Visit, contact_id: str, who: str, after: datetime | None
    ) -> Response:
        """What there is to book, and what is booked."""
        desk, actor = self._desk, people.actor(visit)

        def read(session: Session) -> tuple[Appointment | None, offered.Times, str, bool]:
            allowed(session, actor, contact_id)
            contact = session.get_one(Contact, contact_id)
            language = self._diary.language(session, contact_id)
            times = offered.times(session, actor.id, who, language, desk.zone, now(), after)
            mine = appointments.mine(session, contact_id, now())
            return mine, times, _number(session, contact_id, mine), self._unheard(contact, language)

        try:
            mine, times, known, unheard = await desk.transactions.read(read)
        except (NotThere, NotYours):
            raise await visit.missing("conversation") from None
        return visit.page(
            "conversation/booking.html",
            contact_id=contact_id,
            mine=mine,
            times=times,
            number=known,
            unheard=unheard,
            city=city(desk.zone, visit.language),
            colleagues=[c for c in await desk.handoff.colleagues() if c.account_id != actor.id],
            teams=await desk.handoff.teams(),
        )

    def _unheard(self, contact: Contact, language: str) -> bool:
        """Whether WhatsApp's window is closed, and no template carries what is told unasked."""
        if contact.channel != "whatsapp" or contact.heard_at is None:
            return False
        hours = (now() - contact.heard_at).total_seconds() / 3600
        template = self._desk.speech.profile.whatsapp_template("notice", language)
        return hours > _WINDOW_HOURS and template is None

    async def do(
        self, visit: Visit, contact_id: str, action: str, key: str, work: Work
    ) -> Response:
        """Do something about an appointment in one transaction, or say why it cannot be done."""
        actor = people.actor(visit)

        def act(session: Session) -> None:
            allowed(session, actor, contact_id)
            once.claim(session, actor.id, key)
            work(session, actor)
            trail.record(session, visit.actor, action, ("conversation", contact_id))

        try:
            await self._desk.transactions.write(act)
        except Done:
            pass
        except NotThere:
            raise await visit.missing("conversation") from None
        except tuple(kind for kind, _, _ in _WORDS) as error:
            return await _refused(visit, contact_id, error)
        self._desk.turn.stir()
        return _back(visit, contact_id)

    def book(
        self, session: Session, actor: Actor, contact_id: str, slot_id: int, number: str
    ) -> None:
        """Book a time, and tell the person.

        Raises:
            Taken: the time has just gone. BadInput: this is no telephone number. Gone: the person
            has blocked us.
        """
        slot = session.get(Slot, slot_id)
        if slot is None:
            raise Taken(None)
        given = _checked(number) if slot.how == "phone" and number.strip() else None
        made = appointments.book(
            session,
            contact_id,
            slot_id,
            now(),
            self._clock,
            number=given,
            lead=offered.lead(own=slot.account_id == actor.id),
        )
        if made is None:
            raise Taken(None)
        self._diary.made(session, made.appointment, moved=made.moved)

    def cancel(self, session: Session, contact_id: str) -> None:
        """Cancel the next appointment, and tell the person; without one nothing is done."""
        done = appointments.cancel(session, contact_id, now())
        if done is not None:
            self._diary.cancelled(session, done)

    def number(self, session: Session, contact_id: str, number: str) -> None:
        """Note where to call, and tell the person. Raises BadInput, and Taken without one."""
        noted = appointments.give_number(session, contact_id, _checked(number), now())
        if noted is None:
            raise Taken(None)
        self._diary.number_noted(session, noted)


def allowed(session: Session, actor: Actor, contact_id: str) -> None:
    """Pass where an account may make appointments for a person: nobody else talks with them.

    Raises:
        NotThere: it may not see the conversation. NotYours: a colleague holds it.
    """
    items.visible(session, actor, contact_id)
    handoff = queue.current(session, contact_id)
    held = handoff is not None and handoff.state == "held" and handoff.account_id != actor.id
    if held and not actor.supervises:
        raise NotYours("a colleague talks with this person")


def _number(session: Session, contact_id: str, mine: Appointment | None) -> str:
    """The number that is known: of the appointment, or of a call back that was agreed."""
    if mine is not None and mine.number:
        return mine.number
    handoff = queue.current(session, contact_id)
    return str(((handoff and handoff.callback) or {}).get("number") or "")


def _checked(text: str) -> str:
    number = telephone.number(text)
    if not number:
        raise BadInput("no telephone number")
    return number


async def _refused(visit: Visit, contact_id: str, error: Exception) -> Response:
    status, word = next((s, w) for kind, s, w in _WORDS if isinstance(error, kind))
    if isinstance(error, NotYours):
        await visit.denied("conversation")
    if visit.partial:
        return JSONResponse({"words": visit.t(word)}, status)
    visit.flash(word, "bad")
    return _back(visit, contact_id)


def _back(visit: Visit, contact_id: str) -> Response:
    done = Response(status_code=204)
    return done if visit.partial else visit.go(f"/conversations/{contact_id}")
