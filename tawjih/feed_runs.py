"""Feeds before the eyes of whoever runs the service: which there are, and what their runs did."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from catalogue.feeds import history
from catalogue.feeds.feed import Feed, feed_names, read_feed
from catalogue.feeds.models import FeedRun
from catalogue.feeds.run import Job
from catalogue.vocabulary import load_vocabulary
from errors import DataError
from languages.profile import get_profile
from store.engine import get_database
from store.migrate import upgrade
from tawjih.feeds import run_job, tell, told


def list_feeds(console: Console) -> None:
    """Print every feed.

    Raises:
        DataError: files that are wrong, after the feeds that are right.
    """
    table = Table()
    for title, wraps in (("feed", False), ("publisher", True), ("format", False), ("runs", True)):
        table.add_column(title, no_wrap=not wraps)
    wrong: list[str] = []
    for name in feed_names():
        try:
            feed = read_feed(name)
        except DataError as error:
            wrong.append(str(error))
        else:
            table.add_row(name, feed.publisher, feed.format, _runs(feed))
    console.print(table)
    if wrong:
        raise DataError("; ".join(wrong))


def _runs(feed: Feed) -> str:
    if not feed.fetches:
        return "no address yet"
    return feed.schedule or "when asked for"


def run(console: Console, name: str, *, force: bool) -> bool:
    """Run a feed; whether it went well.

    Raises:
        DataError: there is none of this name, or it could not be read.
    """
    feed, profile, database = read_feed(name), get_profile(), get_database()
    upgrade(database)
    load_vocabulary(database)
    moment = datetime.now(ZoneInfo(profile.timezone))
    return run_job(console, database, Job(feed, moment, profile.country, name, force=force))


def status(console: Console, name: str | None) -> bool:
    """Print the last run of every feed, or the last ones of one; whether none asks for a look."""
    database = get_database()
    upgrade(database)
    with database.read() as session:
        runs = history.runs_of(session, name) if name else history.last_runs(session)
    _print_runs(console, runs)
    if name is None:
        return not any(one.alarming for one in runs)
    if runs:
        tell(console, database, runs[0])
    return not (runs and runs[0].alarming)


def _print_runs(console: Console, runs: list[FeedRun]) -> None:
    if not runs:
        console.print("No run yet.")
        return
    zone = ZoneInfo(get_profile().timezone)
    table = Table("feed", "when", "state", "did", "because")
    for one in runs:
        when = f"{one.started_at.astimezone(zone):%Y-%m-%d %H:%M}"
        table.add_row(one.feed, when, str(one.state), told(one), one.message or "")
    console.print(table)
