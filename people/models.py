"""Tables about the persons served."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, now


class Contact(Base):
    """One person on one channel. `id` is opaque: the only name of a person that Rasa ever sees.

    `heard_at`: when they last wrote. `gone_at`: since when they have blocked us; nothing is sent
    until they write again. `held_by`: the counsellor who has the conversation; the machine is
    silent. `claimed_by`: the edge that works on the conversation now, so that no other does.
    `erase_at`: since when they want all of it deleted.
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
    erase_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class LinkCode(Base):
    """A code by which somebody moves to another channel: their last one, used once, kept hashed."""

    __tablename__ = "link_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    contact_id: Mapped[str] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), unique=True
    )
    expires_at: Mapped[datetime]


class PersonProfile(Base):
    """What somebody told of themselves and agreed to have kept, in their own words.

    `age_band` is "-17", "18-24", "25-29" or "30-": nobody's birthday is kept. Neither gender nor
    origin has a column.
    """

    __tablename__ = "person_profile"

    contact_id: Mapped[str] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    occupation: Mapped[str | None] = mapped_column(String(80))
    place: Mapped[str | None] = mapped_column(String(80))
    education: Mapped[str | None] = mapped_column(String(80))
    experience: Mapped[str | None] = mapped_column(String(80))
    age_band: Mapped[str | None] = mapped_column(String(8))
    consented_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Verdict(Base):
    """What somebody thinks of a listing: `verdict` is "saved" or "dismissed", the last one counts.

    `listing_id` is the catalogue's; a listing that expired stays in it.
    """

    __tablename__ = "verdict"

    contact_id: Mapped[str] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    listing_id: Mapped[int] = mapped_column(primary_key=True)
    verdict: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(default=now)


class Alert(Base):
    """A search that somebody wants to be told of.

    `what`, `place` and `contract` are as in the search, None for any. `words`: groups of
    alternative roots; each must stand in a listing's title or topics. `every` is "daily" or
    "weekly", at `hour` of the deployment's day. `due_at`: when it is looked at next; None since it
    expired and its person was asked whether to go on. `signature`: the same wish twice is one.
    """

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("contact_id", "signature"),
        Index("ix_alert_due_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    signature: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    what: Mapped[str | None] = mapped_column(String(80))
    place: Mapped[str | None] = mapped_column(String(80))
    contract: Mapped[str | None] = mapped_column(String(16))
    words: Mapped[list[Any]] = mapped_column(JSON)
    every: Mapped[str] = mapped_column(String(8), default="daily")
    hour: Mapped[int] = mapped_column(default=9)
    created_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]


class AlertKey(Base):
    """Under which a new listing finds an alert: one row a work and place (catalogue/alerts.py)."""

    __tablename__ = "alert_key"

    work: Mapped[str] = mapped_column(String(96), primary_key=True)
    place: Mapped[str] = mapped_column(String(96), primary_key=True)
    alert_id: Mapped[int] = mapped_column(
        ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class AlertFind(Base):
    """A listing that was found for somebody: one row a person, so that none is told twice.

    `fingerprint` is the same for copies of one listing. `told_at`: when it went out.
    """

    __tablename__ = "alert_find"
    __table_args__ = (UniqueConstraint("contact_id", "fingerprint"),)

    contact_id: Mapped[str] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    listing_id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    alert_id: Mapped[int | None] = mapped_column(
        ForeignKey("alert.id", ondelete="SET NULL"), index=True
    )
    found_at: Mapped[datetime] = mapped_column(default=now)
    told_at: Mapped[datetime | None]


class AlertMark(Base):
    """Up to which listing alerts have been looked for."""

    __tablename__ = "alert_mark"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    listing_id: Mapped[int]
