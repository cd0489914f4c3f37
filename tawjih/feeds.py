"""`tawjih import` and `tawjih search`."""

from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from catalogue.demo import load_demo
from catalogue.listing_files import read_rows
from catalogue.listing_import import ImportSummary, import_listings
from catalogue.request import SearchRequest
from catalogue.search import Hit, search
from catalogue.vocabulary import load_vocabulary
from errors import DataError
from languages.profile import get_profile
from store.engine import get_database
from store.migrate import upgrade


def import_feed(console: Console, feed: str, source: str | None, now: datetime) -> int:
    """Import a file of listings, or the demonstration. Gives how many were rejected.

    Raises:
        DataError: the file is not there or cannot be read as a whole; nothing was changed.
    """
    database = get_database()
    upgrade(database)
    load_vocabulary(database)
    country = get_profile().country
    if feed == "demo":
        done = load_demo(database, now.date(), country=country)
        if not done:
            console.print("The demonstration listings of today are loaded already.")
    else:
        path = Path(feed)
        if not path.is_file():
            raise DataError(f"{feed}: no such file")
        rows = list(read_rows(path))
        with database.write() as session:
            name = source or path.stem
            done = {name: import_listings(session, name, rows, now.date(), country=country)}
    for name, summary in done.items():
        _tell(console, name, summary)
    return sum(len(summary.rejected) for summary in done.values())


def _tell(console: Console, name: str, summary: ImportSummary) -> None:
    console.print(f"{name}: {told(summary)}", highlight=False)
    for line, reason in summary.rejected:
        console.print(f"  rejected, line {line}: {reason}", highlight=False, markup=False)


def told(summary: ImportSummary) -> str:
    """A summary in words."""
    counts = {name: getattr(summary, name) for name in ("added", "changed", "unchanged", "expired")}
    counts["rejected"] = len(summary.rejected)
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "nothing"


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
