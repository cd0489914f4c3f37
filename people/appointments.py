"""Appointments with counsellors: free times, booked, moved, cancelled, reminded of.

Moments are aware and kept in UTC; days and reminders go by the deployment's wall clock, also when
it is changed between now and then.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from people.appointment_models import Appointment, Slot
from people.models import Contact
from people.timing import Clock

LEAD = timedelta(hours=1)
"""Nobody books a time that begins sooner: a counsellor has to see it first."""
HOUR = timedelta(hours=1)
_AT_LAST = timedelta(hours=2)
"""So shortly before, the reminder of the day before is not worth a message."""
_LOOKED_AT = 200  # free times at once
_COPIED = ("account_id", "counsellor", "starts_at", "ends_at", "how", "place", "link", "languages")

Reminder = Literal["day", "hour"]


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment that was made; `moved`: from another time."""

    appointment: Appointment
    moved: bool = False


def free(
    session: Session,
    moment: datetime,
    language: str,
    *,
    after: datetime | None = None,
    until: datetime | None = None,
) -> list[Slot]:
    """Free times in order, each once, with a counsellor who works in a language.

    Args:
        session: a session.
        moment: now.
        language: of the person.
        after: only those that begin later.
        until: only those that begin before.
    """
    start = max(moment + LEAD, after) if after else moment + LEAD
    query = select(Slot).where(Slot.contact_id.is_(None), Slot.starts_at > start)
    if until is not None:
        query = query.where(Slot.starts_at < until)
    rows = session.scalars(query.order_by(Slot.starts_at, Slot.id).limit(_LOOKED_AT))
    return list(_each_time_once(rows, language))


def _each_time_once(rows: Iterator[Slot] | Sequence[Slot], language: str) -> Iterator[Slot]:
    seen = set()
    for row in rows:
        same = (row.starts_at, row.how, row.place)
        if same not in seen and (not row.languages or language in row.languages):
            seen.add(same)
            yield row


def mine(session: Session, contact_id: str, moment: datetime) -> Appointment | None:
    """Somebody's next appointment, one that is going on included."""
    return session.scalars(
        select(Appointment)
        .where(
            Appointment.contact_id == contact_id,
            Appointment.state == "booked",
            Appointment.ends_at > moment,
        )
        .order_by(Appointment.starts_at)
        .limit(1)
    ).one_or_none()


def book(  # noqa: PLR0913 - who, when, and what they told
    session: Session,
    contact_id: str,
    slot_id: int,
    moment: datetime,
    clock: Clock,
    *,
    number: str | None = None,
    lead: timedelta = LEAD,
) -> Booked | None:
    """Book a time; who has an appointment already moves it there. Nobody gets a time twice.

    Args:
        session: a writing session.
        contact_id: the person.
        slot_id: the time.
        moment: now.
        clock: the deployment's day, for reminders.
        number: where to call, of one by phone; None keeps what was told before.
        lead: how long from now it begins at the earliest.

    Returns:
        the appointment; None when the time is taken, past or withdrawn: then nothing changes.
    """
    if session.get(Contact, contact_id, with_for_update=True) is None:
        return None
    before = mine(session, contact_id, moment)
    if before is not None and before.slot_id == slot_id:
        return Booked(before)
    if not _won(session, contact_id, slot_id, moment + lead):
        return None
    if before is not None and before.slot_id is not None:
        _release(session, before.slot_id)
    appointment = before or Appointment(contact_id=contact_id, booked_at=moment)
    _settle(appointment, session.get_one(Slot, slot_id, populate_existing=True), moment, clock)
    appointment.number = (number or appointment.number) if appointment.how == "phone" else None
    session.add(appointment)
    session.flush()
    return Booked(appointment, moved=before is not None)


def _won(session: Session, contact_id: str, slot_id: int, earliest: datetime) -> bool:
    """Whether the time is ours now: of two who ask at once, the database lets one through."""
    still_free = (
        Slot.id == slot_id,
        Slot.contact_id.is_(None),
        Slot.starts_at > earliest,
    )
    taken = update(Slot).where(*still_free).values(contact_id=contact_id)
    return bool(session.connection().execute(taken).rowcount)


def _release(session: Session, slot_id: int) -> None:
    session.execute(update(Slot).where(Slot.id == slot_id).values(contact_id=None))


def _settle(appointment: Appointment, slot: Slot, moment: datetime, clock: Clock) -> None:
    if appointment.slot_id is not None:
        appointment.revision += 1
    appointment.slot_id, appointment.changed_at = slot.id, moment
    for name in _COPIED:
        setattr(appointment, name, getattr(slot, name))
    day = day_before(slot.starts_at, clock)
    appointment.day_due_at = day if day > moment else None
    appointment.hour_due_at = slot.starts_at - HOUR if slot.starts_at - HOUR > moment else None


def give_number(
    session: Session, contact_id: str, number: str, moment: datetime
) -> Appointment | None:
    """Note where to call; None without an appointment by phone that is still to come."""
    session.get(Contact, contact_id, with_for_update=True)
    found = mine(session, contact_id, moment)
    if found is None or found.how != "phone":
        return None
    found.number = number
    session.flush()
    return found


def rename(session: Session, account_id: str, name: str, moment: datetime) -> None:
    """Have people told another name of a counsellor; of what is past, the name stays.

    Args:
        session: a writing session.
        account_id: the counsellor's.
        name: empty where they are to be told none.
        moment: now.
    """
    for table in (Slot, Appointment):
        coming = (table.account_id == account_id, table.ends_at > moment)
        session.execute(update(table).where(*coming).values(counsellor=name))


def day_before(starts_at: datetime, clock: Clock) -> datetime:
    """The same time of the day before by the wall clock; outside the quiet hours."""
    local = starts_at.astimezone(clock.zone) - timedelta(days=1)
    if clock.is_quiet(local):
        hour = clock.morning if local.hour < 12 else clock.evening  # noqa: PLR2004 - noon
        local = local.replace(hour=hour, minute=0)
    return local


def cancel(session: Session, contact_id: str, moment: datetime) -> Appointment | None:
    """Cancel somebody's next appointment; its time is free again. None when they have none."""
    if session.get(Contact, contact_id, with_for_update=True) is None:
        return None
    appointment = mine(session, contact_id, moment)
    if appointment is not None:
        _cancel(session, appointment, moment)
    return appointment


def call_off(session: Session, appointment_id: int, moment: datetime) -> Appointment | None:
    """Cancel an appointment as the counsellor: its time goes with it. None when it is over."""
    found = session.get(Appointment, appointment_id)
    if found is None:
        return None
    session.get(Contact, found.contact_id, with_for_update=True)
    session.refresh(found)
    if found.state != "booked" or found.ends_at <= moment:
        return None
    slot_id = found.slot_id
    _cancel(session, found, moment)
    session.execute(delete(Slot).where(Slot.id == slot_id))
    return found


def _cancel(session: Session, appointment: Appointment, moment: datetime) -> None:
    if appointment.slot_id is not None:
        _release(session, appointment.slot_id)
    appointment.state, appointment.slot_id = "cancelled", None
    appointment.revision, appointment.changed_at = appointment.revision + 1, moment
    appointment.day_due_at = appointment.hour_due_at = None
    session.flush()


def to_remind(session: Session, moment: datetime) -> list[int]:
    """The appointments whose person is to be reminded now."""
    due = or_(Appointment.day_due_at <= moment, Appointment.hour_due_at <= moment)
    query = select(Appointment.id).where(Appointment.state == "booked", due)
    return list(session.scalars(query.order_by(Appointment.id)))


def claim_reminder(
    session: Session, appointment_id: int, moment: datetime
) -> tuple[Appointment, Reminder] | None:
    """Take one reminder upon oneself: nobody else finds it due. None when nothing is to be said.

    After a time away the last reminder alone is given, and none once it has begun.
    """
    found = session.get(Appointment, appointment_id, with_for_update=True, populate_existing=True)
    if found is None or found.state != "booked":
        return None
    day, hour = found.day_due_at, found.hour_due_at
    day_is_due = day is not None and day <= moment
    hour_is_due = hour is not None and hour <= moment
    if day_is_due or hour_is_due:
        found.day_due_at = None
    if hour_is_due:
        found.hour_due_at = None
    session.flush()
    if found.starts_at <= moment:
        return None
    if hour_is_due:
        return found, "hour"
    return (found, "day") if day_is_due and found.starts_at - moment > _AT_LAST else None


def to_open(session: Session, moment: datetime) -> list[Appointment]:
    """Appointments by chat that begin now: their conversation goes to the counsellor."""
    query = select(Appointment).where(*_begins(moment)).order_by(Appointment.id)
    return list(session.scalars(query.with_for_update()))


def any_to_open(session: Session, moment: datetime) -> bool:
    """Whether there is one."""
    query = select(Appointment.id).where(*_begins(moment)).limit(1)
    return session.execute(query).first() is not None


def _begins(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Appointment.state == "booked",
        Appointment.how == "chat",
        Appointment.opened_at.is_(None),
        Appointment.starts_at <= moment,
        Appointment.ends_at > moment,
    )


def by_token(session: Session, token: str) -> Appointment | None:
    """The appointment of a calendar file's address."""
    return session.scalars(select(Appointment).where(Appointment.token == token)).one_or_none()


def forget(session: Session, contact_id: str) -> None:
    """Delete a person's appointments; their times are free again."""
    session.execute(update(Slot).where(Slot.contact_id == contact_id).values(contact_id=None))
    session.execute(delete(Appointment).where(Appointment.contact_id == contact_id))
