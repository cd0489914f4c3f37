"""Whose hand-off is open, kept in memory: every message asks, and few people wait."""

import asyncio
from typing import Self

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handoff.bell import Bell
from bot.handoff.models import Handoff
from bot.handoff.queue import OPEN
from bot.handoff.views import Event
from bot.transactions import Transactions
from errors import PartUnavailable

log = structlog.get_logger()


class Lobby:
    """Who waits, is offered a callback, or talks with a counsellor.

    Read anew whenever something happens at the desk, and every now and then: what an edge that died
    did not tell is known after `every` seconds.
    """

    def __init__(self, transactions: Transactions, bell: Bell, every: float = 10.0) -> None:
        self._db = transactions
        self._every = every
        self._open: frozenset[str] = frozenset()
        self._look = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        bell.on_event(self._hear)

    def __contains__(self, contact_id: str) -> bool:
        """Whether a contact has a hand-off that is open, as far as is known."""
        return contact_id in self._open

    def add(self, contact_id: str) -> None:
        """Note at once that a contact has one."""
        self._open |= {contact_id}

    async def __aenter__(self) -> Self:
        """Read who is there, and keep knowing it."""
        self._open = await self._db.read(_open)
        self._task = asyncio.create_task(self._keep_looking())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _hear(self, event: Event) -> None:
        if event.kind in {"queue", "held"}:
            self._look.set()

    async def _keep_looking(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._every):
                    await self._look.wait()
            except TimeoutError:
                pass
            self._look.clear()
            try:
                self._open = await self._db.read(_open)
            except PartUnavailable as error:
                log.warning("lobby_not_read", why=str(error))


def _open(session: Session) -> frozenset[str]:
    return frozenset(session.scalars(select(Handoff.contact_id).where(Handoff.state.in_(OPEN))))
