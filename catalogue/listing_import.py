"""Listings from files into the database: every row is added, changed, the same, or said wrong."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from pydantic import ValidationError
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from catalogue.listing_files import Unreadable
from catalogue.listing_in import ListingIn
from catalogue.listing_rows import Row, RowMaker
from catalogue.models import Listing
from errors import DataError

_BATCH = 500


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
    known = _known(session, source)
    maker = RowMaker(session, source, today, country)
    seen: set[str] = set()
    new: list[Row] = []
    for line, raw in rows:
        try:
            _put(session, _made(maker, raw, seen), known, new, summary)
        except DataError as error:
            summary.rejected.append((line, str(error)))
    for start in range(0, len(new), _BATCH):
        session.execute(insert(Listing), new[start : start + _BATCH])
    summary.expired = _expire(session, source, set(known) - seen, today)
    return summary


def _made(maker: RowMaker, raw: object, seen: set[str]) -> Row:
    if isinstance(raw, Unreadable):
        raise DataError(raw.reason)
    if isinstance(raw, dict) and isinstance(raw.get("id"), str | int):
        key = str(raw["id"]).strip()
        if key in seen:
            raise DataError(f"id: {key!r} stands twice")
        seen.add(key)
    try:
        return maker.row(ListingIn.model_validate(raw))
    except ValidationError as error:
        raise DataError(_readable(error)) from None


def _readable(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, problem['loc'])) or 'row'}: {problem['msg']}"
        for problem in error.errors()
    )


def _known(session: Session, source: str) -> dict[str, tuple[int, str]]:
    query = select(Listing.source_id, Listing.id, Listing.content_hash)
    found = session.execute(query.where(Listing.source == source))
    return {key: (number, content_hash) for key, number, content_hash in found}


def _put(
    session: Session,
    row: Row,
    known: dict[str, tuple[int, str]],
    new: list[Row],
    summary: ImportSummary,
) -> None:
    number, content_hash = known.get(row["source_id"], (None, None))
    if number is None:
        new.append(row)
        summary.added += 1
    elif content_hash == row["content_hash"]:
        summary.unchanged += 1
    else:
        session.execute(update(Listing).where(Listing.id == number).values(**row))
        summary.changed += 1


def _expire(session: Session, source: str, gone: set[str], today: date) -> int:
    start = datetime.combine(today, time.min, UTC)
    ids, count = sorted(gone), 0
    for first in range(0, len(ids), _BATCH):
        listed = Listing.source_id.in_(ids[first : first + _BATCH])
        shown = select(Listing.id).where(
            Listing.source == source, listed, Listing.visible_until > start
        )
        expiring = list(session.scalars(shown))
        # The hash is emptied so that the listing counts as changed should it come back.
        until = {"expires_at": start, "visible_until": start, "content_hash": ""}
        session.execute(update(Listing).where(Listing.id.in_(expiring)).values(**until))
        count += len(expiring)
    return count
