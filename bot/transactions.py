"""Short database transactions, run in threads so that the event loop never waits for a disk."""

import asyncio
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from errors import PartUnavailable
from store.engine import Database

P = ParamSpec("P")
T = TypeVar("T")

_AWAY = (OperationalError, InterfaceError, PoolTimeout)


class Transactions:
    """Runs `work(session, ...)` in a thread, in one transaction.

    On SQLite one transaction writes at a time: they queue here, in order, instead of polling the
    file's lock.

    Raises (both methods):
        PartUnavailable: the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._readers = CapacityLimiter(8)
        self._writers = CapacityLimiter(1 if database.is_sqlite else 8)
        self._under_way: set[asyncio.Task[Any]] = set()

    async def settle(self) -> None:
        """Wait until no transaction is under way, those of cancelled requests included."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def read(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work` in a reading transaction."""

        def run() -> T:
            with self._database.read() as session:
                return work(session, *args, **kwargs)

        return await self._in_thread(run, self._readers)

    async def write(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work` in a transaction that commits when it returns."""

        def run() -> T:
            with self._database.write() as session:
                return work(session, *args, **kwargs)

        return await self._in_thread(run, self._writers)

    async def _in_thread(self, run: Callable[[], T], limiter: CapacityLimiter) -> T:
        # A thread cannot be cancelled: the transaction goes to its end even where nobody waits.
        task = asyncio.create_task(to_thread.run_sync(run, limiter=limiter))
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        try:
            return await asyncio.shield(task)
        except _AWAY as error:
            raise PartUnavailable(f"database: {type(error).__name__}") from error

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # seen here even when nobody waits for it
