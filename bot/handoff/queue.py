"""The queue's rows: asked, found, put in order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from bot import inbox
from bot.handoff.models import Handoff, HandoffStep
from errors import NotThere
from store.base import now

OPEN = ("offered", "waiting", "held")
URGENT, USUAL = 0, 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """That somebody is to talk with a counsellor; the fields are those of Handoff."""

    reason: str
    language: str
    topic: str | None = None
    place: str | None = None
    card: dict[str, Any] = field(default_factory=dict)

    @property
    def priority(self) -> int:
        """0 for distress, which goes before all others."""
        return URGENT if self.reason == "distress" else USUAL


def current(session: Session, contact_id: str) -> Handoff | None:
    """The hand-off of a contact that has not come to its end."""
    return session.scalars(
        select(Handoff)
        .where(Handoff.contact_id == contact_id, Handoff.state.in_(OPEN))
        .order_by(Handoff.id.desc())
        .limit(1)
    ).one_or_none()


def get(session: Session, handoff_id: int) -> Handoff:
    """A hand-off.

    Raises:
        NotThere: there is none of this id.
    """
    found = session.get(Handoff, handoff_id, populate_existing=True)
    if found is None:
        raise NotThere(f"no hand-off {handoff_id}")
    return found


def ask(session: Session, contact_id: str, wanted: Wanted, state: str) -> Handoff | None:
    """Have somebody wait (or, outside the hours, be offered a callback), once.

    Who waits already goes on waiting, and is urgent from now on if this is.

    Args:
        session: a writing session.
        contact_id: the person.
        wanted: why, and what is known.
        state: waiting or offered.

    Returns:
        the hand-off, new or the one that is open; None for a person who is not there any more.
    """
    if inbox.lock(session.connection(), contact_id) is None:
        return None
    found = current(session, contact_id)
    if found is None:
        return _begun(session, contact_id, wanted, state)
    if found.state == "offered" and state == "waiting":
        found.state, found.due_at = "waiting", now()
    if wanted.priority < found.priority:
        found.priority, found.reason, found.topic = wanted.priority, wanted.reason, wanted.topic
    found.card = {**found.card, **wanted.card}
    session.flush()
    return found


def _begun(session: Session, contact_id: str, wanted: Wanted, state: str) -> Handoff:
    moment = now()
    handoff = Handoff(
        contact_id=contact_id,
        state=state,
        reason=wanted.reason,
        priority=wanted.priority,
        topic=wanted.topic,
        language=wanted.language,
        place=wanted.place[:80] if wanted.place else None,
        card=wanted.card,
        asked_at=moment,
        due_at=moment,
    )
    session.add(handoff)
    session.flush()
    step(session, handoff.id, "asked", None, reason=wanted.reason)
    return handoff


def step(
    session: Session, handoff_id: int, kind: str, account_id: str | None, **detail: object
) -> None:
    """Write down what happened to a hand-off; see HandoffStep."""
    session.add(HandoffStep(handoff_id=handoff_id, kind=kind, account_id=account_id, detail=detail))
    session.flush()


def waits(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """Those who wait now; callbacks for later are none of them."""
    return Handoff.state == "waiting", Handoff.due_at <= moment


ORDER = (Handoff.priority, Handoff.due_at, Handoff.id)
"""In which order those who wait are to be taken."""


def position(session: Session, handoff: Handoff, moment: datetime) -> int:
    """1 for who is next. Who waits for another team is not before anybody."""
    before = or_(
        Handoff.priority < handoff.priority,
        and_(Handoff.priority == handoff.priority, Handoff.due_at < handoff.due_at),
        and_(
            Handoff.priority == handoff.priority,
            Handoff.due_at == handoff.due_at,
            Handoff.id < handoff.id,
        ),
    )
    same = [] if handoff.team_id is None else [_competes(handoff.team_id)]
    counted = select(func.count()).where(*waits(moment), before, *same)
    return session.execute(counted).scalar_one() + 1


def _competes(team_id: int) -> ColumnElement[bool]:
    return or_(Handoff.team_id.is_(None), Handoff.team_id == team_id)


def positions(rows: Sequence[Handoff]) -> dict[int, int]:
    """The same for a whole queue, in order: position by id."""
    found = {}
    for place, row in enumerate(rows):
        before = sum(
            1
            for one in rows[:place]
            if row.team_id is None or one.team_id is None or one.team_id == row.team_id
        )
        found[row.id] = before + 1
    return found
