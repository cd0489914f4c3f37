"""What a conversation's page shows: card, lines, names, and whether its channel lets us write."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.desk.conversation import window
from bot.desk.conversation.window import Window
from bot.desk.desk import Desk
from bot.desk.inbox import people
from bot.handoff.views import Actor, Item, Line
from people import appointments
from people.appointment_models import Appointment
from store.base import now


@dataclass(frozen=True, slots=True)
class Composer:
    """How the holder may write.

    Attributes:
        translates: a model puts their words into the person's language; None where both are one.
        window: what the channel lets through.
    """

    translates: bool | None
    window: Window


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of one day by the deployment's clock."""

    date: date
    lines: Sequence[Line]


def composer(desk: Desk, actor: Actor, item: Item) -> Composer:
    """How somebody may write to the person of a conversation."""
    other = item.language != actor.language
    translates = desk.handoff.translates(actor.language, item.language) if other else None
    return Composer(translates, window_of(desk, item))


def window_of(desk: Desk, item: Item) -> Window:
    """What the channel of a conversation lets through now."""
    return window.of(item.channel, item.said_at, item.language, desk.speech.profile)


def state(item: Item) -> str:
    """What changes when the page has to be drawn anew: who may do what."""
    return f"{item.id}-{item.state}-{item.account_id or ''}"


def days(lines: Sequence[Line], zone: ZoneInfo) -> Iterator[Day]:
    """The lines day by day."""
    kept: list[Line] = []
    for line in lines:
        if kept and _date(kept[0], zone) != _date(line, zone):
            yield Day(_date(kept[0], zone), kept)
            kept = []
        kept.append(line)
    if kept:
        yield Day(_date(kept[0], zone), kept)


def _date(line: Line, zone: ZoneInfo) -> date:
    return line.at.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Booked:
    """A person's next appointment, and with whom."""

    meeting: Appointment
    counsellor: str


def booked(session: Session, contact_id: str) -> Booked | None:
    """The next appointment of a person; None without one."""
    found = appointments.mine(session, contact_id, now())
    if found is None:
        return None
    return Booked(found, people.names(session, [found.account_id]).get(found.account_id, "–"))


async def names_in(desk: Desk, lines: Iterable[Line], *items: Item) -> dict[str, str]:
    """What the accounts are called that lines and conversations name."""
    ids = {one.account_id for one in items}
    for line in lines:
        ids |= {line.author, _to(line)}
    return await desk.transactions.read(people.names, ids)


def _to(line: Line) -> str | None:
    to = line.detail.get("to")
    return to if isinstance(to, str) else None


async def whole(desk: Desk, actor: Actor, contact_id: str, most: int = 5000) -> list[Line]:
    """A transcript from its beginning, as far as `most` lines reach back.

    Raises:
        NotThere: the account may not see it.
    """
    lines: list[Line] = []
    before: datetime | None = None
    while len(lines) < most:
        page = await desk.handoff.transcript(
            actor, contact_id, before=before, limit=200, translate=False
        )
        if not page:
            break
        lines, before = [*page, *lines], page[0].at
    return lines


def last_of_person(lines: Sequence[Line]) -> str:
    """The key of the last line that the person wrote; "" where there is none."""
    return next((line.key for line in reversed(lines) if line.kind == "person"), "")
