"""Free times: made from a day, hours and a length; deleted while nobody has them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.desk.audit import trail
from bot.desk.audit.trail import Actor
from bot.desk.models import Account
from people.appointment_models import Slot
from store.base import now

LENGTHS = (15, 20, 30, 45, 60)
WEEKS = (1, 2, 4, 8, 12)
HOW = ("office", "phone", "video", "chat")


@dataclass(frozen=True, slots=True)
class Offer:
    """Times that a counsellor offers, by the deployment's clock.

    Attributes:
        day: the first day; the same day of the week follows for `weeks` weeks.
        begin, end: from when until when.
        minutes: the length of each.
        how, place, languages, link: as Slot has them.
        named: whether people are told the counsellor's name, if that one agrees.
    """

    day: date
    begin: time
    end: time
    minutes: int
    weeks: int
    how: str
    place: str | None
    languages: Sequence[str]
    link: str | None = None
    named: bool = True


def times(offer: Offer, zone: ZoneInfo, closed: Collection[date]) -> Iterator[datetime]:
    """When each begins, in UTC; none on a closed day, nor at an hour that the clocks leave out."""
    for week in range(offer.weeks):
        day = offer.day + timedelta(weeks=week)
        at, end = datetime.combine(day, offer.begin), datetime.combine(day, offer.end)
        step = timedelta(minutes=offer.minutes)
        while day not in closed and at + step <= end:
            moment = at.replace(tzinfo=zone).astimezone(UTC)
            if moment.astimezone(zone).replace(tzinfo=None) == at:
                yield moment
            at += step


def add(
    session: Session,
    actor: Actor,
    account: Account,
    offer: Offer,
    moments: Sequence[datetime],
) -> int:
    """Offer these times, except those that are past or overlap others of the account; how many."""
    session.get(Account, account.id, with_for_update=True)  # two at once would overlap
    length = timedelta(minutes=offer.minutes)
    taken = _spans(session, account.id, moments, length)
    fresh = [
        one
        for one in moments
        if one > now() and not any(begin < one + length and one < end for begin, end in taken)
    ]
    session.add_all(
        Slot(
            account_id=account.id,
            counsellor=account.name if account.named and offer.named else "",
            starts_at=one,
            ends_at=one + length,
            how=offer.how,
            place=offer.place,
            link=offer.link,
            languages=list(offer.languages),
        )
        for one in fresh
    )
    if fresh:
        trail.record(session, actor, "slot.add", ("account", account.id), count=len(fresh))
    session.flush()
    return len(fresh)


def _spans(
    session: Session, account_id: str, moments: Sequence[datetime], length: timedelta
) -> list[tuple[datetime, datetime]]:
    if not moments:
        return []
    query = select(Slot.starts_at, Slot.ends_at).where(
        Slot.account_id == account_id,
        Slot.starts_at < moments[-1] + length,
        Slot.ends_at > moments[0],
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def withdraw(session: Session, actor: Actor, slot_id: int, account_id: str | None) -> bool:
    """Delete a free time, of one account alone if given; whether it was there and free."""
    which = [Slot.id == slot_id, Slot.contact_id.is_(None)]
    if account_id is not None:
        which.append(Slot.account_id == account_id)
    if not session.connection().execute(delete(Slot).where(*which)).rowcount:
        return False
    trail.record(session, actor, "slot.delete", ("slot", str(slot_id)))
    return True
