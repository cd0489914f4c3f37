"""Appointments, as far as the edge sees to them: reminders, calendar files, those by chat."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Path
from fastapi.responses import Response
from sqlalchemy.orm import Session

from bot import outbox
from bot.handoff import queue
from bot.handoff.queue import Wanted
from bot.messages import Body
from bot.speech import Speech
from bot.transactions import Transactions
from errors import Gone
from people import appointment_words as wording
from people import appointments
from people.appointment_models import Appointment
from people.models import Contact
from settings import Settings

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")]


class Diary:
    """Tells people about their appointments.

    Args:
        speech: the words and the deployment's profile.
        settings: where calendar files are fetched.
    """

    def __init__(self, speech: Speech, settings: Settings) -> None:
        self._speech = speech
        self._settings = settings
        self._zone = ZoneInfo(speech.profile.timezone)

    def remind(self, session: Session, appointment_id: int, moment: datetime) -> bool:
        """Write the reminder that is due, in the transaction that takes it upon itself."""
        claimed = appointments.claim_reminder(session, appointment_id, moment)
        if claimed is None:
            return False
        appointment, which = claimed
        keys = ("day", "time", "name", "where") if which == "day" else ("time", "name", "where")
        key = "appointment_day_before" if which == "day" else "appointment_hour_before"
        self._say(session, appointment, key, keys)
        return True

    def made(self, session: Session, appointment: Appointment, *, moved: bool) -> None:
        """Tell somebody that a counsellor booked an appointment for them, or moved theirs.

        Raises:
            Gone: the person has blocked us.
        """
        key = "appointment_made_moved" if moved else "appointment_made"
        keys = ("day", "time", "city", "name", "where", "link")
        if not self._say(session, appointment, key, keys):
            raise Gone("the person has blocked us")

    def cancelled(self, session: Session, appointment: Appointment) -> None:
        """Tell somebody that a counsellor cancelled their appointment."""
        self._say(session, appointment, "appointment_made_cancelled", ("day", "time"))

    def number_noted(self, session: Session, appointment: Appointment) -> None:
        """Tell somebody where they will be called."""
        language = self.language(session, appointment.contact_id)
        self._put(session, appointment.contact_id, self.number(appointment, language), language)

    def number(self, appointment: Appointment, language: str) -> Body:
        """That somebody will be called, when and where."""
        told = self._told(appointment, language)
        words = {name: told[name] for name in ("day", "time", "name")}
        return self._speech.body(
            "appointment_number_noted", language, number=appointment.number, **words
        )

    def called_off(self, session: Session, appointment: Appointment) -> None:
        """Tell somebody that the counsellor cannot come."""
        self._say(session, appointment, "appointment_called_off", ("day", "time", "name"))

    def begin(self, session: Session, moment: datetime) -> int:
        """Have those who are due by chat wait for their counsellor; how many."""
        due = appointments.to_open(session, moment)
        for appointment in due:
            appointment.opened_at = moment
            wanted = Wanted("asked", self.language(session, appointment.contact_id))
            handoff = queue.ask(session, appointment.contact_id, wanted, "waiting")
            if handoff is not None and handoff.state == "waiting":
                handoff.suggested_to, handoff.team_id = appointment.account_id, None
                self._say(session, appointment, "appointment_begins", ("name",))
        session.flush()
        return len(due)

    def language(self, session: Session, contact_id: str) -> str:
        """The language that a person reads."""
        contact = session.get(Contact, contact_id)
        return self._speech.known(contact.language if contact else None)

    def file(self, session: Session, token: str) -> bytes | None:
        """The calendar file of an appointment; None for an address that none has."""
        found = appointments.by_token(session, token)
        if found is None:
            return None
        language = self.language(session, found.contact_id)
        text = self._text(language)
        title = _plain(text("appointment_title", name=found.counsellor))
        service = self._speech.profile.service_name[language]
        return wording.calendar(
            found, self._zone, title, _plain(wording.where(found, text)), service
        )

    def _say(
        self, session: Session, appointment: Appointment, key: str, keys: Sequence[str]
    ) -> bool:
        """Write it for the person; whether they are there to read it."""
        language = self.language(session, appointment.contact_id)
        told = self._told(appointment, language)
        body = self._speech.body(key, language, **{name: told[name] for name in keys})
        if "where" in keys:
            more = wording.more(appointment, self._text(language))
            body["text"] = "\n".join([body["text"], *more])
        return self._put(session, appointment.contact_id, body, language)

    def _told(self, appointment: Appointment, language: str) -> dict[str, str]:
        told = wording.words(appointment, language, self._zone, self._text(language))
        told["city"] = wording.city(self._zone, language)
        return {**told, "link": wording.address(self._settings, appointment)}

    @staticmethod
    def _put(session: Session, contact_id: str, body: Body, language: str) -> bool:
        return bool(outbox.put(session, contact_id, [body], language, purpose="notice"))

    def _text(self, language: str) -> wording.Text:
        def text(key: str, **words: object) -> str:
            return str(self._speech.body(key, language, **words)["text"])

        return text


def _plain(text: str) -> str:
    """Without the marks that keep mixed text in order: calendars show them as signs."""
    return "".join(sign for sign in text if sign not in "\u2066\u2067\u2068\u2069")


async def look(db: Transactions, diary: Diary, moment: datetime | None = None) -> int:
    """Do what is due about appointments; how many people were written to."""
    moment = moment or datetime.now(UTC)
    told = 0
    for appointment_id in await db.read(appointments.to_remind, moment):
        told += await db.write(diary.remind, appointment_id, moment)
    if await db.read(appointments.any_to_open, moment):
        told += await db.write(diary.begin, moment)
    return told


def router(transactions: Transactions, diary: Diary) -> APIRouter:
    """The calendar files' route."""
    routes = APIRouter()

    @routes.get(wording.PATH + "/{token}.ics")
    async def calendar(token: Token) -> Response:
        file = await transactions.read(diary.file, token)
        if file is None:
            raise HTTPException(404, "there is no such appointment")
        headers = {
            "Cache-Control": "private, no-store",
            "X-Robots-Tag": "noindex",
            "Content-Disposition": 'attachment; filename="appointment.ics"',
        }
        return Response(file, media_type="text/calendar; charset=utf-8", headers=headers)

    return routes
