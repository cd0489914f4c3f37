"""Listings into the database: every row is added, changed, the same, or said wrong."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from catalogue.feeds.records import Unreadable
from catalogue.listing_in import ListingIn
from catalogue.listing_rows import Row, RowMaker, midnight
from catalogue.models import Listing
from catalogue.reading import copies
from errors import DataError

BATCH = 500
One = TypeVar("One")


@dataclass(slots=True)
class ImportSummary:
    """What an import did, in listings. `rejected` holds (line or position, reason)."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    expired: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)

    @property
    def read(self) -> int:
        """All rows that came in."""
        return self.added + self.changed + self.unchanged + len(self.rejected)


def import_listings(
    session: Session,
    source: str,
    rows: Iterable[tuple[int, Any]],
    today: date,
    *,
    country: str | None = None,
) -> ImportSummary:
    """Bring the listings of `source` to what `rows` (line, mapping) say, in this transaction.

    What `source` held before and no longer does expires; it is not deleted, since people may have
    kept it. A row that is rejected leaves what stood under its id as it was. `country` is where a
    place without one is looked for first.
    """
    summary = ImportSummary()
    maker = RowMaker(session, source, today, country)
    seen: set[str] = set()
    for batch in batches(_accepted(maker, rows, seen, summary)):
        put(session, source, batch, today, summary)
    summary.expired = expire(session, source, lambda key: key not in seen, today)
    return summary


def batches(rows: Iterable[One]) -> Iterator[list[One]]:
    """The rows, `BATCH` at a time."""
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _accepted(
    maker: RowMaker, rows: Iterable[tuple[int, Any]], seen: set[str], summary: ImportSummary
) -> Iterator[Row]:
    for line, raw in rows:
        try:
            _once(key_of(raw), seen)
            yield made(maker, raw)
        except DataError as error:
            summary.rejected.append((line, str(error)))


def _once(key: str | None, seen: set[str]) -> None:
    if key in seen:
        raise DataError(f"id: {key!r} stands twice")
    if key is not None:
        seen.add(key)


def key_of(raw: object) -> str | None:
    """The id of a row, as the database keeps it; None where it has none that can be used."""
    if isinstance(raw, dict) and isinstance(raw.get("id"), str | int):
        return str(raw["id"]).strip()
    return None


def made(maker: RowMaker, raw: object) -> Row:
    """The database's row of a listing.

    Raises:
        DataError: it is wrong; the reason names each field.
    """
    if isinstance(raw, Unreadable):
        raise DataError(raw.reason)
    try:
        return maker.row(ListingIn.model_validate(raw))
    except ValidationError as error:
        raise DataError(_readable(error)) from None


def _readable(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, problem['loc'])) or 'row'}: {problem['msg']}"
        for problem in error.errors()
    )


def put(
    session: Session, source: str, rows: Sequence[Row], today: date, summary: ImportSummary
) -> None:
    """Add or change `rows`; one that is the same as what stands there is not touched."""
    keys = [row["source_id"] for row in rows]
    known = _known(session, source, keys)
    new: list[Row] = []
    written: dict[str, Row] = {}
    for row in rows:
        number, content_hash = known.get(row["source_id"], (None, None))
        if number is None:
            new.append({"posted_at": midnight(today)} | row)
            written[row["source_id"]] = row
            summary.added += 1
        elif content_hash == row["content_hash"]:
            summary.unchanged += 1
        else:
            session.execute(update(Listing).where(Listing.id == number).values(**row))
            written[row["source_id"]] = row
            summary.changed += 1
    if new:
        session.execute(insert(Listing), new)
        known = _known(session, source, keys)
    by_id = {known[key][0]: row for key, row in written.items()}
    copies.settle(session, source, by_id, midnight(today))


def _known(session: Session, source: str, keys: list[str]) -> dict[str, tuple[int, str]]:
    query = select(Listing.source_id, Listing.id, Listing.content_hash)
    found = session.execute(query.where(Listing.source == source, Listing.source_id.in_(keys)))
    return {key: (number, content_hash) for key, number, content_hash in found}


def expire(session: Session, source: str, gone: Callable[[str], bool], today: date) -> int:
    """Let what `source` shows expire where `gone` says so of its id; how many did."""
    start = midnight(today)
    # A copy that is not shown may be gone as well.
    until = func.coalesce(Listing.open_until, Listing.visible_until)
    shown = select(Listing.id, Listing.source_id).where(Listing.source == source, until > start)
    found = session.execute(shown.execution_options(yield_per=BATCH))
    expiring = [number for number, key in found if gone(key)]
    for batch in batches(expiring):
        # The hash is emptied so that the listing counts as changed should it come back.
        over = {"expires_at": start, "visible_until": start, "open_until": start}
        values = over | {"content_hash": ""}
        session.execute(update(Listing).where(Listing.id.in_(batch)).values(**values))
    copies.refresh(session, start)
    return len(expiring)
