"""Keeps an edge's opening hours as they were set in the console, on whichever edge."""

from typing import Self

from sqlalchemy.orm import Session

from bot.desk.hours import store
from bot.desk.hours.telling import told
from bot.handoff.hours import Hours
from bot.handoff.voice import Voice
from bot.periodic import Periodic
from bot.speech import Speech
from bot.transactions import Transactions
from languages.profile import Profile


class KeptHours:
    """Looks every few seconds. Use it as an asynchronous context manager.

    Args:
        transactions: the database.
        speech: the words, and the profile whose hours count until others are set.
        voice: tells people when the desk opens, and has it from here.
        every: seconds between two looks.
    """

    def __init__(
        self, transactions: Transactions, speech: Speech, voice: Voice, *, every: float = 10.0
    ) -> None:
        self._db = transactions
        self._speech = speech
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
        self._voice.hours, week = await self._db.read(_read, self._speech.profile)
        said = {code: told(week, code, self._speech) for code in self._speech.languages if week}
        self._speech.keep_hours(said)


def _read(session: Session, profile: Profile) -> tuple[Hours, store.Week | None]:
    return store.hours(session, profile), store.kept(session)
