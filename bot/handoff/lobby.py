"""Whose hand-off is open, kept in memory: every message asks, and few people wait."""

from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handoff.bell import Bell
from bot.handoff.models import Handoff
from bot.handoff.queue import OPEN
from bot.handoff.views import Event
from bot.periodic import Periodic
from bot.transactions import Transactions


class Lobby:
    """Who waits, is offered a callback, or talks with a counsellor.

    Read anew whenever something happens at the desk, and every now and then: what an edge that died
    did not tell is known after `every` seconds.
    """

    def __init__(self, transactions: Transactions, bell: Bell, every: float = 10.0) -> None:
        self._db = transactions
        self._open: frozenset[str] = frozenset()
        self._looks = Periodic("lobby", self._read, every)
        bell.on_event(self._hear)

    def __contains__(self, contact_id: str) -> bool:
        """Whether a contact has a hand-off that is open, as far as is known."""
        return contact_id in self._open

    def add(self, contact_id: str) -> None:
        """Note at once that a contact has one."""
        self._open |= {contact_id}

    async def __aenter__(self) -> Self:
        """Read who is there, and keep knowing it."""
        await self._read()
        await self._looks.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self._looks.__aexit__()

    def _hear(self, event: Event) -> None:
        if event.kind in {"queue", "held"}:
            self._looks.soon()

    async def _read(self) -> None:
        self._open = await self._db.read(_open)


def _open(session: Session) -> frozenset[str]:
    return frozenset(session.scalars(select(Handoff.contact_id).where(Handoff.state.in_(OPEN))))
