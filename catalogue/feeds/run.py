"""One run of a feed: fetch, read all of it, believe it or not, then change the catalogue.

Nothing changes before the whole file has been read and counted. Then each batch is a transaction:
a run that dies between two of them is finished by the next one, since a row that is the same is
not touched. What vanished expires last.
"""

import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic

import structlog
from sqlalchemy import select, update

from catalogue.feeds import history
from catalogue.feeds.feed import Feed, own_folder
from catalogue.feeds.fetch import Fetched, fetch
from catalogue.feeds.lease import Lease, Slot
from catalogue.feeds.models import FeedRun, FeedState, State
from catalogue.feeds.source import MEGABYTE, Source
from catalogue.feeds.stage import Stage, Tally
from catalogue.feeds.web import Web
from catalogue.listing_import import batches, expire, put
from catalogue.listing_rows import RowMaker
from errors import DataError, TawjihError
from store.engine import Database

_log = structlog.get_logger()
_NOTED_EVERY = 1.0  # seconds between two notes of how far a run is

Progress = Callable[[str, int, int | None], None]
"""Called with (phase, rows done since the last call, rows in all where that is known)."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be run, and how.

    `moment` is now, in the deployment's zone: its date is today. `path` is a file to read in place
    of the feed's own address. `source` is the name that the listings go under. `force` believes
    any count and fetches even what did not change.
    """

    feed: Feed
    moment: datetime
    country: str | None
    source: str
    path: Path | None = None
    bounded: bool = True
    force: bool = False

    @property
    def most_bytes(self) -> int:
        """The bytes of a file, unpacked, that are read at most."""
        return self.feed.most_mb * MEGABYTE


def quiet(_phase: str, _done: int, _total: int | None) -> None:
    """Progress that nobody watches."""


def run_feed(
    database: Database,
    job: Job,
    *,
    progress: Progress = quiet,
    slot: Slot | None = None,
    web: Callable[..., Web] = Web,
) -> FeedRun:
    """Run a feed and give what it did, as it was written down.

    With `slot`, only if no other process has run it since it was due.

    Raises:
        FeedBusy: another process runs it.
    """
    lease = Lease(database, job.source)
    with lease.held(slot):
        return _Run(database, job, lease, progress, web).run()


def log_run(run: FeedRun) -> None:
    """Log what a run did that nobody watched: as an error when somebody should look at it."""
    level = _log.error if run.alarming else _log.info
    counts = {name: getattr(run, name) for name in history.COUNTS}
    level("feed_run", feed=run.feed, state=str(run.state), message=run.message, **counts)
    if run.leftovers:
        _log.warning("feed_leftovers", feed=run.feed, fields=sorted(run.leftovers)[:20])


class _Run:
    def __init__(
        self,
        database: Database,
        job: Job,
        lease: Lease,
        progress: Progress,
        web: Callable[..., Web],
    ) -> None:
        self._number = 0
        self._database, self._job, self._lease = database, job, lease
        self._tell, self._web = progress, web
        self._phase, self._done, self._noted = "", 0, 0.0
        self._outcome = history.Outcome()

    def run(self) -> FeedRun:
        number = self._number = history.begin(self._database, self._job.source)
        outcome = self._outcome
        try:
            with tempfile.TemporaryDirectory(prefix="tawjih-feed-") as folder:
                outcome.state, outcome.message = self._through(Path(folder))
        except TawjihError as error:
            outcome.message = str(error)
        except OSError as error:
            outcome.message = error.strerror or str(error)
        finally:
            run = history.end(self._database, number, outcome)
        return run

    def _through(self, folder: Path) -> tuple[State, str | None]:
        fetched = self._file(folder)
        if fetched is None:
            return State.UNCHANGED, None
        stage = self._staged(fetched, folder)
        if self._job.bounded and not self._job.force and (doubt := self._doubt(stage.tally)):
            return State.REFUSED, doubt
        self._apply(stage)
        if not stage.tally.complete:
            return State.DONE, fetched.missing or "the file breaks off: nothing expired"
        self._remember(fetched)
        return State.DONE, None

    def _file(self, folder: Path) -> Fetched | None:
        feed, job = self._job.feed, self._job
        given = job.path or (feed.file and own_folder() / feed.file)
        if given:
            if not given.is_file():
                raise DataError(f"{given.name}: no such file")
            if not job.bounded and not given.stat().st_size:
                # Nobody hands over nothing on purpose, and all that was there would expire.
                raise DataError(f"{given.name}: the file is empty")
            return Fetched(given)
        with self._web(private=feed.private) as web:
            return fetch(feed, web, folder, job.most_bytes, None if job.force else self._since())

    def _since(self) -> FeedState | None:
        """What was fetched before, if it was read by the same definition."""
        query = select(FeedState).where(
            FeedState.feed == self._job.source,
            FeedState.definition == self._job.feed.definition,
        )
        with self._database.read() as session:
            return session.scalars(query).one_or_none()

    def _staged(self, fetched: Fetched, folder: Path) -> Stage:
        job, stage = self._job, Stage(folder)
        self._outcome.tally = stage.tally
        today = job.moment.date()
        source = Source(fetched.path, job.feed, today, job.most_bytes, fetched.charset)
        with self._database.read() as session:
            maker = RowMaker(session, job.source, today, job.country)
            stage.fill(session, source, maker, self._tick)
        if fetched.missing:
            stage.tally.complete = False
        return stage

    def _tick(self, done: int) -> None:
        self._progress("reading", done, None)

    def _progress(self, phase: str, done: int, expected: int | None) -> None:
        """Tell whoever watches, and now and then whoever looks at the runs."""
        self._tell(phase, done, expected)
        self._done = done if phase != self._phase else self._done + done
        self._phase, moment = phase, monotonic()
        if moment - self._noted >= _NOTED_EVERY:
            self._noted = moment
            history.advance(self._database, self._number, phase, self._done, expected)

    def _doubt(self, tally: Tally) -> str | None:
        """Why this many listings are not believed; None when they are."""
        bounds, count = self._job.feed.bounds, tally.accepted
        if count < bounds.least:
            return f"{count} usable listings, fewer than {bounds.least}: nothing was changed"
        if bounds.most is not None and count > bounds.most:
            return f"{count} usable listings, more than {bounds.most}: nothing was changed"
        usual = history.usual(self._database, self._job.source)
        if usual and count < bounds.share * statistics.median(usual):
            expected = statistics.median(usual)
            return f"{count} usable listings, usually {expected:g}: nothing was changed"
        if not usual and count < bounds.share * tally.read:
            return f"{count} of {tally.read} listings usable: nothing was changed"
        return None

    def _apply(self, stage: Stage) -> None:
        today, source = self._job.moment.date(), self._job.source
        for rows in batches(stage.rows()):
            with self._database.write() as session:
                put(session, source, rows, today, self._outcome.summary)
            self._progress("importing", len(rows), stage.tally.accepted)
            self._lease.check()
        if stage.tally.complete:
            with self._database.write() as session:
                self._outcome.summary.expired = expire(session, source, stage.lacks, today)

    def _remember(self, fetched: Fetched) -> None:
        told = {"etag": fetched.etag, "last_modified": fetched.last_modified}
        values = told | {"definition": self._job.feed.definition}
        with self._database.write() as session:
            session.execute(
                update(FeedState).where(FeedState.feed == self._job.source).values(**values)
            )
