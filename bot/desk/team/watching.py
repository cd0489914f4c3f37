"""The desk at a glance: how many wait and how long, who is there, how quick today was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handoff.models import Handoff
from bot.handoff.views import Colleague, Item, Queue
from store.base import now


@dataclass(frozen=True, slots=True)
class Pace:
    """Today so far; the minutes are medians, None where there is nothing to count.

    `taken`: conversations that a counsellor took; `waited`: minutes until then; `answered`:
    minutes from then to the first answer; `closed`: conversations that came to their end.
    """

    taken: int
    waited: float | None
    answered: float | None
    closed: int


@dataclass(frozen=True, slots=True)
class Glance:
    """What a supervisor sees first."""

    queue: Queue
    held: Sequence[Item]
    colleagues: Sequence[Colleague]
    pace: Pace
    moment: datetime

    @property
    def longest(self) -> int:
        """Minutes that whoever waits longest has waited."""
        return max((self.minutes(one.due_at) for one in self.queue.waiting), default=0)

    @property
    def here(self) -> int:
        """Counsellors who are at the desk."""
        return sum(one.here for one in self.colleagues)

    def minutes(self, since: datetime) -> int:
        """Whole minutes since a moment."""
        return max(0, int((self.moment - since).total_seconds() // 60))


def pace(session: Session, zone: ZoneInfo) -> Pace:
    """How today went so far, by the deployment's clock."""
    local = now().astimezone(zone)
    midnight = datetime.combine(local.date(), time.min, zone)
    columns = (Handoff.due_at, Handoff.held_at, Handoff.first_answer_at)
    rows = session.execute(select(*columns).where(Handoff.held_at >= midnight)).all()
    ended = select(Handoff.id).where(Handoff.closed_at >= midnight, Handoff.held_at.is_not(None))
    return Pace(
        taken=len(rows),
        waited=_minutes([(row.due_at, row.held_at) for row in rows]),
        answered=_minutes([(row.held_at, row.first_answer_at) for row in rows]),
        closed=len(session.execute(ended).all()),
    )


def _minutes(spans: Sequence[tuple[datetime, datetime | None]]) -> float | None:
    lengths = [max(0.0, (end - begin).total_seconds() / 60) for begin, end in spans if end]
    return median(lengths) if lengths else None
