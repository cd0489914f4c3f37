"""Keeps an edge's opening hours as they were set in the console, on whichever edge."""

from typing import Self

from bot.desk.hours import store
from bot.handoff.voice import Voice
from bot.periodic import Periodic
from bot.transactions import Transactions
from languages.profile import Profile


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
        self._looks = Periodic("hours", self.look, every)

    async def __aenter__(self) -> Self:
        """Begin to look."""
        await self._looks.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self._looks.__aexit__()

    async def look(self) -> None:
        """Take the hours as they stand."""
        self._voice.hours = await self._db.read(store.hours, self._profile)
