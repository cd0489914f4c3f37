"""What one edge of all does beside the messages: polling for channels, giving up on old mail."""

from collections.abc import Iterable, Iterator
from contextlib import AsyncExitStack
from typing import Self

import structlog

from bot import dispatches, outbox
from bot.channel import Channel, Intake, Pushed
from bot.edges import Edges
from bot.periodic import Periodic
from bot.transactions import Transactions
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
        self._every = tidy
        self._looks = Periodic("upkeep", self._look, look)
        self._work = AsyncExitStack()
        self._at_work = False

    async def __aenter__(self) -> Self:
        """Begin to look who leads."""
        await self._looks.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop all of it."""
        await self._looks.__aexit__()
        await self._work.aclose()

    async def _look(self) -> None:
        if self._edges.leads == self._at_work:
            return
        self._at_work = self._edges.leads
        if self._at_work:
            for one in (Periodic("tidying", self._tidy, self._every), *self._polling()):
                await self._work.enter_async_context(one)
        else:
            await self._work.aclose()

    def _polling(self) -> Iterator[Periodic]:
        for channel in self._channels:
            polling = _Polling(channel, self._intake)
            yield Periodic(channel.name, polling.run, _AGAIN_AFTER, when=polling.is_wanted)

    async def _tidy(self) -> None:
        given_up = await self._db.write(outbox.give_up_old)
        if given_up:
            log.error("not_sent_for_a_day", replies=given_up)
        await self._db.write(dispatches.forget_unknown)
        await self._db.write(links.forget_expired)


class _Polling:
    """A channel that fetches its messages, until it says that it need not."""

    def __init__(self, channel: Pushed, intake: Intake) -> None:
        self._channel = channel
        self._intake = intake
        self._done = False

    def is_wanted(self) -> bool:
        return not self._done

    async def run(self) -> None:
        await self._channel.run(self._intake)
        self._done = True
