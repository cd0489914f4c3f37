"""Short database transactions, run in threads so that the event loop never waits for a disk."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

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

    async def read(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work` in a reading transaction."""

        def run() -> T:
            with self._database.read() as session:
                return work(session, *args, **kwargs)

        return await _in_thread(run, self._readers)

    async def write(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work` in a transaction that commits when it returns."""

        def run() -> T:
            with self._database.write() as session:
                return work(session, *args, **kwargs)

        return await _in_thread(run, self._writers)


async def _in_thread(run: Callable[[], T], limiter: CapacityLimiter) -> T:
    try:
        return await to_thread.run_sync(run, limiter=limiter)
    except _AWAY as error:
        raise PartUnavailable(f"database: {type(error).__name__}") from error
