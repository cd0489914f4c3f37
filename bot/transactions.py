"""Short database transactions, run in threads so that the event loop never waits for a disk."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from errors import PartUnavailable
from store.engine import Database

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[[Session], Any]
Begin = Callable[[], AbstractContextManager[Session]]

_AWAY = (OperationalError, InterfaceError, PoolTimeout)
_MOST_TOGETHER = 64


@dataclass(slots=True, eq=False)
class _Job:
    work: Work
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class Transactions:
    """Runs `work(session, ...)` in a thread, in one transaction.

    SQLite takes one writer at a time: there one thread writes, and what is queued meanwhile goes
    into one transaction, so that a busy moment costs few commits. PostgreSQL has eight writers,
    each with a transaction of its own.

    A work may be run again when another one of the same transaction failed: it touches nothing
    but the session.

    Raises (both methods):
        PartUnavailable: the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        width, together = (1, _MOST_TOGETHER) if database.is_sqlite else (8, 1)
        self._readers = _Threads(lambda: database.read(), 4, 1)  # noqa: PLW0108 - found anew each time
        self._writers = _Threads(lambda: database.write(), width, together)  # noqa: PLW0108
        self._under_way: set[asyncio.Future[Any]] = set()
        self._first: Callable[[Session], object] | None = None

    def begun_by(self, first: Callable[[Session], object]) -> Self:
        """The same, where `first` is done in every writing transaction before its own work.

        What `first` raises undoes the transaction, and whoever asked for the work gets it.
        """
        begun = copy(self)
        begun._first = first  # noqa: SLF001 - its own kind
        return begun

    async def settle(self) -> None:
        """Wait until no transaction is under way, those of cancelled requests included."""
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._readers.stop()
        self._writers.stop()

    async def read(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work` in a reading transaction."""
        result: T = await self._run(self._readers, lambda s: work(s, *args, **kwargs))
        return result

    async def write(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work` in a transaction that commits when it returns."""
        first = self._first

        def whole(session: Session) -> T:
            if first is not None:
                first(session)
            return work(session, *args, **kwargs)

        result: T = await self._run(self._writers, whole)
        return result

    async def _run(self, threads: "_Threads", work: Work) -> Any:  # noqa: ANN401 - as the work's
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._under_way.add(future)
        future.add_done_callback(self._ended)
        threads.put(_Job(work, loop, future))
        try:
            # A thread cannot be cancelled: the transaction goes on where nobody waits for it.
            return await asyncio.shield(future)
        except _AWAY as error:
            raise PartUnavailable(f"database: {type(error).__name__}") from error

    def _ended(self, future: asyncio.Future[Any]) -> None:
        self._under_way.discard(future)
        if not future.cancelled():
            future.exception()  # seen here even when nobody waits for it


class _Threads:
    """Threads that run jobs; each takes up to `together` of them into one transaction."""

    def __init__(self, begin: Begin, width: int, together: int) -> None:
        self._begin = begin
        self._width = width
        self._together = together
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._started: list[threading.Thread] = []

    def put(self, job: _Job) -> None:
        """Queue a job; the threads start with the first."""
        while len(self._started) < self._width:
            thread = threading.Thread(target=self._serve, daemon=True)
            self._started.append(thread)
            thread.start()
        self._jobs.put(job)

    def stop(self) -> None:
        """End the threads once they have nothing to do."""
        for _ in self._started:
            self._jobs.put(None)
        for thread in self._started:
            thread.join()
        self._started = []

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            jobs = [job]
            last = False
            while len(jobs) < self._together and not last:
                try:
                    following = self._jobs.get_nowait()
                except Empty:
                    break
                last = following is None
                jobs += [following] if following else []
            self._run(jobs)
            if last:
                return

    def _run(self, jobs: Sequence[_Job]) -> None:
        if not self._all(jobs):
            # One of them failed: each by itself, so that it fails alone.
            for job in jobs:
                self._all([job])
        for loop in {job.loop for job in jobs}:
            loop.call_soon_threadsafe(_tell, [job for job in jobs if job.loop is loop])

    def _all(self, jobs: Sequence[_Job]) -> bool:
        try:
            with self._begin() as session:
                for job in jobs:
                    job.result = job.work(session)
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            for job in jobs:
                job.error = error
            return len(jobs) == 1
        for job in jobs:
            job.error = None
        return True


def _tell(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        if job.future.cancelled():
            continue
        if job.error is None:
            job.future.set_result(job.result)
        else:
            job.future.set_exception(job.error)
