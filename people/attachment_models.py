"""Tables of the files that persons and counsellors send each other."""

from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, now


class Attachment(Base):
    """One file, or what is left to say of it.

    `incoming_id`: the message of the person that brought it; `reply_id`: the counsellor's that
    brings it. Both tables belong to another room and go with the contact, as this one does.
    `source`: what the channel fetches it by; None once it is here. `source_key` tells two files of
    one message (an album) apart.
    `state`: waiting (to be fetched and checked), kept, refused (`reason` says why: see
    bot/attachments/refusals.py), expired (deleted after its time).
    `name` is made safe, its ending is the content's; `kind`: picture, document or sound;
    `media_type` by its content; `size` in bytes.
    `token`: the address by which its person fetches it, until `open_until`.
    `due_at`: when a waiting one is tried next. `deletes_at`: when its content goes.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("incoming_id", "source_key"),
        Index("ix_attachment_state_due_at", "state", "due_at"),
        Index("ix_attachment_state_deletes_at", "state", "deletes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), index=True
    )
    incoming_id: Mapped[int | None]
    reply_id: Mapped[int | None] = mapped_column(index=True)
    source: Mapped[str | None] = mapped_column(Text)
    source_key: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    reason: Mapped[str | None] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[str | None] = mapped_column(String(16))
    media_type: Mapped[str | None] = mapped_column(String(80))
    size: Mapped[int | None]
    token: Mapped[str] = mapped_column(String(43), unique=True, default=lambda: token_urlsafe(32))
    open_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime | None]
    deletes_at: Mapped[datetime]


class AttachmentContent(Base):
    """A file's bytes, and those of a small JPEG of a picture; apart, since lists need neither."""

    __tablename__ = "attachment_content"

    attachment_id: Mapped[int] = mapped_column(
        ForeignKey("attachment.id", ondelete="CASCADE"), primary_key=True
    )
    content: Mapped[bytes] = mapped_column(LargeBinary)
    preview: Mapped[bytes | None] = mapped_column(LargeBinary)
