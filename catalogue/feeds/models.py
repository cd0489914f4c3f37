"""Tables of the feeds: what each run did, why rows were rejected, and who may run when."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class State(StrEnum):
    """How a run ended, or that it has not.

    REFUSED: what came is outside the feed's bounds and nothing was changed. FAILED: it could not
    be fetched or read at all. UNCHANGED: the publisher says that nothing is new.
    """

    RUNNING = "running"
    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"


ALARMS = (State.REFUSED, State.FAILED)


class FeedRun(Base):
    """One run of a feed, counted in listings.

    `complete` is false when the file broke off: what it does not hold has then not vanished.
    `leftovers` tells the fields that nobody maps or ignores: {field: rows that had it}. While it
    runs, `done` rows of its `phase` (reading, importing) are done, of `expected` where that is
    known.
    """

    __tablename__ = "feed_run"
    __table_args__ = (Index("ix_feed_run_feed", "feed", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    feed: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(16), default=State.RUNNING)
    complete: Mapped[bool] = mapped_column(default=True)
    read: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    expired: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    repaired: Mapped[int] = mapped_column(default=0)
    leftovers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    message: Mapped[str | None] = mapped_column(Text)
    phase: Mapped[str | None] = mapped_column(String(16))
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    expected: Mapped[int | None]

    @property
    def accepted(self) -> int:
        """Listings that could be used: what the bounds are about."""
        return self.read - self.rejected

    @property
    def alarming(self) -> bool:
        """Whether somebody should look at it."""
        return self.state in ALARMS


class FeedNote(Base):
    """Why one row of a run was rejected, or what was mended in it; `line` as the file counts."""

    __tablename__ = "feed_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("feed_run.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # rejected or repaired
    line: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)


class FeedState(Base):
    """What must be known between two runs: who runs it now, when it is due, what was fetched.

    `definition` is the hash of the feed's YAML; another definition asks for the whole file again.
    """

    __tablename__ = "feed_state"

    feed: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str | None] = mapped_column(String(32))
    held_until: Mapped[datetime | None]
    schedule: Mapped[str | None] = mapped_column(String(64))
    due_at: Mapped[datetime | None]
    definition: Mapped[str | None] = mapped_column(String(64))
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(String(255))
