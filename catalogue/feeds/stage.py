"""Everything of a file that can be used, on disk: counted before anything in the catalogue changes.

Memory holds a number for each listing, not the listing.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import Date
from sqlalchemy.orm import Session

from catalogue.feeds.mapping import Mapper
from catalogue.feeds.readers import READERS
from catalogue.feeds.records import Truncated, Unreadable
from catalogue.feeds.source import Source
from catalogue.listing_import import key_of, made
from catalogue.listing_rows import Row, RowMaker
from catalogue.models import Listing
from errors import DataError
from store.base import UtcDateTime

_MOST_NOTES = 20_000
_MOST_LEFTOVERS = 500
_DATES = {c.name for c in Listing.__table__.columns if isinstance(c.type, Date)}
_MOMENTS = {c.name for c in Listing.__table__.columns if isinstance(c.type, UtcDateTime)}
Tick = Callable[[int], None]


@dataclass(slots=True)
class Tally:
    """What one reading of a file came to; lists are (line, reason), the first 20,000 of them."""

    read: int = 0
    accepted: int = 0
    rejected: int = 0
    repaired: int = 0
    complete: bool = True
    rejects: list[tuple[int, str]] = field(default_factory=list)
    repairs: list[tuple[int, str]] = field(default_factory=list)
    leftovers: Counter[str] = field(default_factory=Counter)

    def reject(self, line: int, reason: str) -> None:
        """A row that cannot be used."""
        self.rejected += 1
        if len(self.rejects) < _MOST_NOTES:
            self.rejects.append((line, reason))

    def repair(self, line: int, reasons: Iterable[str]) -> None:
        """A row, or the file, in which something was mended."""
        told = list(reasons)
        self.repaired += bool(told)
        self.repairs += [(line, one) for one in told][: _MOST_NOTES - len(self.repairs)]

    def leave(self, fields: Iterable[str]) -> None:
        """Fields that nobody reads."""
        for name in fields:
            if name in self.leftovers or len(self.leftovers) < _MOST_LEFTOVERS:
                self.leftovers[name] += 1


class Stage:
    """Rows of one file, made ready in `folder`, and the ids that stand in it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "rows.jsonl"
        self._seen: set[int] = set()
        self.tally = Tally()

    def fill(self, session: Session, source: Source, maker: RowMaker, tick: Tick) -> None:
        """Read `source`; what cannot be used is in the tally, with its reason.

        Raises:
            DataError: the file as a whole cannot be used.
        """
        mapper = Mapper(source.feed, source.today)
        with self._path.open("w", encoding="utf-8") as file:
            for line, row in READERS[source.feed.format](source):
                self.tally.read += 1
                try:
                    made_row = self._row(mapper, maker, line, row)
                except DataError as error:
                    self.tally.reject(line, str(error))
                else:
                    self.tally.accepted += 1
                    file.write(json.dumps(made_row, ensure_ascii=False, default=_told) + "\n")
                tick(1)
        for line, reason in source.notes:
            self.tally.repair(line, [reason])
        self.tally.leave(mapper.leftovers(source.envelope))

    def _row(self, mapper: Mapper, maker: RowMaker, line: int, row: Any) -> Row:  # noqa: ANN401
        if isinstance(row, Truncated):
            self.tally.complete = False
        if isinstance(row, Unreadable):
            raise DataError(row.reason)
        mapped = mapper.map(row)
        self.tally.leave(mapped.leftovers)
        key = key_of(mapped.raw)
        if key is not None:
            self._once(key)
        listing = made(maker, mapped.raw)
        self.tally.repair(line, mapped.notes)
        return listing

    def _once(self, key: str) -> None:
        mark = _mark(key)
        if mark in self._seen:
            raise DataError(f"id: {key!r} stands twice")
        self._seen.add(mark)

    def rows(self) -> Iterator[Row]:
        """What was made ready, in the order of the file."""
        with self._path.open(encoding="utf-8") as file:
            for line in file:
                yield _restored(json.loads(line))

    def lacks(self, key: str) -> bool:
        """Whether the file does not hold this id, not even in a row that cannot be used."""
        return _mark(key) not in self._seen


def _mark(key: str) -> int:
    # Eight bytes in place of a text: among a million ids, two alike in one of 37 million runs.
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big")


def _told(value: object) -> str:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    raise TypeError(f"a row cannot hold {type(value).__name__}")


def _restored(row: Row) -> Row:
    for name in _DATES & row.keys():
        row[name] = date.fromisoformat(row[name]) if row[name] else None
    for name in _MOMENTS & row.keys():
        row[name] = datetime.fromisoformat(row[name]) if row[name] else None
    return row
