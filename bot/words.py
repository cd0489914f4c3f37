"""Words that are no answer: that it comes later, that the service is busy, to slow down."""

import asyncio
from collections.abc import Callable, Coroutine

import structlog

from bot import claims, metrics
from bot.composer import Composer
from bot.courier import Courier
from bot.messages import Body, Received, Waiting
from bot.transactions import Transactions
from errors import PartUnavailable

log = structlog.get_logger()


Teller = Callable[[Waiting, Body, str], None]
"""Has something said on a person's channel, in a language; whether it arrives matters little."""


class Words:
    """Says them, at most one about each message, and waits for none to arrive."""

    def __init__(self, transactions: Transactions, composer: Composer, courier: Courier) -> None:
        self._db = transactions
        self._composer = composer
        self._courier = courier
        self._under_way: set[asyncio.Task[None]] = set()

    def say(self, waiting: Waiting, word: str) -> None:
        """Send a word on the person's channel."""
        self._start(self._say(waiting, word))

    def _start(self, words: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(words)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def tell(self, waiting: Waiting, body: Body, language: str) -> None:
        """Send something that is neither an answer nor about one."""
        self._start(self._tell(waiting, body, language))

    def slow(self, waiting: Waiting) -> None:
        """Send the word that the answer comes later."""
        self.say(waiting, "slow_kept")

    async def give(self, received: Received, word: str) -> list[Body]:
        """A word for a person who waits in a request; empty if they were told before."""
        if received.waiting is None or not await self._may(received.waiting, word):
            return []
        return [self._composer.word(received.waiting, word)]

    async def give_slow(self, incoming_id: int) -> list[Body] | None:
        """The word that the answer comes later; None if they were told, or it has come."""
        waiting = await self._db.write(claims.claim_slow, incoming_id)
        if waiting is None:
            return None
        metrics.TOLD.labels("slow_kept").inc()
        return [self._composer.word(waiting, "slow_kept")]

    async def stop(self) -> None:
        """Say nothing any more."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _say(self, waiting: Waiting, word: str) -> None:
        try:
            if not await self._may(waiting, word):
                return
        except PartUnavailable as error:
            log.warning("word_not_said", word=word, why=str(error))
            return
        body = self._composer.word(waiting, word)
        await self._tell(waiting, body, self._composer.language(waiting))

    async def _tell(self, waiting: Waiting, body: Body, language: str) -> None:
        try:
            await self._courier.tell(waiting, body, language)
        except Exception:
            log.exception("word_not_said", channel=waiting.channel)

    async def _may(self, waiting: Waiting, word: str) -> bool:
        # A message that was one too many gets no answer: the limits say when to tell so.
        may = word == "slow_down" or await self._db.write(claims.tell_once, waiting.id)
        if may:
            metrics.TOLD.labels(word).inc()
        return may
