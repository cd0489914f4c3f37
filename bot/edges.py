"""This edge among those that share a database: who lives, who leads, what the others tell.

On PostgreSQL there may be several. Each is a row that it renews; one that was not seen for a while
is dead, and what it had claimed is free for the others. What an edge writes, it tells by NOTIFY.
SQLite has one edge: a lock beside the file says so.
"""

import asyncio
import fcntl
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self
from uuid import uuid4

import psycopg
import structlog
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot import metrics
from bot.models import CONTACT, EDGE_PROCESS
from bot.transactions import Transactions
from errors import PartUnavailable, SettingsError
from store.base import now
from store.engine import Database

log = structlog.get_logger()

_LEADS = 0x7A_77_6A_68  # the advisory lock of whoever leads
_RECONNECT = 2.0


@dataclass(frozen=True, slots=True)
class News:
    """What another edge tells: a message was answered, or replies may be shown.

    `incoming_id` is None for what was said unasked.
    """

    contact_id: str
    channel: str
    address: str
    incoming_id: int | None
    reply_ids: tuple[int, ...]


class Edges:
    """This edge's place among the others.

    Args:
        database: what they share.
        transactions: the road to it.
        beat: seconds between two signs of life; three missed ones are death.
    """

    def __init__(self, database: Database, transactions: Transactions, beat: float = 5.0) -> None:
        self.id = uuid4().hex
        self.count = 1
        self.leads = database.is_sqlite
        self._database = database
        self._db = transactions
        self._beat = beat
        self._joined = asyncio.Event()
        self._lock: IO[str] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._hear: list[Callable[[News], None]] = []
        self._back: list[Callable[[], None]] = []
        self._desk: list[Callable[[dict[str, Any]], None]] = []

    @property
    def alone(self) -> bool:
        """Whether no other edge lives."""
        return self.count == 1

    def on_news(self, hear: Callable[[News], None], back: Callable[[], None]) -> None:
        """Have `hear` called for what others tell, `back` when something may have been missed."""
        self._hear.append(hear)
        self._back.append(back)

    def on_desk(self, hear: Callable[[dict[str, Any]], None]) -> None:
        """Have `hear` called for what others tell of the counsellors' desk."""
        self._desk.append(hear)

    async def __aenter__(self) -> Self:
        """Take this edge's place.

        Raises:
            SettingsError: another edge works on this SQLite file.
        """
        if self._database.is_sqlite:
            self._lock = _only_one(self._database)
            await self._db.write(_alone, self.id)
        else:
            listening = asyncio.Event()
            self._tasks = [asyncio.create_task(self._keep_listening(listening))]
            with suppress(TimeoutError):
                async with asyncio.timeout(_RECONNECT):
                    await listening.wait()
            await self._sign()
            self._tasks.append(asyncio.create_task(self._keep_beating()))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave: what this edge had claimed is free at once."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(PartUnavailable):
            await self._db.write(_leave, self.id)
        if self._lock:
            self._lock.close()

    async def _keep_beating(self) -> None:
        while True:
            # Not wait_for: where both come at once, Python 3.11's forgets that it was cancelled.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._beat):
                    await self._joined.wait()
            self._joined.clear()
            try:
                await self._sign()
            except PartUnavailable as error:
                log.warning("no_sign_of_life", why=str(error))
            except Exception:
                log.exception("no_sign_of_life")

    async def _sign(self) -> None:
        self.count = await self._db.write(_beat, self.id, self._beat * 3)
        metrics.EDGES.set(self.count)

    async def _keep_listening(self, listening: asyncio.Event) -> None:
        while True:
            try:
                await self._listen(listening)
            except (psycopg.Error, OSError) as error:
                log.warning("not_listening", why=type(error).__name__)
            except Exception:
                log.exception("not_listening")
            self.leads = False
            await asyncio.sleep(_RECONNECT)

    async def _listen(self, listening: asyncio.Event) -> None:
        engine = self._database.engine
        arguments: Any = engine.dialect.create_connect_args(engine.url)[1]
        connection = await psycopg.AsyncConnection.connect(**arguments, autocommit=True)
        async with connection:
            await connection.execute("LISTEN tawjih")
            listening.set()
            for back in self._back:
                back()
            while True:
                if not self.leads:
                    cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", [_LEADS])
                    self.leads = bool((await cursor.fetchone() or [False])[0])
                async for notify in connection.notifies(timeout=self._beat):
                    self._heard(notify)

    def _heard(self, notify: psycopg.Notify) -> None:
        try:
            told = json.loads(notify.payload)
            if told.get("joined"):
                self._joined.set()
                return
            if "desk" in told:
                self._heard_of_desk(told["edge"], told["desk"])
                return
            news = News(
                contact_id=told["contact"],
                channel=told["channel"],
                address=told["address"],
                incoming_id=told["incoming"],
                reply_ids=tuple(told["replies"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("news_not_understood")
            return
        if told["edge"] != self.id:
            for hear in self._hear:
                hear(news)

    def _heard_of_desk(self, edge: str, told: dict[str, Any]) -> None:
        if edge != self.id:
            for hear in self._desk:
                hear(told)


def _only_one(database: Database) -> IO[str] | None:
    name = database.engine.url.database
    if not name or name == ":memory:":
        return None
    lock = Path(f"{name}.edge").open("w", encoding="ascii")  # noqa: SIM115 - held as long as we live
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise SettingsError(
            "DATABASE_URL: another edge already works on this SQLite file; several need PostgreSQL"
        ) from None
    return lock


def _alone(session: Session, edge: str) -> None:
    session.execute(delete(EDGE_PROCESS))
    session.execute(insert(EDGE_PROCESS).values(id=edge, started_at=now(), seen_at=now()))
    _free_the_dead(session)


def _beat(session: Session, edge: str, death: float) -> int:
    """Renew this edge's row, bury the dead; how many live."""
    # The database's clock counts: those of two machines differ.
    clock = session.execute(select(func.clock_timestamp())).scalar_one()
    renewed = session.connection().execute(
        update(EDGE_PROCESS).where(EDGE_PROCESS.c.id == edge).values(seen_at=clock)
    )
    if not renewed.rowcount:
        session.execute(insert(EDGE_PROCESS).values(id=edge, started_at=clock, seen_at=clock))
        # Those who live count anew: from now on they tell what they do.
        session.execute(select(func.pg_notify("tawjih", json.dumps({"joined": edge}))))
    dead = func.extract("epoch", func.clock_timestamp() - EDGE_PROCESS.c.seen_at) > death
    if session.connection().execute(delete(EDGE_PROCESS).where(dead)).rowcount:
        _free_the_dead(session)
    return session.execute(select(func.count()).select_from(EDGE_PROCESS)).scalar_one()


def _leave(session: Session, edge: str) -> None:
    session.execute(delete(EDGE_PROCESS).where(EDGE_PROCESS.c.id == edge))
    session.execute(update(CONTACT).where(CONTACT.c.claimed_by == edge).values(claimed_by=None))


def _free_the_dead(session: Session) -> None:
    alive = select(EDGE_PROCESS.c.id)
    session.execute(
        update(CONTACT)
        .where(CONTACT.c.claimed_by.is_not(None), CONTACT.c.claimed_by.not_in(alive))
        .values(claimed_by=None)
    )
