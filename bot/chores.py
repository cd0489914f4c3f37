"""What the leading edge does every minute: has alerts told, deletes whoever asked for it, reminds.

Alerts are found and written by a process of their own (`tawjih alerts send`), so that a great
import slows nobody's answer; it starts only when there is something to do.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from bot.edges import Edges
from bot.erasure import erase, is_asked
from bot.periodic import Periodic
from bot.transactions import Transactions
from catalogue import watching
from languages.profile import read_profile
from people import alerts, finds
from people.timing import Clock
from settings import ROOT, Settings

log = structlog.get_logger()

_SEND = ("-m", "tawjih", "alerts", "send")


class Chores:
    """Runs while this edge leads. Use it as an asynchronous context manager.

    Args:
        transactions: the database.
        edges: this edge among the others.
        settings: the deployment's.
        also: what others have done at each look, by the name that the log calls it; one that
            fails stops none of the rest.
        every: seconds between two looks.
    """

    def __init__(
        self,
        transactions: Transactions,
        edges: Edges,
        settings: Settings,
        *,
        also: Mapping[str, Callable[[], Awaitable[object]]] | None = None,
        every: float = 60.0,
    ) -> None:
        self._db = transactions
        self._settings = settings
        zone = ZoneInfo(read_profile(settings.profile).timezone)
        self.clock = Clock(zone, settings.alerts_quiet_from, settings.alerts_quiet_until)
        chores = {"alerts": self.look, **(also or {})}
        self._rounds = [
            Periodic(name, chore, every, when=lambda: edges.leads) for name, chore in chores.items()
        ]
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Begin to look."""
        for chore in self._rounds:
            await self._stack.enter_async_context(chore)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop. What was not told is told the next time."""
        await self._stack.aclose()

    async def look(self) -> None:
        """Do what there is to do now."""
        if await self._db.read(is_asked):
            erased = await self._db.write(erase)
            log.info("erased", contacts=erased)
        state = await self._db.read(_state, self.clock)
        if state is None:
            await self._db.write(_begin)
        elif state:
            await self._send()

    async def _send(self) -> None:
        settings = self._settings
        # The process reads its settings from the environment: the edge's own, whatever gave them.
        ours = {
            "DATABASE_URL": settings.database,
            "TAWJIH_HOME": str(settings.tawjih_home),
            "PROFILE": str(settings.profile),
            "ALERTS_LISTINGS": str(settings.alerts_listings),
            "ALERTS_QUIET_FROM": str(settings.alerts_quiet_from),
            "ALERTS_QUIET_UNTIL": str(settings.alerts_quiet_until),
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *_SEND,
            cwd=ROOT,
            env=os.environ | ours,
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise
        if code:
            log.error("alerts_not_sent", code=code)


def _state(session: Session, clock: Clock) -> bool | None:
    """Whether there is something to find or to tell; None before the very first time."""
    mark = finds.mark(session)
    if mark is None:
        return None
    moment = datetime.now(UTC)
    due = not clock.is_quiet(moment) and alerts.any_due(session, moment)
    return due or watching.newest(session) > mark


def _begin(session: Session) -> None:
    # What stands in the catalogue now is not new to anybody.
    finds.set_mark(session, watching.newest(session))
