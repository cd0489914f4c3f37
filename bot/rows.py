"""What is read of a conversation: its replies and its history."""

from collections.abc import Collection, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import finishing
from bot.messages import Body, Exchange, Received
from bot.models import IncomingRow, ReplyRow
from people.attachment_models import Attachment
from store.base import now

_FILE = "📎"


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
        select(ReplyRow.id, ReplyRow.incoming_id).where(
            ReplyRow.contact_id == received.contact_id, ReplyRow.status == "pending"
        )
    ).all()
    ids = [row.id for row in pending if row.incoming_id not in {received.id, *others}]
    if not ids:
        return []
    taken = session.scalars(
        update(ReplyRow)
        .where(ReplyRow.id.in_(ids), ReplyRow.status == "pending")
        .values(status="sent", sent_at=now(), due_at=None)
        .returning(ReplyRow)
    )
    return sorted(taken, key=lambda reply: reply.id)


def mark_sent(session: Session, reply_ids: Sequence[int]) -> None:
    """Note that these replies, of those that wait, have reached the person."""
    finishing.mark_sent(session.connection(), reply_ids)


def history(session: Session, contact_id: str, limit: int) -> list[Exchange]:
    """The last `limit` messages of a person with their replies, the oldest first.

    What we said unasked stands among them, each an exchange of its own.
    """
    rows = session.scalars(
        select(IncomingRow)
        .where(IncomingRow.contact_id == contact_id)
        .order_by(IncomingRow.id.desc())
        .limit(limit)
    ).all()
    replies: dict[int, list[ReplyRow]] = {row.id: [] for row in rows}
    for reply in session.scalars(
        select(ReplyRow).where(ReplyRow.incoming_id.in_(replies)).order_by(ReplyRow.id)
    ):
        replies[reply.incoming_id or 0].append(reply)
    names = _names(session, [row.id for row in rows if row.media and not row.text])
    exchanges = [_exchange(row, replies[row.id], names.get(row.id, "")) for row in rows]
    exchanges += [_unasked(reply) for reply in _said_unasked(session, contact_id, limit)]
    return sorted(exchanges, key=lambda exchange: exchange.received_at)[-limit:]


def _said_unasked(session: Session, contact_id: str, limit: int) -> Sequence[ReplyRow]:
    return session.scalars(
        select(ReplyRow)
        .where(ReplyRow.contact_id == contact_id, ReplyRow.incoming_id.is_(None))
        .order_by(ReplyRow.id.desc())
        .limit(limit)
    ).all()


def _names(session: Session, incoming_ids: Sequence[int]) -> dict[int, str]:
    """What messages without words brought, to be shown in place of words."""
    about = dict.fromkeys(incoming_ids, _FILE)
    if about:
        query = select(Attachment.incoming_id, Attachment.name).where(
            Attachment.incoming_id.in_(about), Attachment.name != ""
        )
        for incoming_id, name in session.execute(query.order_by(Attachment.id)):
            about[incoming_id or 0] += f" {name}"
    return about


def _exchange(row: IncomingRow, replies: Sequence[ReplyRow], about: str = "") -> Exchange:
    return Exchange(
        message_id=row.message_id,
        text=row.text or "",
        received_at=row.received_at.isoformat(),
        waiting=row.status == "received",
        bodies=[reply.body for reply in replies],
        reply_ids=[reply.id for reply in replies if reply.status == "pending"],
        last_reply_id=max((reply.id for reply in replies), default=0),
        about=about,
    )


def _unasked(reply: ReplyRow) -> Exchange:
    return Exchange(
        message_id=None,
        text="",
        received_at=reply.created_at.isoformat(),
        waiting=False,
        bodies=[reply.body],
        reply_ids=[reply.id] if reply.status == "pending" else [],
        last_reply_id=reply.id,
    )
