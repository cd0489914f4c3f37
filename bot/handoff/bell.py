"""Tells whoever looks at the desk that something happened: in this process, and on other edges."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import asdict
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.edges import Edges
from bot.handoff.views import Event
from bot.transactions import Transactions
from errors import PartUnavailable

log = structlog.get_logger()

_MOST = 500  # events that one listener may be behind
_NOTIFY = text("SELECT pg_notify('tawjih', :told)")


class Bell:
    """One for each edge. An event says where to look, never what was said.

    Args:
        edges: this edge among the others.
        transactions: the road to them.
    """

    def __init__(self, edges: Edges, transactions: Transactions) -> None:
        self._edges = edges
        self._db = transactions
        self._listeners: set[asyncio.Queue[Event | None]] = set()
        self._hear: list[Callable[[Event], None]] = []
        self._telling: set[asyncio.Task[None]] = set()
        edges.on_desk(self._heard)

    @property
    def alone(self) -> bool:
        """Whether no other edge is there to be told."""
        return self._edges.alone

    def on_event(self, hear: Callable[[Event], None]) -> None:
        """Have `hear` called for every event, of this edge or another."""
        self._hear.append(hear)

    def ring(self, event: Event) -> None:
        """Tell of something that stands in the database by now; waits for nobody."""
        self._spread(event)
        if not self.alone:
            task = asyncio.create_task(self._tell_others(event))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def listen(self) -> AsyncGenerator[Event, None]:
        """Every event from now on, until the edge stops.

        Who is far behind misses the oldest: an event only says that there is something to look up.
        """
        events: asyncio.Queue[Event | None] = asyncio.Queue(_MOST)
        self._listeners.add(events)
        try:
            while (event := await events.get()) is not None:
                yield event
        finally:
            self._listeners.discard(events)

    async def stop(self) -> None:
        """End every listener."""
        for events in self._listeners:
            _put(events, None)
        await asyncio.gather(*self._telling, return_exceptions=True)

    def _spread(self, event: Event) -> None:
        for hear in self._hear:
            hear(event)
        for events in self._listeners:
            _put(events, event)

    def _heard(self, told: dict[str, Any]) -> None:
        try:
            event = Event(**told)
        except TypeError:
            log.warning("desk_event_not_understood")
            return
        self._spread(event)

    async def _tell_others(self, event: Event) -> None:
        try:
            await self._db.write(_notify, self._edges.id, event)
        except PartUnavailable as error:
            log.warning("desk_event_not_told", why=str(error))


def _put(events: asyncio.Queue[Event | None], event: Event | None) -> None:
    if events.full():
        events.get_nowait()
    events.put_nowait(event)


def _notify(session: Session, edge: str, event: Event) -> None:
    told = json.dumps({"edge": edge, "desk": asdict(event)})
    session.execute(_NOTIFY, {"told": told})
