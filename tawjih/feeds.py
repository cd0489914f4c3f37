"""`tawjih import` and `tawjih search`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from catalogue.demo import load_demo
from catalogue.feeds import history
from catalogue.feeds.feed import feed_names, read_feed
from catalogue.feeds.models import FeedRun, State
from catalogue.feeds.run import Job, run_feed
from catalogue.listing_files import own_words
from catalogue.listing_import import ImportSummary
from catalogue.request import SearchRequest
from catalogue.search import Hit, search
from catalogue.vocabulary import load_vocabulary
from errors import DataError
from languages.profile import get_profile
from store.engine import Database, get_database
from store.migrate import upgrade

_COUNTS = ("added", "changed", "unchanged", "expired", "rejected", "repaired")
_SHOWN = 1000  # rejected rows that are told one by one; all of them are kept


@dataclass(frozen=True, slots=True)
class Options:
    """How a file or a feed is imported, as the command line says."""

    source: str | None = None
    like: str | None = None
    force: bool = False


def import_feed(console: Console, feed: str, options: Options, now: datetime) -> bool:
    """Import a file of listings, a feed, or the demonstration; whether all of it went well.

    Raises:
        DataError: it is not there or cannot be read as a whole; nothing was changed.
    """
    database = get_database()
    upgrade(database)
    load_vocabulary(database)
    if feed == "demo":
        return _import_demo(console, database, now)
    return run_job(console, database, _job(feed, options, now))


def run_job(console: Console, database: Database, job: Job) -> bool:
    """Run one feed or file before the eyes of whoever asked for it; whether it went well.

    Raises:
        DataError: it could not be read at all.
    """
    with _bar(console) as bar:
        run = run_feed(database, job, progress=bar)
    if run.state == State.FAILED:
        name = job.path.name if job.path else job.source
        raise DataError(f"{name}: {(run.message or '').removeprefix(f'{name}: ')}")
    tell(console, database, run)
    return run.state != State.REFUSED and not run.rejected


def _job(feed: str, options: Options, now: datetime) -> Job:
    path, country = Path(feed), get_profile().country
    if path.is_dir():
        raise DataError(f"{feed}: a folder, not a file")
    if not path.is_file():
        if feed not in feed_names():
            raise DataError(f"{feed}: no such file, and no feed of this name")
        name = options.source or feed
        return Job(read_feed(feed), now, country, name, force=options.force)
    if options.like:
        definition = read_feed(options.like)
        source = options.source or options.like
        return Job(definition, now, country, source, path, force=options.force)
    source = options.source or path.name.split(".")[0]
    definition = own_words(path, source, get_profile().default_language)
    # What somebody hands over themselves is believed: it is all that the source has.
    return Job(definition, now, country, source, path, bounded=False)


def _import_demo(console: Console, database: Database, now: datetime) -> bool:
    done = load_demo(database, now.date(), country=get_profile().country)
    if not done:
        console.print("The demonstration listings of today are loaded already.")
    for name, summary in done.items():
        console.print(f"{name}: {told(summary)}", highlight=False)
        _tell_rejects(console, summary.rejected)
    return not any(summary.rejected for summary in done.values())


def tell(console: Console, database: Database, run: FeedRun) -> None:
    """Say what a run did, each rejected row with its line and reason."""
    said = told(run) if run.state == State.DONE else str(run.state)
    console.print(f"{run.feed}: {said}", highlight=False)
    if run.message:
        console.print(f"  {run.message}", highlight=False, markup=False, soft_wrap=True)
    if run.state == State.REFUSED:
        console.print("  --force believes it")
    with database.read() as session:
        rejects = history.notes_of(session, run.id, "rejected")
    _tell_rejects(console, rejects)
    for name, count in sorted(run.leftovers.items()):
        words = f"  nobody reads the field {name} ({count} rows): map it or ignore it"
        console.print(words, highlight=False, markup=False, soft_wrap=True)


def _tell_rejects(console: Console, rejects: list[tuple[int, str]]) -> None:
    for line, reason in rejects[:_SHOWN]:
        console.print(f"  rejected, line {line}: {reason}", highlight=False, markup=False)
    if len(rejects) > _SHOWN:
        console.print(f"  and {len(rejects) - _SHOWN} more")


def told(summary: ImportSummary | FeedRun) -> str:
    """Counts in words; those that are nothing are left out."""
    counts = {name: getattr(summary, name, 0) for name in _COUNTS}
    counts = {name: one if isinstance(one, int) else len(one) for name, one in counts.items()}
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing"


class _Bar:
    """A bar that follows a run: rows read, then rows imported."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._phase = ""
        self._task = bar.add_task("", start=False, visible=False)

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        if phase != self._phase:
            self._phase = phase
            self._bar.reset(self._task, description=phase, total=total, visible=True)
        self._bar.advance(self._task, done)


@contextmanager
def _bar(console: Console) -> Iterator[_Bar]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    # It goes away at the end, and is not there at all where nobody looks.
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with bar:
        yield _Bar(bar)


def search_catalogue(console: Console, request: SearchRequest, now: datetime) -> None:
    """Print what a search finds, with points and reasons."""
    language = request.language
    with get_database().read() as session:
        result = search(session, request, now)
        occupation = result.occupation.label(language) if result.occupation else None
        where = result.place.name(language) if result.place else None
        console.print(f"understood: {occupation or '-'} | {where or '-'}", highlight=False)
        if result.widened:
            console.print(f"widened: {', '.join(result.widened)}")
        columns = ("id", "title", "organisation", "place", "points", "because")
        table = Table(*columns, title=f"{result.total} found")
        for hit in result.hits:
            table.add_row(*_row(hit, language))
        console.print(table)


def _row(hit: Hit, language: str) -> tuple[str, ...]:
    listing = hit.listing
    title = listing.titles.get(language) or next(iter(listing.titles.values()))
    place = listing.place_text or listing.country or ""
    because = ", ".join(reason.key for reason in hit.reasons)
    points = f"{hit.score:.0f}"
    return str(listing.id), str(title), listing.organisation or "", place, points, because
