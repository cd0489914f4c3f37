"""Keeps an edge's opening hours as they were set in the console, on whichever edge."""

import asyncio
from typing import Self

import structlog

from bot.desk.hours import store
from bot.handoff.voice import Voice
from bot.transactions import Transactions
from errors import PartUnavailable
from languages.profile import Profile

log = structlog.get_logger()


class KeptHours:
    """Looks every few seconds. Use it as an asynchronous context manager.

    Args:
        transactions: the database.
        profile: the deployment's, whose hours count until others are set.
        voice: tells people the hours, and has them from here.
        every: seconds between two looks.
    """

    def __init__(
        self, transactions: Transactions, profile: Profile, voice: Voice, *, every: float = 10.0
    ) -> None:
        self._db = transactions
        self._profile = profile
        self._voice = voice
        self._every = every
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to look."""
        self._task = asyncio.create_task(self._keep_looking())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep_looking(self) -> None:
        while True:
            try:
                await self.look()
            except PartUnavailable:
                log.warning("hours_wait_for_the_database")
            except Exception:
                log.exception("hours_not_read")
            await asyncio.sleep(self._every)

    async def look(self) -> None:
        """Take the hours as they stand."""
        self._voice.hours = await self._db.read(store.hours, self._profile)
