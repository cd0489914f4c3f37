"""A week of appointments: what is free, what is booked, what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.audit import trail
from bot.desk.audit.trail import Actor
from bot.desk.inbox import people
from bot.handoff import items
from bot.handoff import views as handoff
from errors import NotThere
from people.appointment_models import Appointment, Slot
from people.models import Contact
from store.base import now

OVER = ("kept", "missed")
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the week: a free time (`slot_id`) or an appointment (`appointment_id`)."""

    account_id: str
    starts_at: datetime
    ends_at: datetime
    counsellor: str
    how: str
    place: str | None
    state: str
    slot_id: int | None = None
    appointment_id: int | None = None
    contact_id: str | None = None
    language: str | None = None
    channel: str | None = None
    number: str | None = None

    @property
    def begun(self) -> bool:
        """Whether it has begun."""
        return self.starts_at <= now()

    @property
    def over(self) -> bool:
        """Whether its time is past."""
        return self.ends_at <= now()


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def week(
    session: Session, first: date, zone: ZoneInfo, account_id: str | None
) -> dict[date, list[Entry]]:
    """The entries of the seven days from `first`, by day; of all accounts for None."""
    days = [first + timedelta(days=n) for n in range(7)]
    begin = datetime.combine(first, time.min, zone).astimezone(UTC)
    end = datetime.combine(first + timedelta(days=7), time.min, zone).astimezone(UTC)
    found = [*_free(session, begin, end, account_id), *_booked(session, begin, end, account_id)]
    made: dict[date, list[Entry]] = {day: [] for day in days}
    names = people.names(session, {one.account_id for one in found})
    found = [replace(one, counsellor=names.get(one.account_id, one.counsellor)) for one in found]
    for entry in sorted(found, key=lambda one: (one.starts_at, one.counsellor)):
        made[entry.starts_at.astimezone(zone).date()].append(entry)
    return made


def _free(session: Session, begin: datetime, end: datetime, account_id: str | None) -> list[Entry]:
    query = select(Slot).where(
        Slot.contact_id.is_(None), Slot.starts_at >= begin, Slot.starts_at < end
    )
    if account_id is not None:
        query = query.where(Slot.account_id == account_id)
    return [
        Entry(**_meeting(row), state="free", slot_id=row.id)
        for row in session.scalars(query.limit(_MOST))
    ]


def _booked(
    session: Session, begin: datetime, end: datetime, account_id: str | None
) -> list[Entry]:
    query = (
        select(Appointment, Contact.language, Contact.channel)
        .join(Contact, Contact.id == Appointment.contact_id)
        .where(Appointment.starts_at >= begin, Appointment.starts_at < end)
    )
    if account_id is not None:
        query = query.where(Appointment.account_id == account_id)
    return [
        Entry(
            **_meeting(row),
            state=row.state,
            appointment_id=row.id,
            contact_id=row.contact_id,
            language=language,
            channel=channel,
            number=row.number,
        )
        for row, language, channel in session.execute(query.limit(_MOST))
    ]


def _meeting(row: Slot | Appointment) -> dict[str, Any]:
    names = ("account_id", "starts_at", "ends_at", "counsellor", "how", "place")
    return {name: getattr(row, name) for name in names}


def seen(session: Session, days: Mapping[date, Sequence[Entry]], who: handoff.Actor) -> set[str]:
    """Whose conversations somebody may open, of the people of a week."""
    contacts = {one.contact_id for entries in days.values() for one in entries if one.contact_id}
    return {one for one in contacts if _sees(session, who, one)}


def _sees(session: Session, who: handoff.Actor, contact_id: str) -> bool:
    try:
        items.visible(session, who, contact_id)
    except NotThere:
        return False
    return True


def mark(
    session: Session, actor: Actor, appointment_id: int, state: str, account_id: str | None
) -> bool:
    """Note that somebody came ("kept") or did not ("missed"); whether there was something to note.

    Only once it has begun, and of one account alone if given.
    """
    found = session.get(Appointment, appointment_id, with_for_update=True)
    if found is None or account_id not in (None, found.account_id):
        return False
    if found.state not in ("booked", *OVER) or found.starts_at > now():
        return False
    found.state, found.changed_at = state, now()
    trail.record(session, actor, "appointment.mark", _subject(found), state=state)
    return True


def own(session: Session, appointment_id: int, account_id: str | None) -> bool:
    """Whether there is such an appointment, of this account if one is given."""
    found = session.get(Appointment, appointment_id)
    return found is not None and account_id in (None, found.account_id)


def _subject(appointment: Appointment) -> tuple[str, str]:
    return ("conversation", appointment.contact_id)
