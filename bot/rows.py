"""Every query of the turn. Each function is the work of one short transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.incoming import Incoming
from bot.models import IncomingRow, ReplyRow
from people import contacts
from people.models import Contact
from store.base import now

Body = dict[str, Any]
"""One message to a person: text, buttons, image, custom; empty parts are left out."""


@dataclass(frozen=True, slots=True)
class Received:
    """The row of a message: `new` unless the same message was there before."""

    id: int
    contact_id: str
    new: bool
    answered: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits for its answer, with what is known about the person."""

    id: int
    contact_id: str
    channel: str
    address: str
    message_id: str
    text: str | None
    payload: str | None
    media: str | None
    attempts: int
    language: str | None
    language_chosen: bool
    introduced: bool


@dataclass(frozen=True, slots=True)
class Composed:
    """What a message is answered with, and what was learnt about the person on the way.

    `language` is the answer's; it is kept as the person's only when it is not our guess.
    """

    bodies: Sequence[Body]
    language: str
    language_chosen: bool
    introduced: bool
    guessed: bool = False
    status: str = "answered"
    intent: str | None = None
    understood: dict[str, Any] = field(default_factory=dict)
    """Columns of the message's row: intent, confidence, guesses, variety, language."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One message and its replies, as a conversation's history shows them."""

    message_id: str
    text: str
    received_at: str
    waiting: bool
    bodies: Sequence[Body]
    reply_ids: Sequence[int]


def record(session: Session, incoming: Incoming) -> Received:
    """Write a message's row, or find the one that a repeat has.

    Raises:
        sqlalchemy.exc.IntegrityError: another transaction wrote the same row just now.
    """
    found = session.scalars(
        select(IncomingRow).where(
            IncomingRow.channel == incoming.channel,
            IncomingRow.message_id == incoming.message_id,
        )
    ).one_or_none()
    if found:
        return Received(found.id, found.contact_id, new=False, answered=found.status != "received")
    row = _row(session, incoming)
    return Received(row.id, row.contact_id, new=True, answered=False)


def _row(session: Session, incoming: Incoming) -> IncomingRow:
    contact = contacts.find_or_add(
        session, incoming.channel, incoming.address, language=incoming.language
    )
    if incoming.greeted:
        contacts.mark_introduced(contact)
    row = IncomingRow(
        channel=incoming.channel,
        message_id=incoming.message_id,
        contact_id=contact.id,
        text=incoming.text,
        payload=incoming.payload,
        media=incoming.media,
        sent_at=incoming.sent_at,
    )
    session.add(row)
    session.flush()
    return row


def next_waiting(session: Session, contact_id: str) -> Waiting | None:
    """The oldest message of a person that is not answered."""
    found = session.execute(
        select(IncomingRow, Contact)
        .join(Contact, Contact.id == IncomingRow.contact_id)
        .where(IncomingRow.contact_id == contact_id, IncomingRow.status == "received")
        .order_by(IncomingRow.id)
        .limit(1)
    ).one_or_none()
    return _waiting(*found) if found else None


def _waiting(row: IncomingRow, contact: Contact) -> Waiting:
    return Waiting(
        id=row.id,
        contact_id=contact.id,
        channel=contact.channel,
        address=contact.address,
        message_id=row.message_id,
        text=row.text,
        payload=row.payload,
        media=row.media,
        attempts=row.attempts,
        language=contact.language,
        language_chosen=contact.language_chosen,
        introduced=contact.introduced_at is not None,
    )


def store_answer(session: Session, waiting: Waiting, composed: Composed) -> list[int] | None:
    """Mark a message answered and write its replies, pending, in the same transaction.

    Returns:
        the replies' ids, or None when the message had been answered already.
    """
    marked = session.execute(
        update(IncomingRow)
        .where(IncomingRow.id == waiting.id, IncomingRow.status == "received")
        .values(status=composed.status, **composed.understood)
        .returning(IncomingRow.id)
    ).one_or_none()
    if marked is None:
        return None
    _learn(session, waiting, composed)
    replies = [
        ReplyRow(
            contact_id=waiting.contact_id,
            incoming_id=waiting.id,
            position=position,
            body=body,
            language=composed.language,
        )
        for position, body in enumerate(composed.bodies)
    ]
    session.add_all(replies)
    session.flush()
    return [reply.id for reply in replies]


def _learn(session: Session, waiting: Waiting, composed: Composed) -> None:
    contact = session.get_one(Contact, waiting.contact_id)
    if not composed.guessed:
        contacts.learn_language(contact, composed.language, chosen=composed.language_chosen)
    if composed.introduced:
        contacts.mark_introduced(contact)


def count_attempt(session: Session, incoming_id: int) -> None:
    """Note that an attempt to answer a message has failed."""
    session.execute(
        update(IncomingRow)
        .where(IncomingRow.id == incoming_id)
        .values(attempts=IncomingRow.attempts + 1)
    )


def claim_slow(session: Session, incoming_id: int) -> Waiting | None:
    """The message, if its person is to be told now that the answer comes later; else None.

    None when it has been answered meanwhile, or when the person was told before.
    """
    claimed = session.execute(
        update(IncomingRow)
        .where(
            IncomingRow.id == incoming_id,
            IncomingRow.status == "received",
            IncomingRow.told_slow.is_(False),
        )
        .values(told_slow=True)
        .returning(IncomingRow.id)
    ).one_or_none()
    if claimed is None:
        return None
    row = session.get_one(IncomingRow, incoming_id)
    return _waiting(row, session.get_one(Contact, row.contact_id))


def waiting_contacts(session: Session, limit: int = 1000) -> list[str]:
    """Persons with messages that wait, those with the fewest failed attempts first."""
    attempts = func.max(IncomingRow.attempts)
    return list(
        session.scalars(
            select(IncomingRow.contact_id)
            .where(IncomingRow.status == "received")
            .group_by(IncomingRow.contact_id)
            .order_by(attempts, func.min(IncomingRow.id))
            .limit(limit)
        )
    )


def replies_of(session: Session, incoming_id: int) -> list[ReplyRow]:
    """The replies to one message, in order."""
    return list(
        session.scalars(
            select(ReplyRow).where(ReplyRow.incoming_id == incoming_id).order_by(ReplyRow.position)
        )
    )


def take(session: Session, received: Received, others: Collection[int] = ()) -> list[Body]:
    """What to say to a person who is here, from now on sent: nobody else can take it.

    A new message gets the replies to earlier ones that nobody has fetched, then its own; a repeat
    gets its own, sent before or not.

    Args:
        session: a writing session.
        received: the person's message.
        others: messages whose replies are being fetched by others.
    """
    own = replies_of(session, received.id)
    mark_sent(session, [reply.id for reply in own if reply.status == "pending"])
    late = _late(session, received, others) if received.new else []
    return [reply.body for reply in (*late, *own)]


def _late(session: Session, received: Received, others: Collection[int]) -> list[ReplyRow]:
    pending = session.execute(
        select(ReplyRow.id, ReplyRow.incoming_id)
        .join(IncomingRow, IncomingRow.id == ReplyRow.incoming_id)
        .where(ReplyRow.status == "pending", IncomingRow.contact_id == received.contact_id)
    ).all()
    ids = [row.id for row in pending if row.incoming_id not in {received.id, *others}]
    if not ids:
        return []
    taken = session.scalars(
        update(ReplyRow)
        .where(ReplyRow.id.in_(ids), ReplyRow.status == "pending")
        .values(status="sent", sent_at=now())
        .returning(ReplyRow)
    )
    return sorted(taken, key=lambda reply: (reply.incoming_id, reply.position))


def mark_sent(session: Session, reply_ids: Sequence[int]) -> None:
    """Note that the channel has taken these replies."""
    if not reply_ids:
        return
    session.execute(
        update(ReplyRow)
        .where(ReplyRow.id.in_(reply_ids), ReplyRow.status == "pending")
        .values(status="sent", sent_at=now())
    )


def history(session: Session, contact_id: str, limit: int) -> list[Exchange]:
    """The last `limit` messages of a person with their replies, the oldest first."""
    rows = session.scalars(
        select(IncomingRow)
        .where(IncomingRow.contact_id == contact_id)
        .order_by(IncomingRow.id.desc())
        .limit(limit)
    ).all()
    replies: dict[int, list[ReplyRow]] = {row.id: [] for row in rows}
    for reply in session.scalars(
        select(ReplyRow)
        .where(ReplyRow.incoming_id.in_(replies))
        .order_by(ReplyRow.incoming_id, ReplyRow.position)
    ):
        replies[reply.incoming_id or 0].append(reply)
    return [_exchange(row, replies[row.id]) for row in reversed(rows)]


def _exchange(row: IncomingRow, replies: Sequence[ReplyRow]) -> Exchange:
    return Exchange(
        message_id=row.message_id,
        text=row.text or "",
        received_at=row.received_at.isoformat(),
        waiting=row.status == "received",
        bodies=[reply.body for reply in replies],
        reply_ids=[reply.id for reply in replies if reply.status == "pending"],
    )
