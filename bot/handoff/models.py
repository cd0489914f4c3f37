"""Tables of the hand-off: who waits, who holds, what was said and noted.

An account is referred to by its id alone: accounts belong to the console (bot/desk).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, literal_column, true
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, now

_OPEN: Any = literal_column("state IN ('offered', 'waiting', 'held')")


class Team(Base):
    """Counsellors who take the same conversations.

    `languages` (codes), `places` (names as people write them) and `topics` (see Handoff.topic) say
    which; an empty list is any.
    """

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    places: Mapped[list[str]] = mapped_column(JSON, default=list)
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)


class Membership(Base):
    """An account in a team."""

    __tablename__ = "membership"

    team_id: Mapped[int] = mapped_column(
        ForeignKey("team.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[str] = mapped_column(String(32), primary_key=True, index=True)


class Presence(Base):
    """A counsellor at the desk, or who was there.

    `status`: here or away, as they say; left (signed out) or gone (works here no more) when their
    last session has ended. Whoever was not seen for a while is not here, whatever it says.
    `languages` are those that they work in, `capacity` the conversations that they hold at once
    before others are asked. `named`: whether people are told the name.
    """

    __tablename__ = "presence"

    account_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    named: Mapped[bool] = mapped_column(default=True, server_default=true())
    status: Mapped[str] = mapped_column(String(8), default="here")
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    capacity: Mapped[int] = mapped_column(default=5)
    seen_at: Mapped[datetime] = mapped_column(default=now)


class Handoff(Base):
    """One time that somebody was to talk with a counsellor.

    `state`: offered (asked for outside the hours: a callback is being agreed), waiting, held (by
    `account_id`), then closed, returned (given back to the machine) or cancelled (by the person).
    A contact has one at most in the first three.
    `reason`: asked, misunderstood, distress, scam, callback. `priority`: 0 goes before 1.
    `topic`: offer, training, event, scam, distress or None; `language` and `place` as they were.
    `card`: what the dialogue knew, as actions/human.py gives it.
    `callback`: {"when": first|morning|afternoon, "how": chat|phone, "number": str or None}.
    `due_at`: from when a counsellor is waited for; later than `asked_at` for a callback alone.
    `suggested_to`: the account that fits best and has the least to do.
    `unanswered_since`: when the first message came that the holder has not answered.
    `acted_at`: when the holder last did something in it. `seen_incoming`: the last message of the
    person that the holder has seen. `vanished`: how often a holder left it lying.
    `helped` and `easy`: what the person said afterwards, 1 (no) to 3 (yes).
    """

    __tablename__ = "handoff"
    __table_args__ = (
        Index("ix_handoff_contact_id_state", "contact_id", "state"),
        Index("ix_handoff_account_id_state", "account_id", "state"),
        Index(
            "ix_handoff_open",
            "priority",
            "due_at",
            "id",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    reason: Mapped[str] = mapped_column(String(16))
    priority: Mapped[int] = mapped_column(default=1)
    topic: Mapped[str | None] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    place: Mapped[str | None] = mapped_column(String(80))
    card: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    callback: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    suggested_to: Mapped[str | None] = mapped_column(String(32))
    account_id: Mapped[str | None] = mapped_column(String(32))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime] = mapped_column(default=now)
    held_at: Mapped[datetime | None]
    first_answer_at: Mapped[datetime | None]
    acted_at: Mapped[datetime | None]
    unanswered_since: Mapped[datetime | None]
    seen_incoming: Mapped[int | None]
    vanished: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(32))
    outcome: Mapped[str | None] = mapped_column(String(32))
    helped: Mapped[int | None]
    easy: Mapped[int | None]


class HandoffMessage(Base):
    """What a counsellor said: beside its row in `reply`, who wrote it and how.

    `kind`: text, prepared, listing, file. `text` is the original, in `language`; `automatic`: what
    was sent is a model's translation of it.
    """

    __tablename__ = "handoff_message"

    reply_id: Mapped[int] = mapped_column(
        ForeignKey("reply.id", ondelete="CASCADE"), primary_key=True
    )
    handoff_id: Mapped[int] = mapped_column(
        ForeignKey("handoff.id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16), default="text")
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    automatic: Mapped[bool] = mapped_column(default=False)


class HandoffNote(Base):
    """A note of a counsellor, never shown to the person."""

    __tablename__ = "handoff_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    handoff_id: Mapped[int] = mapped_column(
        ForeignKey("handoff.id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=now)


class HandoffStep(Base):
    """What happened to a hand-off.

    `kind`: asked, callback, taken, assigned, transferred, vanished, left, idle, closed,
    returned, cancelled, rated. `account_id`: who did it, None for the person or the machine;
    `detail`: such as {"to": account or team} or {"outcome": …}.
    """

    __tablename__ = "handoff_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    handoff_id: Mapped[int] = mapped_column(
        ForeignKey("handoff.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(default=now)


class Reading(Base):
    """A message as a model put it into a reader's language; erased with the message.

    Of one `incoming` or one `reply`. `automatic` false: no translation could be made, and `text`
    is the original.
    """

    __tablename__ = "reading"
    __table_args__ = (
        UniqueConstraint("incoming_id", "language"),
        UniqueConstraint("reply_id", "language"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    incoming_id: Mapped[int | None] = mapped_column(ForeignKey("incoming.id", ondelete="CASCADE"))
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("reply.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    automatic: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime] = mapped_column(default=now)
