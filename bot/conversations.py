"""Who is being served now: one message at a time in a conversation, many conversations at once."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

log = structlog.get_logger()

Step = Callable[[str], Awaitable[bool | None]]
"""Answers the oldest waiting message of a contact: True done, None nothing waits, False later."""


@dataclass(slots=True)
class _Run:
    """A conversation that is being worked on; `again` when something came in meanwhile."""

    task: asyncio.Task[bool]
    again: bool = False


class Conversations:
    """Workers, one for each conversation in which something waits.

    Args:
        step: what a worker repeats until nothing waits or it must be tried later.
        waiting: the contacts for whom something waits, the best to try first.
        first, longest: seconds between two tries for those that had to wait; doubled each time.
    """

    def __init__(
        self,
        step: Step,
        waiting: Callable[[], Awaitable[list[str]]],
        first: float = 1.0,
        longest: float = 30.0,
    ) -> None:
        self._step = step
        self._waiting = waiting
        self._first = first
        self._longest = longest
        self._runs: dict[str, _Run] = {}
        self._trouble = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Take up what an earlier process left, and go on trying what has to wait."""
        self._trouble.set()
        self._keeper = asyncio.create_task(self._keep_trying())

    async def stop(self) -> None:
        """Stop all workers; what they had in hand stays waiting in its row."""
        tasks: list[asyncio.Task[Any]] = [run.task for run in self._runs.values()]
        tasks += [self._keeper] if self._keeper else []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self, contact_id: str) -> asyncio.Task[bool]:
        """See that what waits in this conversation is worked on; returns its worker."""
        run = self._runs.get(contact_id)
        if run is None:
            run = self._runs[contact_id] = _Run(asyncio.create_task(self._work(contact_id)))
        run.again = True
        return run.task

    async def _work(self, contact_id: str) -> bool:
        run = self._runs[contact_id]
        try:
            while run.again:
                run.again = False
                while done := await self._step(contact_id):
                    pass
                if done is False:
                    self._trouble.set()
                    return False
            return True
        finally:
            # No await between the last look at `again` and this: nothing can slip in between.
            del self._runs[contact_id]

    async def _keep_trying(self) -> None:
        delay = self._first
        while True:
            await self._trouble.wait()
            with suppress(Exception):  # the database may be what is away: it is tried again
                delay = self._first if await self._try_all() else min(delay * 2, self._longest)
            await asyncio.sleep(delay)

    async def _try_all(self) -> bool:
        """Try one conversation; only when that works, wake the others."""
        self._trouble.clear()
        try:
            idle = [c for c in await self._waiting() if c not in self._runs]
            if not idle:
                return True
            if await self.wake(idle[0]):
                for contact_id in idle[1:]:
                    self.wake(contact_id)
                return True
        except BaseException:
            self._trouble.set()
            raise
        self._trouble.set()
        return False
