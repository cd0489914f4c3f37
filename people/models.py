"""Tables about the persons served."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, now


class Contact(Base):
    """One person on one channel. `id` is opaque: the only name of a person that Rasa ever sees.

    `heard_at`: when they last wrote. `gone_at`: since when they have blocked us; nothing is sent
    until they write again. `held_by`: the counsellor who has the conversation; the machine is
    silent. `claimed_by`: the edge that works on the conversation now, so that no other does.
    """

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid4().hex)
    channel: Mapped[str] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(String(255))
    language: Mapped[str | None] = mapped_column(String(8))
    language_chosen: Mapped[bool] = mapped_column(default=False)
    introduced_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    held_by: Mapped[str | None] = mapped_column(String(64))
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(default=now)
