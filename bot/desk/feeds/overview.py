"""Every feed with what its runs did and when the next one is due."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalogue.feeds import history, lease
from catalogue.feeds.due import next_due
from catalogue.feeds.feed import Feed, feed_names, read_feed
from catalogue.feeds.models import FeedRun, FeedState, State
from errors import DataError


@dataclass(frozen=True, slots=True)
class Entry:
    """One feed, or one source that somebody imports by hand.

    Attributes:
        name: of the feed, and of its listings' source.
        feed: as its YAML tells it; None for a source that has none, or whose YAML is wrong.
        wrong: what is wrong with its YAML.
        connected: whether the deployment uses it, rather than it merely ships.
        last: the last run that has ended.
        next_at: when it runs by itself; None where it does not.
    """

    name: str
    feed: Feed | None
    wrong: str | None
    connected: bool
    last: FeedRun | None
    next_at: datetime | None

    @property
    def startable(self) -> bool:
        """Whether it says itself where its listings come from."""
        return self.feed is not None and self.feed.fetches

    @property
    def alarming(self) -> bool:
        """Whether somebody should look at it."""
        return bool(self.wrong) or bool(self.last and self.last.alarming)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A run that goes on; `run` is None while it starts."""

    name: str
    run: FeedRun | None


@dataclass(frozen=True, slots=True)
class Where:
    """Of a deployment: the folder of its own feeds, its time zone, and now."""

    own: Path
    timezone: str
    moment: datetime


def everything(session: Session, where: Where) -> list[Entry]:
    """All feeds and sources: those that ask for a look first, then those in use, by name."""
    last = {run.feed: run for run in history.last_runs(session)}
    states = {state.feed: state for state in session.scalars(select(FeedState))}
    names = sorted(set(feed_names(where.own)) | set(last))
    entries = [_entry(name, where, last.get(name), states.get(name)) for name in names]
    return sorted(entries, key=lambda one: (not one.alarming, not one.connected, one.name))


def one(session: Session, where: Where, name: str) -> Entry | None:
    """One feed or source; None if there is none of this name."""
    return next((entry for entry in everything(session, where) if entry.name == name), None)


def _entry(name: str, where: Where, last: FeedRun | None, state: FeedState | None) -> Entry:
    feed, wrong = None, None
    if name in feed_names(where.own):
        try:
            feed = read_feed(name, where.own)
        except DataError as error:
            wrong = str(error)
    mine = (where.own / f"{name}.yml").is_file()
    by_itself = feed is not None and bool(feed.schedule) and feed.fetches
    return Entry(
        name=name,
        feed=feed,
        wrong=wrong,
        connected=mine or last is not None or by_itself,
        last=last,
        next_at=_next(feed, where, state) if feed and by_itself else None,
    )


def _next(feed: Feed, where: Where, state: FeedState | None) -> datetime:
    if state is None or state.schedule is None:
        return where.moment  # new here: at the next look
    if state.schedule == feed.schedule and state.due_at is not None:
        return max(state.due_at, where.moment)
    return next_due(feed, where.timezone, where.moment)


def under_way(session: Session, starting: str | None) -> UnderWay | None:
    """What runs now. A run whose process died is none: nobody holds its feed any more."""
    names = lease.held_now(session)
    latest = select(func.max(FeedRun.id)).where(FeedRun.feed.in_(names)).group_by(FeedRun.feed)
    query = select(FeedRun).where(FeedRun.id.in_(latest), FeedRun.state == State.RUNNING)
    run = session.scalars(query.order_by(FeedRun.id.desc()).limit(1)).one_or_none()
    if run is not None:
        return UnderWay(run.feed, run)
    return UnderWay(starting, None) if starting else None


def run_of(session: Session, feed: str, number: int) -> FeedRun | None:
    """A run, if it is one of this feed."""
    query = select(FeedRun).where(FeedRun.id == number, FeedRun.feed == feed)
    return session.scalars(query).one_or_none()
