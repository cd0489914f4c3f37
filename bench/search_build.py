"""Fill a database with the bench's catalogue and measure what its indexes take.

    uv run python -m bench.search_build DATABASE_URL [COUNT]

The rows go in without indexes and triggers, which are then made as the migrations define them:
their time and size are those of building them anew over the whole table.
"""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text

from bench.listings import Row, World, rows
from catalogue.models import Listing
from catalogue.vocabulary import load_vocabulary
from store import migrate
from store.engine import Database

_BATCH = 5000
_JSON_LISTS = {"topics", "languages", "to_be_confirmed", "flags"}
_JSON_DICTS = {"date_text", "hosts", "audience", "apply"}


@dataclass(frozen=True, slots=True)
class Built:
    """Seconds and megabytes of the table and of its indexes, full text included."""

    listings: int
    table_seconds: float
    table_mb: float
    index_seconds: float
    index_mb: float


def build(database: Database, count: int) -> Built:
    """Migrate, load the vocabulary and `count` listings, then make the indexes."""
    migrate.upgrade(database)
    load_vocabulary(database)
    with database.read() as session:
        world = World.of(session)
    database.engine.dispose()  # a connection that knows the indexes would refuse to make them anew
    started = time.perf_counter()
    with database.engine.begin() as connection:
        again = _drop(connection, sqlite=database.is_sqlite)
        for batch in _batches(map(_complete, rows(world, count))):
            _insert(connection, batch, sqlite=database.is_sqlite)
    filled, size = time.perf_counter(), _megabytes(database)
    with database.engine.begin() as connection:
        for statement in again:
            connection.exec_driver_sql(statement)
    indexed = time.perf_counter()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE listing")
    grown = _megabytes(database) - size
    return Built(count, round(filled - started, 1), size, round(indexed - filled, 1), grown)


def _complete(row: Row) -> Row:
    return _EMPTY | row


def _empty(name: str, default: Any) -> Any:  # noqa: ANN401 - whatever the column holds
    if name in _JSON_LISTS:
        return "[]"
    if name in _JSON_DICTS:
        return "{}"
    return default.arg if default is not None and default.is_scalar else None


_EMPTY = {
    column.name: _empty(column.name, column.default)
    for column in Listing.__table__.columns
    if column.computed is None
}


def _batches(made: Iterable[Row]) -> Iterator[list[Row]]:
    waiting = iter(made)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def _insert(connection: Connection, batch: list[Row], *, sqlite: bool) -> None:
    if sqlite:
        connection.execute(_PLAIN, [_sqlite(row) for row in batch])
        return
    names = list(batch[0])
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY listing ({', '.join(names)}) FROM STDIN") as copy:
        for row in batch:
            copy.write_row([row[name] for name in names])


# Past the types: they would turn the JSON that is already written into JSON once more.
_PLAIN = text(
    f"INSERT INTO listing ({', '.join(_EMPTY)}) VALUES ({', '.join(':' + n for n in _EMPTY)})"  # noqa: S608 - names of columns
)


def _sqlite(row: Row) -> Row:
    moments = {
        name: row[name].strftime("%Y-%m-%d %H:%M:%S.%f") for name in ("posted_at", "visible_until")
    }
    days = {name: row[name].isoformat() for name in ("starts_on", "ends_on") if row[name]}
    return row | moments | days


def _drop(connection: Connection, *, sqlite: bool) -> list[str]:
    """Drop triggers and indexes of the table; gives the statements that make them again."""
    if not sqlite:
        found = connection.exec_driver_sql(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'listing'"
            " AND indexname LIKE 'ix!_%%' ESCAPE '!'"
        )
        made = {f"INDEX {name}": sql for name, sql in found}
    else:
        found = connection.exec_driver_sql(
            "SELECT type || ' ' || name, sql FROM sqlite_master WHERE tbl_name = 'listing'"
            " AND sql IS NOT NULL AND type IN ('index', 'trigger')"
        )
        made = dict(found.all())
    for name in made:
        connection.exec_driver_sql(f"DROP {name}")
    again = list(made.values())
    return [*again, "INSERT INTO fts_listing(fts_listing) VALUES ('rebuild')"] if sqlite else again


def _megabytes(database: Database) -> float:
    with database.engine.connect() as connection:
        if database.is_sqlite:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            return round(pages * connection.exec_driver_sql("PRAGMA page_size").scalar_one() / 1e6)
        size = "SELECT pg_total_relation_size('listing')"
        return round(connection.exec_driver_sql(size).scalar_one() / 1e6)


if __name__ == "__main__":
    place, count = Database(sys.argv[1]), int((sys.argv[2:] or ["1000000"])[0])
    print(json.dumps(asdict(build(place, count))))
    place.close()
