"""Who is being served now: one message at a time in a conversation, many conversations at once."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.messages import Waiting
from errors import PartUnavailable

log = structlog.get_logger()

Step = Callable[[str, Waiting | None], Awaitable[Waiting | None]]
"""Answers a message of a contact, or with None what there is; gives the next one, or None when the
conversation has been given free. Raises when it has to be tried later."""

Claim = Callable[[Collection[str], int], Awaitable[list[str]]]
"""Claims up to so many conversations in which something waits, the best to try first, without
those that are worked on."""

Fail = Callable[[str], Awaitable[None]]
"""Gives a conversation free whose step failed."""


@dataclass(slots=True)
class _Run:
    """A conversation that is being worked on, and what came in meanwhile."""

    task: asyncio.Task[bool]
    came: list[int] = field(default_factory=list)


class Conversations:
    """Workers, one for each conversation in which something is to be done.

    Args:
        step, claim, fail: what is done; see their types.
        most: how many conversations are in hand at once. What else waits stays in its rows, and is
            taken up when there is room.
        first, longest: seconds between two tries for those that had to wait; doubled each time.
    """

    def __init__(  # noqa: PLR0913 - three things to do, and three bounds
        self,
        step: Step,
        claim: Claim,
        fail: Fail,
        *,
        most: int = 1000,
        first: float = 1.0,
        longest: float = 30.0,
    ) -> None:
        self._step = step
        self._claim = claim
        self._fail = fail
        self._most = most
        self._first = first
        self._longest = longest
        self._runs: dict[str, _Run] = {}
        self._look = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def has_room(self) -> bool:
        """Whether another conversation can be taken in hand."""
        return len(self._runs) < self._most

    def depth(self, contact_id: str) -> int:
        """How many messages came in while this conversation was worked on."""
        run = self._runs.get(contact_id)
        return len(run.came) if run else 0

    def start(self) -> None:
        """Take up what an earlier process left, and go on looking for what waits."""
        self._look.set()
        self._keeper = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        """Stop all workers; what they had in hand stays waiting in its row."""
        tasks: list[asyncio.Task[Any]] = [run.task for run in self._runs.values()]
        tasks += [self._keeper] if self._keeper else []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def look(self) -> None:
        """Look now for what waits, rather than within a second."""
        self._look.set()

    def wake(self, waiting: Waiting, *, behind: bool = False) -> None:
        """See that a message, in a conversation that is this edge's, is answered.

        Args:
            waiting: the message.
            behind: others wait before it.
        """
        run = self._runs.get(waiting.contact_id)
        if run is None:
            self._begin(waiting.contact_id, None if behind else waiting)
        else:
            run.came.append(waiting.id)

    def _begin(self, contact_id: str, waiting: Waiting | None) -> asyncio.Task[bool]:
        run = _Run(asyncio.create_task(self._work(contact_id, waiting)))
        self._runs[contact_id] = run
        return run.task

    async def _work(self, contact_id: str, waiting: Waiting | None) -> bool:
        """Work until the conversation is free; whether nothing had to be put off."""
        run = self._runs[contact_id]
        last = waiting.id if waiting else 0
        try:
            while True:
                waiting = await self._step(contact_id, waiting)
                last = waiting.id if waiting else last
                run.came = [one for one in run.came if one > last]
                if waiting is None:
                    if not run.came:
                        return True
                    # It came after the conversation was given free, and has claimed it anew. What
                    # there is to do is looked up.
                    run.came = []
        except Exception as error:  # noqa: BLE001 - logged in there
            await self._failed(contact_id, error)
            return False
        finally:
            # No await between the last look at `came` and this: nothing can slip in between.
            del self._runs[contact_id]

    async def _failed(self, contact_id: str, error: Exception) -> None:
        if isinstance(error, PartUnavailable):
            log.warning("answer_waits", contact=contact_id, why=str(error))
        else:
            log.error("answer_failed", contact=contact_id, exc_info=error)
        with suppress(PartUnavailable):  # what is not given free now is found by the next look
            await self._fail(contact_id)
        self._look.set()

    async def _keep_looking(self) -> None:
        delay = self._first
        while True:
            # Not wait_for: where both come at once, Python 3.11's forgets that it was cancelled.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._first):
                    await self._look.wait()
            self._look.clear()
            try:
                done = await self._try_all()
            except PartUnavailable:
                done = False
            except Exception:
                log.exception("looking_failed")
                done = False
            if not done:
                delay = min(delay * 2, self._longest)
                await asyncio.sleep(delay)
            else:
                delay = self._first / 2

    async def _try_all(self) -> bool:
        """Try one conversation; only when that works, take up the others."""
        first = await self._take(1)
        if not first:
            return True
        if not await first[0]:
            return False
        while room := self._most - len(self._runs):
            if not await self._take(min(room, 100)):
                break
        return True

    async def _take(self, limit: int) -> list[asyncio.Task[bool]]:
        if not self.has_room:
            return []
        claimed = await self._claim(self._runs.keys(), limit)
        return [self._begin(one, None) for one in claimed if one not in self._runs]
