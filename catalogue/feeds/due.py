"""Which feeds are due: after their schedule, once, whatever was down in between."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update

from catalogue.feeds.feed import Feed, feed_names, read_feed, trigger
from catalogue.feeds.lease import make_state
from catalogue.feeds.models import FeedState
from errors import DataError
from store.engine import Database


def scheduled(own: Path) -> tuple[list[Feed], list[str]]:
    """The feeds that run by themselves (address and schedule), and what is wrong with others.

    `own` is the folder of the deployment's own feeds.
    """
    feeds, wrong = [], []
    for name in feed_names(own):
        try:
            feed = read_feed(name, own)
        except DataError as error:
            wrong.append(str(error))
            continue
        if feed.schedule and feed.fetches:
            feeds.append(feed)
    return feeds, wrong


def next_due(feed: Feed, timezone: str, after: datetime) -> datetime:
    """The next moment at which `feed` is due after `after`."""
    found: datetime = trigger(str(feed.schedule), timezone).get_next_fire_time(after, after)
    return found if found > after else trigger(str(feed.schedule), timezone).get_next_fire_time(
        found, found
    )  # fmt: skip


def due(
    database: Database, feeds: Iterable[Feed], timezone: str, moment: datetime
) -> list[tuple[Feed, datetime]]:
    """The feeds that are due at `moment`, each with the moment since which it is.

    A feed that is new here is due at once. One that was due while nothing ran is due once, not as
    often as it was missed. A changed schedule counts from now.
    """
    found = []
    for feed in feeds:
        state = _planned(database, feed, timezone, moment)
        free = state.held_until is None or state.held_until < moment
        if state.due_at is not None and state.due_at <= moment and free:
            found.append((feed, state.due_at))
    return found


def _planned(database: Database, feed: Feed, timezone: str, moment: datetime) -> FeedState:
    make_state(database, feed.name)
    query = select(FeedState).where(FeedState.feed == feed.name)
    with database.read() as session:
        state = session.scalars(query).one()
    if state.schedule == feed.schedule and state.due_at is not None:
        return state
    at = moment if state.schedule is None else next_due(feed, timezone, moment)
    # Only where it still is as it was read: several processes plan the same.
    as_read = (FeedState.feed == feed.name, FeedState.schedule.is_not_distinct_from(state.schedule))
    with database.write() as session:
        session.execute(update(FeedState).where(*as_read).values(schedule=feed.schedule, due_at=at))
    with database.read() as session:
        return session.scalars(query).one()
