"""The outbox: what is to be sent, what became of it, and what is tried again when.

A reply is `pending` until its channel has taken it. `due_at` says when the outbox tries next: it is
None for replies that wait for the person to come (a closed window, a client that asks).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from sqlalchemy.orm import Session

from bot import dispatches, finishing, inbox
from bot.messages import Body, Person, Reply, Waiting
from bot.models import CONTACT, INCOMING, REPLY
from store.base import now

GIVEN_UP_AFTER = timedelta(days=1)
"""What could not be sent for so long has failed."""


@dataclass(slots=True)
class Outcome:
    """What became of replies that were to be sent.

    Attributes:
        sent: the platform's ids of those that it has taken, by the reply's id.
        failed: why each of those will never be sent, by the reply's id.
        again_at: when to try what is left; `tried` is the one that was tried, and `reason` why not.
        gone: the person has blocked us.
        absent: nobody was there to show it to: it waits until they come.
        unseen: what other edges are to show, if the person is with them.
    """

    sent: dict[int, Sequence[str]] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    again_at: datetime | None = None
    tried: int | None = None
    reason: str | None = None
    gone: bool = False
    absent: bool = False
    unseen: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Taken:
    """A conversation that was taken up: its person, what is due to them, the next message.

    Without anything due and without a message it has been given free again.
    """

    person: Person | None
    due: Sequence[Reply] = ()
    following: Waiting | None = None


def put(  # noqa: PLR0913 - the columns of what is said
    session: Session,
    contact_id: str,
    bodies: Sequence[Body],
    language: str,
    *,
    purpose: str,
    incoming_id: int | None = None,
) -> list[int]:
    """Write messages for a person that nobody asked for: the outbox sends them within a second.

    Args:
        session: a writing session.
        contact_id: the person.
        bodies: the messages, in order.
        language: the language that they are in.
        purpose: "alert", "counsellor" or "notice".
        incoming_id: the message that they answer, if they do.

    Returns:
        the rows' ids; none for a person who is not there any more, or has blocked us.
    """
    connection = session.connection()
    person = inbox.lock(connection, contact_id)
    if person is None or person.gone_at is not None:
        return []
    moment = now()
    backlog = select(func.max(REPLY.c.due_at)).where(
        REPLY.c.contact_id == contact_id, REPLY.c.status == "pending"
    )
    shared = {
        "contact_id": contact_id,
        "incoming_id": incoming_id,
        "language": language,
        "purpose": purpose,
        "status": "pending",
        "created_at": moment,
        "due_at": connection.execute(backlog).scalar() or moment,
        "attempts": 0,
    }
    rows = [{**shared, "position": place, "body": body} for place, body in enumerate(bodies)]
    statement = insert(REPLY).returning(REPLY.c.id)
    return [connection.execute(statement, row).scalar_one() for row in rows]


def take_up(session: Session, edge: str, contact_id: str) -> Taken:
    """What is to be done in a claimed conversation; without anything it is given free."""
    connection = session.connection()
    person = inbox.lock(connection, contact_id)
    if person is None or person.claimed_by != edge:
        return Taken(None)
    if due := _due(connection, contact_id):
        return Taken(person, due)
    return Taken(person, following=inbox.following(connection, person))


def _due(connection: Connection, contact_id: str) -> list[Reply]:
    waits = (
        REPLY.c.contact_id == contact_id,
        REPLY.c.status == "pending",
        REPLY.c.due_at.is_not(None),
    )
    first = select(REPLY.c.due_at).where(*waits).order_by(REPLY.c.id).limit(1)
    due_at = connection.execute(first).scalar()
    # The first that waits holds up those behind it.
    return [] if due_at is None or due_at > now() else _replies(connection, *waits)


def written(session: Session, reply_ids: Sequence[int]) -> list[Reply]:
    """These replies, in order."""
    return _replies(session.connection(), REPLY.c.id.in_(reply_ids))


def _replies(connection: Connection, *which: ColumnElement[bool]) -> list[Reply]:
    rows = connection.execute(
        select(
            REPLY.c.id,
            REPLY.c.body,
            func.coalesce(REPLY.c.language, ""),
            REPLY.c.purpose,
            INCOMING.c.message_id,
            REPLY.c.attempts,
            REPLY.c.created_at,
        )
        .outerjoin(INCOMING, INCOMING.c.id == REPLY.c.incoming_id)
        .where(*which)
        .order_by(REPLY.c.id)
    )
    return [Reply(*row) for row in rows]


def settle(
    session: Session, edge: str, channel: str, contact_id: str, outcome: Outcome
) -> Waiting | None:
    """Write down what became of replies; give the next message, or the conversation free."""
    connection = session.connection()
    person = inbox.lock(connection, contact_id)
    note(session, channel, outcome)
    if person is None:
        return None
    _put_off(connection, contact_id, outcome)
    if outcome.gone:
        _leave(connection, contact_id)
    if outcome.unseen:
        inbox.news(connection, edge, person, None, outcome.unseen)
    return inbox.following(connection, person) if person.claimed_by == edge else None


def gone(session: Session, channel: str, address: str) -> None:
    """Note that a person has blocked us; their next message takes it back."""
    connection = session.connection()
    found = connection.execute(
        select(CONTACT.c.id).where(CONTACT.c.channel == channel, CONTACT.c.address == address)
    ).scalar()
    if found:
        _leave(connection, found)


def _leave(connection: Connection, contact_id: str) -> None:
    left = update(CONTACT).where(CONTACT.c.id == contact_id, CONTACT.c.gone_at.is_(None))
    connection.execute(left.values(gone_at=now()))
    _give_up(connection, [REPLY.c.contact_id == contact_id], "the person has blocked us")


def note(session: Session, channel: str, outcome: Outcome) -> None:
    """Mark replies sent or failed."""
    connection = session.connection()
    finishing.mark_sent(connection, list(outcome.sent))
    for reply_id, platform_ids in outcome.sent.items():
        dispatches.sent(session, channel, reply_id, platform_ids)
    for reply_id, reason in outcome.failed.items():
        _give_up(connection, [REPLY.c.id == reply_id], reason)


def _put_off(connection: Connection, contact_id: str, outcome: Outcome) -> None:
    waits = (REPLY.c.contact_id == contact_id, REPLY.c.status == "pending")
    if outcome.absent:
        connection.execute(update(REPLY).where(*waits).values(due_at=None))
    elif outcome.again_at is not None:
        # All that waits for this person waits as long: nothing overtakes.
        later = (*waits, REPLY.c.due_at.is_not(None))
        connection.execute(update(REPLY).where(*later).values(due_at=outcome.again_at))
        connection.execute(
            update(REPLY)
            .where(REPLY.c.id == outcome.tried)
            .values(attempts=REPLY.c.attempts + 1, reason=outcome.reason)
        )


def _give_up(connection: Connection, which: Sequence[Any], reason: str | None) -> int:
    values: dict[str, Any] = {"status": "failed", "due_at": None}
    values |= {} if reason is None else {"reason": reason}
    waits = (REPLY.c.status == "pending", REPLY.c.due_at.is_not(None))
    return connection.execute(update(REPLY).where(*which, *waits).values(values)).rowcount


def give_up_old(session: Session) -> int:
    """Mark failed what could not be sent for a day; how many. The last reason is kept."""
    old = REPLY.c.created_at < now() - GIVEN_UP_AFTER
    return _give_up(session.connection(), [old], None)


def counts(session: Session) -> dict[str, int]:
    """How many replies wait to be sent (`pending`), and how many failed in a day (`failed`)."""
    since = REPLY.c.created_at > now() - 2 * GIVEN_UP_AFTER
    pending = select(func.count()).where(REPLY.c.due_at.is_not(None), REPLY.c.status == "pending")
    failed = select(func.count()).where(REPLY.c.status == "failed", since)
    return {
        "pending": session.execute(pending).scalar_one(),
        "failed": session.execute(failed).scalar_one(),
    }
