"""Engines and sessions for SQLite (one machine) and PostgreSQL (by DATABASE_URL)."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any

from psycopg import Error as DriverError
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.orm import Session, sessionmaker

from errors import SettingsError
from settings import get_settings

# Kept open: opening one reads the whole schema (SQLite) or starts a process (PostgreSQL).
_CONNECTIONS = 20
_IDLE = 2.0  # seconds after which a connection is asked whether it is still there
_RETURNED = "returned"


def database_url(url: str) -> URL:
    """Parse a database URL; PostgreSQL always goes through psycopg 3.

    Raises:
        SettingsError: when it is no URL or names another kind of database.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError("DATABASE_URL: not a database URL") from None
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite":
        return parsed
    raise SettingsError(f"DATABASE_URL: {parsed.get_backend_name()} is not SQLite or PostgreSQL")


def make_engine(url: str) -> Engine:
    """An engine for `url`, set up for many readers and one writer where that is SQLite."""
    parsed = database_url(url)
    if parsed.get_backend_name() != "sqlite":
        return _postgresql(parsed)
    kept: dict[str, Any] = {}
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        kept = {"pool_size": _CONNECTIONS, "max_overflow": _CONNECTIONS, "pool_use_lifo": True}
    # Parameters stay out of errors, and so out of the logs: they are what people wrote.
    engine = create_engine(parsed, connect_args={"timeout": 30}, hide_parameters=True, **kept)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=_CONNECTIONS,
        max_overflow=20,
        pool_use_lifo=True,  # few connections, each with its prepared statements
        # Compiling a statement takes longer than any of ours runs.
        connect_args={"options": f"{url.query.get('options', '')} -c jit=off".strip()},
        hide_parameters=True,
    )
    event.listen(engine, "checkin", _returned)
    event.listen(engine, "checkout", _ask_if_idle)
    return engine


def _returned(_connection: Any, record: Any) -> None:  # noqa: ANN401 - the driver's own
    record.info[_RETURNED] = monotonic()


def _ask_if_idle(connection: Any, record: Any, _proxy: Any) -> None:  # noqa: ANN401
    # As pool_pre_ping, but not for one that was in use a moment ago: asking is a statement more.
    if monotonic() - record.info.get(_RETURNED, monotonic()) < _IDLE:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except DriverError as error:
        raise DisconnectionError from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own
    # The driver's own BEGIN comes too late for a read followed by a write: we send it ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "cache_size=-16000",
        "mmap_size=2147418112",  # pages are shared by all connections, not copied by each
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:  # noqa: ANN401
    # A transaction that will write says so at once: one that began as a reader and turns into a
    # writer fails at once with "database is locked", whatever the busy timeout. A reader begins
    # none: as on PostgreSQL, each of its statements sees what is committed by then.
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


class Database:
    """One database: its engine and the sessions on it."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        # A transaction would only cost a reader its beginning and its end; for SQLite, see
        # _begin_sqlite.
        reading = {} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        # Nothing is ever flushed by a reader: without a transaction, it would be written.
        self._readers = sessionmaker(
            self.engine.execution_options(**reading), expire_on_commit=False, autoflush=False
        )
        self._writers = sessionmaker(
            self.engine.execution_options(writes=True), expire_on_commit=False
        )

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite (else PostgreSQL)."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading: nothing that is changed in it is written."""
        with self._readers() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose transaction commits at the end, or rolls back on an error."""
        with self._writers.begin() as session:
            yield session

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@lru_cache(maxsize=1)
def get_database() -> Database:
    """The process's database, by the settings."""
    return Database(get_settings().database)
