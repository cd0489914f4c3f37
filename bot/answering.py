"""What is done with a conversation in hand: a message answered, its replies sent, the next one."""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial

import structlog

from bot import claims, finishing, metrics, outbox
from bot.composer import Composer
from bot.courier import Courier, To
from bot.edges import Edges, News
from bot.finishing import Also
from bot.messages import Composed, Finished, Reply, Waiting
from bot.outbox import Outcome
from bot.patience import Patience
from bot.transactions import Transactions
from errors import PartTimeout, PartUnavailable
from store.base import now

log = structlog.get_logger()

_TRIES_OF_BROKEN = 3
_TRIES_OF_SLOW = 8


class Answering:
    """The steps of `Conversations`.

    Args:
        transactions: the database.
        composer: what answers.
        courier: what sends.
        edges: this edge among the others.
        patience: who waits for answers.
        width: how many messages are with the dialogue at once.
        also: what other parts of the house write with an answer.
        moved: hears that something was sent to a contact.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts it brings together
        self,
        transactions: Transactions,
        composer: Composer,
        courier: Courier,
        edges: Edges,
        patience: Patience,
        width: int,
        also: Also | None = None,
        moved: Callable[[str], None] | None = None,
    ) -> None:
        self._db = transactions
        self._composer = composer
        self._courier = courier
        self._edges = edges
        self._patience = patience
        self._slots = asyncio.Semaphore(width)
        self._also = also
        self._moved = moved

    async def step(self, contact_id: str, waiting: Waiting | None) -> Waiting | None:
        """Answer a message, or do what there is to do; see conversations.Step."""
        if waiting is None:
            taken = await self._db.write(outbox.take_up, self._edges.id, contact_id)
            if taken.person and taken.due:
                return await self._deliver(contact_id, taken.person, taken.due)
            waiting = taken.following
        return await self._answer(waiting) if waiting else None

    async def fail(self, contact_id: str) -> None:
        """Give a conversation free whose step failed; see conversations.Fail."""
        self._patience.late(contact_id)
        await self._db.write(claims.release, self._edges.id, contact_id)

    async def _answer(self, waiting: Waiting) -> Waiting | None:
        started = time.perf_counter()
        self._courier.greet(waiting.channel, waiting.address, waiting.message_id)
        composed = await self._compose(waiting)
        finished = await self._finish(waiting, composed)
        self._patience.answered(waiting.contact_id, waiting.id, finished.taken)
        if finished.reply_ids is None:
            return finished.following
        if composed.then is not None:
            composed.then()
        seconds = time.perf_counter() - started
        metrics.ANSWER_SECONDS.observe(seconds)
        metrics.ANSWERED.labels(waiting.channel, composed.status).inc()
        log.info(
            "answered",
            contact=waiting.contact_id,
            channel=waiting.channel,
            intent=composed.intent,
            ms=round(seconds * 1000),
        )
        if not self._is_sent(waiting.channel):
            return finished.following
        return await self._send(waiting, composed, finished)

    def _is_sent(self, channel: str) -> bool:
        return self._courier.pushes(channel) or self._courier.shows(channel)

    async def _finish(self, waiting: Waiting, composed: Composed) -> Finished:
        sent = self._is_sent(waiting.channel)
        return await self._db.write(
            finishing.finish,
            self._edges.id,
            waiting,
            composed,
            due_at=now() if self._courier.pushes(waiting.channel) else None,
            asking=None if sent else self._patience.hand_over(waiting.id),
            release=not sent,
            peers=not self._edges.alone,
            also=self._also,
        )

    async def _send(
        self, waiting: Waiting, composed: Composed, finished: Finished
    ) -> Waiting | None:
        moment = now()
        replies = [
            Reply(row_id, body, composed.language, "answer", waiting.message_id, 0, moment)
            for row_id, body in zip(finished.reply_ids or (), composed.bodies, strict=True)
        ]
        # What is behind others waits with them: nothing overtakes.
        return await self._deliver(waiting.contact_id, waiting, [] if finished.behind else replies)

    async def _deliver(self, contact_id: str, to: To, replies: Sequence[Reply]) -> Waiting | None:
        noted: list[asyncio.Task[None]] = []

        def note(outcome: Outcome) -> None:
            write = self._db.write(outbox.note, to.channel, outcome)
            noted.append(asyncio.create_task(write))

        outcome = await self._courier.deliver(to, replies, note)
        await asyncio.gather(*noted)
        if outcome.absent and not self._edges.alone:
            outcome.unseen = [r.id for r in replies if r.answers is None]
        settle = partial(outbox.settle, edge=self._edges.id, channel=to.channel)
        following = await self._db.write(settle, contact_id=contact_id, outcome=outcome)
        if self._moved is not None and replies:
            self._moved(contact_id)
        return following

    async def show(self, news: News) -> None:
        """Show here what another edge has said, to a person whose window is open here."""
        try:
            replies = await self._db.read(outbox.written, news.reply_ids)
            outcome = await self._courier.show(news.channel, news.address, replies)
            await self._db.write(outbox.note, news.channel, outcome)
        except PartUnavailable as error:
            log.warning("not_shown", contact=news.contact_id, why=str(error))

    async def _compose(self, waiting: Waiting) -> Composed:
        try:
            async with self._slots:
                return await self._composer.compose(waiting)
        except Exception as error:
            await self._db.write(claims.count_attempt, waiting.id)
            if not await self._hopeless(error, waiting.attempts + 1):
                raise
            log.exception("given_up", contact=waiting.contact_id, attempts=waiting.attempts + 1)
            return self._composer.say(waiting, "our_fault", status="failed")

    async def _hopeless(self, error: Exception, attempts: int) -> bool:
        """Whether one message is the trouble, rather than a part that is away.

        Such a message must not hold up for ever what comes behind it.
        """
        if isinstance(error, PartTimeout):
            return attempts >= _TRIES_OF_SLOW and await self._composer.dialogue_is_up()
        return not isinstance(error, PartUnavailable) and attempts >= _TRIES_OF_BROKEN
