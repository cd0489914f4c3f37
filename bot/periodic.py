"""Work that is done again and again in the background, and outlives what goes wrong in it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self

import structlog

from errors import PartUnavailable

log = structlog.get_logger()

_LONGEST = 30.0
"""Seconds between two tries of work that keeps failing, unless it is done more rarely anyway."""
_DOUBLINGS = 16  # more of them change nothing, and would overflow one day


def pause(every: float, failures: int) -> float:
    """Seconds until the next try, after so many failures in a row."""
    longer = every * 2.0 ** min(failures - 1, _DOUBLINGS)
    return min(longer, max(every, _LONGEST))


class Periodic:
    """Does something every so often. Use it as an asynchronous context manager.

    Whatever the work raises is logged, and it is tried again: after `every`, then twice that, up to
    half a minute, until it works. Stopping waits until the work has heard of it.

    Args:
        name: what the log calls it.
        work: one round; what it gives back is nobody's concern.
        every: seconds from the end of one round to the next.
        when: asked before each round; without it, every round is done.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[object]],
        every: float,
        *,
        when: Callable[[], bool] = lambda: True,
    ) -> None:
        self._name = name
        self._work = work
        self._every = every
        self._when = when
        self._soon = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._failures = 0

    async def __aenter__(self) -> Self:
        """Begin; the first round is at once."""
        self._task = asyncio.create_task(self._keep_working())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def soon(self) -> None:
        """Do the next round now, unless the last one failed: then it has its time."""
        self._soon.set()

    async def _keep_working(self) -> None:
        while True:
            self._soon.clear()  # what is wished for from here on is for the round after this one
            if self._when():
                await self._round()
            await self._rest()

    async def _round(self) -> None:
        try:
            await self._work()
        except PartUnavailable as error:
            self._failures += 1
            log.warning("waits_for_a_part", work=self._name, why=str(error))
        except Exception:
            self._failures += 1
            log.exception("work_failed", work=self._name)
        else:
            self._failures = 0

    async def _rest(self) -> None:
        if self._failures:
            await asyncio.sleep(pause(self._every, self._failures))
            return
        # Not wait_for: where both come at once, Python 3.11's forgets that it was cancelled.
        with suppress(TimeoutError):
            async with asyncio.timeout(self._every):
                await self._soon.wait()
