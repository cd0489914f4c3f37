"""What one edge of all does beside the messages: polling for channels, giving up on old mail."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Self

import structlog

from bot import dispatches, outbox
from bot.channel import Channel, Intake, Pushed
from bot.edges import Edges
from bot.transactions import Transactions
from errors import PartUnavailable
from people import links

log = structlog.get_logger()

_AGAIN_AFTER = 5.0


class Upkeep:
    """Runs while this edge leads.

    Args:
        transactions: the database.
        edges: this edge among the others.
        channels: the roads to people.
        intake: where channels hand in what they fetch.
        look: seconds between two looks who leads.
        tidy: seconds between two looks for what has failed.
    """

    def __init__(  # noqa: PLR0913
        self,
        transactions: Transactions,
        edges: Edges,
        channels: Iterable[Channel],
        intake: Intake,
        *,
        look: float = 1.0,
        tidy: float = 300.0,
    ) -> None:
        self._db = transactions
        self._edges = edges
        self._channels = [channel for channel in channels if isinstance(channel, Pushed)]
        self._intake = intake
        self._look = look
        self._tidy = tidy
        self._work: list[asyncio.Task[None]] = []
        self._watch: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to look who leads."""
        self._watch = asyncio.create_task(self._keep_watching())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop all of it."""
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await self._end()

    async def _keep_watching(self) -> None:
        while True:
            if self._edges.leads and not self._work:
                self._work = [asyncio.create_task(self._run(c)) for c in self._channels]
                self._work.append(asyncio.create_task(self._keep_tidy()))
            elif not self._edges.leads and self._work:
                await self._end()
            await asyncio.sleep(self._look)

    async def _end(self) -> None:
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        self._work = []

    async def _run(self, channel: Pushed) -> None:
        while True:
            try:
                await channel.run(self._intake)
            except Exception:
                log.exception("channel_stopped", channel=channel.name)
                await asyncio.sleep(_AGAIN_AFTER)
            else:
                return

    async def _keep_tidy(self) -> None:
        while True:
            with suppress(PartUnavailable):
                given_up = await self._db.write(outbox.give_up_old)
                if given_up:
                    log.error("not_sent_for_a_day", replies=given_up)
                await self._db.write(dispatches.forget_unknown)
                await self._db.write(links.forget_expired)
            await asyncio.sleep(self._tidy)
