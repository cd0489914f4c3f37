"""Which conversations have something to do, and whose they are."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from bot.inbox import FACTS, waiting_of
from bot.messages import Person, Waiting
from bot.models import CONTACT, INCOMING, REPLY
from store.base import now

_NOBODYS = CONTACT.c.claimed_by.is_(None)
_OURS = CONTACT.c.claimed_by == bindparam("edge")
_IDLE = CONTACT.c.id.not_in(bindparam("busy", expanding=True))
_WITH_MESSAGES = (
    select(INCOMING.c.contact_id)
    .join(CONTACT, CONTACT.c.id == INCOMING.c.contact_id)
    .where(
        INCOMING.c.status == "received",
        _IDLE,
        or_(_NOBODYS, and_(_OURS, INCOMING.c.received_at < bindparam("before"))),
    )
    .group_by(INCOMING.c.contact_id)
    .order_by(func.max(INCOMING.c.attempts), func.min(INCOMING.c.id))
    .limit(bindparam("most"))
)
_WITH_DUE = (
    select(REPLY.c.contact_id)
    .join(CONTACT, CONTACT.c.id == REPLY.c.contact_id)
    .where(
        REPLY.c.due_at <= bindparam("moment"),
        REPLY.c.status == "pending",
        _IDLE,
        or_(_NOBODYS, _OURS),
    )
    .group_by(REPLY.c.contact_id)
    .order_by(func.min(REPLY.c.due_at))
    .limit(bindparam("most"))
)
_ON_ITS_WAY = timedelta(seconds=2)


def free_contacts(session: Session, edge: str, busy: Collection[str], limit: int) -> list[str]:
    """Persons for whom something is to be done and nobody does it, the best to try first.

    Those with messages to answer, the fewest failed attempts first; without any, those with
    replies that are due.

    Args:
        session: a session.
        edge: the edge that asks. What it has claimed and does not work on was lost on the way: it
            is taken up too, once it cannot be on its way any more.
        busy: the conversations that it works on.
        limit: most of them.
    """
    moment = now()
    given = {"edge": edge, "busy": list(busy), "most": limit, "moment": moment}
    answer = session.scalars(_WITH_MESSAGES, given | {"before": moment - _ON_ITS_WAY})
    return list(answer) or list(session.scalars(_WITH_DUE, given))


def claim(session: Session, edge: str, contact_ids: Collection[str]) -> list[str]:
    """Those of the persons whom this edge has now; the others belong to another edge."""
    free = or_(CONTACT.c.claimed_by.is_(None), CONTACT.c.claimed_by == edge)
    mine = set(
        session.scalars(
            select(CONTACT.c.id)
            .where(CONTACT.c.id.in_(contact_ids), free)
            .with_for_update(skip_locked=True)
        )
    )
    session.execute(update(CONTACT).where(CONTACT.c.id.in_(mine)).values(claimed_by=edge))
    return [contact_id for contact_id in contact_ids if contact_id in mine]


def release(session: Session, edge: str, contact_id: str) -> None:
    """Give a conversation free although something waits in it: it is tried again later."""
    session.execute(
        update(CONTACT)
        .where(CONTACT.c.id == contact_id, CONTACT.c.claimed_by == edge)
        .values(claimed_by=None)
    )


def count_attempt(session: Session, incoming_id: int) -> None:
    """Note that an attempt to answer a message has failed."""
    session.execute(
        update(INCOMING)
        .where(INCOMING.c.id == incoming_id)
        .values(attempts=INCOMING.c.attempts + 1)
    )


def tell_once(session: Session, incoming_id: int) -> bool:
    """Whether the person is to be told now that the answer to a message comes later.

    Not when it has been answered meanwhile, nor when they were told before.
    """
    marked = session.execute(
        update(INCOMING)
        .where(
            INCOMING.c.id == incoming_id,
            INCOMING.c.status == "received",
            INCOMING.c.told_slow.is_(False),
        )
        .values(told_slow=True)
        .returning(INCOMING.c.id)
    )
    return marked.one_or_none() is not None


def claim_slow(session: Session, incoming_id: int) -> Waiting | None:
    """The message, if its person is to be told now; see tell_once."""
    if not tell_once(session, incoming_id):
        return None
    found = session.execute(
        select(INCOMING, *FACTS)
        .join(CONTACT, CONTACT.c.id == INCOMING.c.contact_id)
        .where(INCOMING.c.id == incoming_id)
    ).one()
    person = Person(*found[-len(FACTS) :])
    row = dict(zip(INCOMING.c.keys(), found, strict=False))
    return waiting_of(incoming_id, row, person)


def how_many_wait(session: Session) -> tuple[int, float]:
    """How many messages wait for an answer, and for how many seconds the oldest does."""
    waiting = INCOMING.c.status == "received"
    count, oldest = session.execute(
        select(func.count(), func.min(INCOMING.c.received_at)).where(waiting)
    ).one()
    return count, (now() - oldest).total_seconds() if oldest else 0.0
