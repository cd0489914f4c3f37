"""One run of a feed at a time, whoever starts it: a row that is held for a while and renewed."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from catalogue.feeds.models import FeedState
from errors import TawjihError
from store.base import now
from store.engine import Database

HELD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Slot:
    """A moment at which a feed is due, and the one after it."""

    due_at: datetime
    next_due: datetime


class FeedBusy(TawjihError):  # noqa: N818 - it names what is the matter, as its siblings do
    """Another process runs this feed now, or took it over."""

    retry = True


class Lease:
    """The right to run `feed`, until the block ends or it was not renewed for `HELD`."""

    def __init__(self, database: Database, feed: str) -> None:
        self._database = database
        self._feed = feed
        self._owner = secrets.token_hex(16)

    @contextmanager
    def held(self, slot: Slot | None = None) -> Iterator[None]:
        """Hold it, and go on holding it while the block runs, however long a server takes.

        With `slot`, only while the feed is still due since then.

        Raises:
            FeedBusy: another holds it, or has run what was due.
        """
        self._take(slot)
        over = threading.Event()
        beat = threading.Thread(target=self._renew_until, args=(over,), daemon=True)
        beat.start()
        try:
            yield
        finally:
            over.set()
            beat.join()
            self._change([FeedState.owner == self._owner], {"owner": None, "held_until": None})

    def check(self) -> None:
        """Make sure that it is still ours.

        Raises:
            FeedBusy: it could not be renewed in time and another took it.
        """
        query = select(FeedState.owner).where(FeedState.feed == self._feed)
        with self._database.read() as session:
            if session.scalar(query) != self._owner:
                raise FeedBusy(f"{self._feed} was taken over by another process")

    def _renew_until(self, over: threading.Event) -> None:
        while not over.wait(HELD.total_seconds() / 5):
            with suppress(SQLAlchemyError):  # the next beat may find the database again
                self._change([FeedState.owner == self._owner], {"held_until": now() + HELD})

    def _take(self, slot: Slot | None) -> None:
        moment = now()
        free = or_(FeedState.held_until.is_(None), FeedState.held_until < moment)
        values: dict[str, object] = {"owner": self._owner, "held_until": moment + HELD}
        conditions: list[ColumnElement[bool]] = [free]
        if slot is not None:
            conditions.append(FeedState.due_at == slot.due_at)
            values["due_at"] = slot.next_due
        make_state(self._database, self._feed)
        if not self._change(conditions, values):
            raise FeedBusy(f"{self._feed} is being run by another process")

    def _change(self, conditions: list[ColumnElement[bool]], values: dict[str, object]) -> bool:
        statement = update(FeedState).where(FeedState.feed == self._feed, *conditions)
        with self._database.write() as session:
            result = session.execute(statement.values(**values))
            return bool(getattr(result, "rowcount", 0))


def held_now(session: Session) -> list[str]:
    """The feeds that are being run, sorted."""
    held = select(FeedState.feed).where(FeedState.held_until > now())
    return list(session.scalars(held.order_by(FeedState.feed)))


def make_state(database: Database, feed: str) -> None:
    """Make the feed's row where there is none yet."""
    with database.read() as session:
        if session.scalar(select(FeedState.feed).where(FeedState.feed == feed)):
            return
    try:
        with database.write() as session:
            session.execute(insert(FeedState).values(feed=feed))
    except IntegrityError:
        return  # another process was faster, which is as good
