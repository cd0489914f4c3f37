"""Tables of the road from a message to its replies. Rows are the memory, processes are not."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from people.models import Contact
from store.base import Base, now


class IncomingRow(Base):
    """One message from a person, written before anything else happens to it.

    `status`: received (not answered yet), answered, failed (given up, with an apology), held (a
    counsellor has the conversation), limited (more than we take from one person).
    `text` is what was typed, or the title of the pressed button, cleaned, one character longer
    than the limit at most. `told_slow`: the person has read that the answer will come later.
    `latitude`, `longitude`: the point that was shared, in degrees, to about a kilometre.

    What was understood stands beside it from the answer on, for review and figures: `intent`
    (with its FAQ key), `confidence` (0 to 1), `guesses` (the likeliest intents, best first, as
    {"intent", "confidence"}), the `variety` written and the `language` answered in. None where no
    dialogue was asked.
    """

    __tablename__ = "incoming"
    __table_args__ = (
        UniqueConstraint("channel", "message_id"),
        Index("ix_incoming_contact_id_status_id", "contact_id", "status", "id"),
        Index("ix_incoming_status_attempts", "status", "attempts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    message_id: Mapped[str] = mapped_column(String(255))
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    text: Mapped[str | None] = mapped_column(Text)
    payload: Mapped[str | None] = mapped_column(Text)
    media: Mapped[str | None] = mapped_column(String(32))
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime] = mapped_column(default=now)
    status: Mapped[str] = mapped_column(String(16), default="received")
    attempts: Mapped[int] = mapped_column(default=0)
    told_slow: Mapped[bool] = mapped_column(default=False)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    intent: Mapped[str | None] = mapped_column(String(64))
    confidence: Mapped[float | None]
    guesses: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    variety: Mapped[str | None] = mapped_column(String(16))
    language: Mapped[str | None] = mapped_column(String(8))


class ReplyRow(Base):
    """One message to a person.

    `status`: pending (not handed to the channel yet), sent, delivered, read, failed (with its
    `reason`). `body` is the message in the dialogue's own shape: text, buttons, image, custom.
    `incoming_id`: what it answers; None when we speak first. `purpose`: answer, notice, alert,
    counsellor. `due_at`: when the outbox tries next; None where it is not the outbox that sends.
    """

    __tablename__ = "reply"
    __table_args__ = (
        UniqueConstraint("incoming_id", "position"),
        # Few replies are pending: found by status, a long conversation costs no more than a short.
        Index("ix_reply_contact_id_status_id", "contact_id", "status", "id"),
        Index(
            "ix_reply_due_at",
            "due_at",
            sqlite_where=literal_column("due_at IS NOT NULL"),
            postgresql_where=literal_column("due_at IS NOT NULL"),
        ),
        Index(
            "ix_reply_failed",
            "created_at",
            sqlite_where=literal_column("status = 'failed'"),
            postgresql_where=literal_column("status = 'failed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    incoming_id: Mapped[int | None] = mapped_column(ForeignKey("incoming.id", ondelete="CASCADE"))
    position: Mapped[int]
    body: Mapped[dict[str, Any]]
    language: Mapped[str | None] = mapped_column(String(8))
    purpose: Mapped[str] = mapped_column(String(16), default="answer", server_default="answer")
    status: Mapped[str] = mapped_column(String(16), default="pending")
    created_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    reason: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None]


class DispatchRow(Base):
    """A platform's own id of something sent, and what the platform told of it.

    A receipt may come before the row of what was sent: then `reply_id` is not known yet.
    """

    __tablename__ = "dispatch"

    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    platform_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    reply_id: Mapped[int | None] = mapped_column(
        ForeignKey("reply.id", ondelete="CASCADE"), index=True
    )
    status: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=now)


class EdgeProcess(Base):
    """An edge that lives. One that was not seen for a while is dead: its claims are free."""

    __tablename__ = "edge_process"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)


# The tables themselves, for the queries that every message goes through.
CONTACT = Base.metadata.tables[Contact.__tablename__]
INCOMING = Base.metadata.tables[IncomingRow.__tablename__]
REPLY = Base.metadata.tables[ReplyRow.__tablename__]
EDGE_PROCESS = Base.metadata.tables[EdgeProcess.__tablename__]
