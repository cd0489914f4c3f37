"""The queries that answer a message: marked, its replies written, its conversation given free.

Like those that take it in (inbox), each is the work of one short transaction, in statements that
are put together once and compiled once.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from bot.inbox import following, keep, lock, news
from bot.messages import Body, Composed, Finished, Person, Waiting
from bot.models import INCOMING, REPLY
from store.base import now

Also = Callable[[Session, Waiting, Composed], None]
"""What another part of the house writes in the transaction of an answer."""

_UNDERSTOOD = ("intent", "confidence", "guesses", "variety", "language")
_MARK = (
    update(INCOMING)
    .where(INCOMING.c.id == bindparam("incoming"), INCOMING.c.status == "received")
    .values({name: bindparam(f"new_{name}") for name in ("status", *_UNDERSTOOD)})
)
_REPLY = insert(REPLY).returning(REPLY.c.id)
_PENDING = (
    select(REPLY.c.id, REPLY.c.incoming_id, REPLY.c.body)
    .where(REPLY.c.contact_id == bindparam("contact"), REPLY.c.status == "pending")
    .order_by(REPLY.c.id)
)
_SENT = (
    update(REPLY)
    .where(REPLY.c.id.in_(bindparam("replies", expanding=True)), REPLY.c.status == "pending")
    .values(status="sent", sent_at=bindparam("new_sent_at"), due_at=None)
)
_DUE = select(func.max(REPLY.c.due_at)).where(
    REPLY.c.contact_id == bindparam("contact"), REPLY.c.status == "pending"
)


def finish(  # noqa: PLR0913 - one transaction, told what to do in it
    session: Session,
    edge: str,
    waiting: Waiting,
    composed: Composed,
    *,
    due_at: datetime | None = None,
    asking: Collection[int] | None = None,
    release: bool = True,
    peers: bool = False,
    also: Also | None = None,
) -> Finished:
    """Mark a message answered and write its replies, in one transaction.

    Args:
        session: a writing session.
        edge: the edge whose conversation it is.
        waiting: the message.
        composed: its answer.
        due_at: when the outbox sends it; None when it is not the outbox that does.
        asking: None unless the person waits for this answer here and gets it now, behind earlier
            ones: all but those to these messages, which others are fetching.
        release: go on to the next message, or give the conversation free.
        peers: other edges are to hear of it.
        also: what else is written with an answer.
    """
    connection = session.connection()
    person = lock(connection, waiting.contact_id)
    if person is None or person.claimed_by != edge:
        return Finished(None)
    if person.held_by is not None and composed.handoff is None:
        # A counsellor has come meanwhile, and the message is theirs to answer.
        return Finished(None, following=following(connection, person))
    if not _mark(connection, waiting, composed):
        return Finished(None, following=following(connection, person))
    late = [] if asking is None else _take(connection, person.id, asking)
    backlog = connection.execute(_DUE, {"contact": person.id}).scalar() if due_at else None
    status = "pending" if asking is None else "sent"
    reply_ids = _write(connection, waiting, composed, status, backlog or due_at)
    if also is not None:
        also(session, waiting, composed)
    if composed.also is not None:
        composed.also(session)
    if peers:
        news(connection, edge, person, waiting.id, reply_ids)
    learnt, next_one = _learnt(person, composed), None
    if release:
        next_one = following(connection, person, learnt)
    else:
        keep(connection, person, learnt)
    taken = None if asking is None else [*late, *composed.bodies]
    return Finished(reply_ids, taken, behind=backlog is not None, following=next_one)


def _mark(connection: Connection, waiting: Waiting, composed: Composed) -> bool:
    values = {f"new_{name}": composed.understood.get(name) for name in _UNDERSTOOD}
    values |= {"incoming": waiting.id, "new_status": composed.status}
    return connection.execute(_MARK, values).rowcount == 1


def _take(connection: Connection, contact_id: str, others: Collection[int]) -> list[Body]:
    rows = connection.execute(_PENDING, {"contact": contact_id}).all()
    late = [row for row in rows if row.incoming_id not in others]
    mark_sent(connection, [row.id for row in late])
    return [row.body for row in late]


def mark_sent(connection: Connection, reply_ids: Sequence[int]) -> None:
    """Note that these replies, of those that wait, have been sent."""
    if reply_ids:
        connection.execute(_SENT, {"replies": list(reply_ids), "new_sent_at": now()})


def _write(
    connection: Connection,
    waiting: Waiting,
    composed: Composed,
    status: str,
    due_at: datetime | None,
) -> list[int]:
    moment = now()
    shared = {
        "contact_id": waiting.contact_id,
        "incoming_id": waiting.id,
        "language": composed.language,
        "purpose": "answer",
        "status": status,
        "created_at": moment,
        "sent_at": moment if status == "sent" else None,
        "due_at": due_at if status == "pending" else None,
        "attempts": 0,
    }
    return [
        connection.execute(_REPLY, {**shared, "position": position, "body": body}).scalar_one()
        for position, body in enumerate(composed.bodies)
    ]


def _learnt(person: Person, composed: Composed) -> Person:
    if composed.introduced and person.introduced_at is None:
        person = replace(person, introduced_at=now())
    if composed.guessed:
        return person
    return replace(person, language=composed.language, language_chosen=composed.language_chosen)
