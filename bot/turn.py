"""The one road from an incoming message to its replies.

A message is a row before anything else happens. A conversation's messages are answered one at a
time, in the order they came; what cannot be answered now waits in its row, and its person is told
so once. Whoever sends the replies marks them sent.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Self

import structlog
from sqlalchemy.exc import IntegrityError

from bot import dispatches, rows
from bot.channel import Channel, Live, Outgoing, Pushed, Shown
from bot.composer import Composer
from bot.conversations import Conversations
from bot.incoming import Incoming, Receipt
from bot.rows import Body, Composed, Exchange, Received, Waiting
from bot.transactions import Transactions
from errors import PartTimeout, PartUnavailable
from people import contacts
from people.models import Contact

log = structlog.get_logger()

_TRIES_OF_BROKEN = 3
_TRIES_OF_SLOW = 8


class Turn:
    """Takes messages in and sees that each gets its answer, once.

    Args:
        transactions: the database.
        composer: what answers.
        channels: the roads to people.
        patience: seconds after which a person is told that the answer comes later.
        width: how many messages are with the dialogue at once.
    """

    def __init__(
        self,
        transactions: Transactions,
        composer: Composer,
        channels: Iterable[Channel],
        patience: float,
        width: int = 32,
    ) -> None:
        self._db = transactions
        self._composer = composer
        self._patience = patience
        self._slots = asyncio.Semaphore(width)
        self._conversations = Conversations(self._step, self._waiting_contacts)
        self._waiters: dict[str, dict[int, asyncio.Future[bool]]] = {}
        self._channels = {channel.name: channel for channel in channels}
        self._tellers: set[asyncio.Task[None]] = set()
        self._in_delivery: Counter[int] = Counter()

    async def __aenter__(self) -> Self:
        """Take up what an earlier process left waiting."""
        self._conversations.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop; what is in hand stays waiting in its row."""
        for task in self._tellers:
            task.cancel()
        await asyncio.gather(*self._tellers, return_exceptions=True)
        await self._conversations.stop()

    async def submit(self, incoming: Incoming) -> Received:
        """Take in a message of a channel that sends by itself; returns once its row stands."""
        received = await self._receive(incoming)
        if received.new:
            self._be_patient(received, incoming.channel)
        return received

    async def handle(self, incoming: Incoming) -> list[Body]:
        """Take in a message and give what there is to say to its person; it counts as sent.

        That is its answer, behind earlier answers that nobody has fetched yet; or the line that
        the service is slow, once; or nothing, to a repeat of a message that still waits.

        Raises:
            PartUnavailable: the database is away.
        """
        received = await self._receive(incoming)
        with self._delivering(received.id):
            slow = None if received.answered else await self._wait(received)
            others = set(self._in_delivery) - {received.id}
            bodies = await self._db.write(rows.take, received, others)
        return [*bodies, *slow.bodies] if slow else bodies

    async def stored(self, received: Received) -> list[Body]:
        """The replies that a message has so far."""
        return [reply.body for reply in await self._db.read(rows.replies_of, received.id)]

    async def person(self, channel: str, address: str) -> Contact | None:
        """The person behind an address, if they have written before."""
        return await self._db.read(contacts.find, channel, address)

    async def history(self, channel: str, address: str, limit: int) -> list[Exchange]:
        """The last messages of a person, at most `limit`, with their replies; the oldest first."""
        contact = await self.person(channel, address)
        return await self._db.read(rows.history, contact.id, limit) if contact else []

    async def mark_sent(self, reply_ids: Sequence[int]) -> None:
        """Note that a channel has sent these replies."""
        if reply_ids:
            await self._db.write(rows.mark_sent, reply_ids)

    async def receipts(self, channel: str, receipts: Sequence[Receipt]) -> None:
        """Note what became of messages that were sent; late, early and repeated ones are fine."""
        await self._db.write(dispatches.note, channel, receipts)

    async def gone(self, channel: str, address: str) -> None:
        """Note that a person has blocked us: nothing more is sent until they write again."""
        await self._db.write(contacts.mark_gone, channel, address)

    async def _receive(self, incoming: Incoming) -> Received:
        for _ in range(3):
            try:
                return await self._db.write(rows.record, incoming)
            except IntegrityError:  # the same message, or the same new person, this very moment
                continue
        raise PartUnavailable("the message's row could not be written")

    @contextmanager
    def _delivering(self, incoming_id: int) -> Iterator[None]:
        self._in_delivery[incoming_id] += 1  # repeats are delivered side by side
        try:
            yield
        finally:
            self._in_delivery -= Counter({incoming_id: 1})

    async def _wait(self, received: Received) -> Shown | None:
        """Wait for an answer as long as a person does; then what to tell them, if anything."""
        waiters = self._waiters.setdefault(received.contact_id, {})
        future = waiters.setdefault(received.id, asyncio.get_running_loop().create_future())
        self._conversations.wake(received.contact_id)
        await asyncio.wait({future}, timeout=self._patience)
        if future.done() and future.result():
            return None
        waiting = await self._db.write(rows.claim_slow, received.id)
        return self._slow(waiting) if waiting else None

    def _slow(self, waiting: Waiting) -> Shown:
        body, language = self._composer.slow(waiting), self._composer.language(waiting)
        return Shown(waiting.address, [body], language, waiting.message_id, slow=True)

    def _be_patient(self, received: Received, channel: str) -> None:
        async def tell() -> None:
            try:
                slow = await self._wait(received)
                if slow:
                    await self._hand_over(channel, slow)
            except Exception:
                log.exception("slow_notice_failed", contact=received.contact_id)

        task = asyncio.create_task(tell())
        self._tellers.add(task)
        task.add_done_callback(self._tellers.discard)

    async def _waiting_contacts(self) -> list[str]:
        return await self._db.read(rows.waiting_contacts)

    async def _step(self, contact_id: str) -> bool | None:
        """Answer the oldest waiting message; see conversations.Step."""
        # Whoever waited before this look, and has no row in it, has been answered. Who comes
        # during it may not be in it yet.
        before = list(self._waiters.get(contact_id, ()))
        try:
            waiting = await self._db.read(rows.next_waiting, contact_id)
            if waiting is None:
                self._release(contact_id, before)
                return None
            await self._answer(waiting)
        except PartUnavailable as error:
            log.warning("answer_waits", contact=contact_id, why=str(error))
        except Exception:
            log.exception("answer_failed", contact=contact_id)
        else:
            return True
        self._release(contact_id, list(self._waiters.get(contact_id, ())))
        return False

    async def _answer(self, waiting: Waiting) -> None:
        started = time.perf_counter()
        composed = await self._compose(waiting)
        reply_ids = await self._db.write(rows.store_answer, waiting, composed)
        log.info(
            "answered",
            contact=waiting.contact_id,
            channel=waiting.channel,
            intent=composed.intent,
            ms=round((time.perf_counter() - started) * 1000),
        )
        self._resolve(waiting.contact_id, waiting.id, answered=True)
        if reply_ids:
            await self._send(waiting, composed, reply_ids)

    async def _compose(self, waiting: Waiting) -> Composed:
        try:
            async with self._slots:
                return await self._composer.compose(waiting)
        except Exception as error:
            await self._db.write(rows.count_attempt, waiting.id)
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

    async def _send(self, waiting: Waiting, composed: Composed, reply_ids: list[int]) -> None:
        shown = Shown(waiting.address, composed.bodies, composed.language, waiting.message_id)
        try:
            if await self._hand_over(waiting.channel, shown):
                await self._db.write(rows.mark_sent, reply_ids)
        except Exception:
            log.exception("delivery_failed", contact=waiting.contact_id)

    async def _hand_over(self, name: str, shown: Shown) -> bool:
        channel = self._channels.get(name)
        if isinstance(channel, Live):
            return await channel.show(shown)
        if not isinstance(channel, Pushed):
            return False
        for body in shown.bodies:
            await channel.send(Outgoing(shown.address, body, shown.language, shown.answers))
        return True

    def _release(self, contact_id: str, incoming_ids: list[int]) -> None:
        """Let those who wait look for themselves what became of their message."""
        for incoming_id in incoming_ids:
            self._resolve(contact_id, incoming_id, answered=False)

    def _resolve(self, contact_id: str, incoming_id: int, *, answered: bool) -> None:
        waiters = self._waiters.get(contact_id, {})
        waiter = waiters.pop(incoming_id, None)
        if waiter:
            waiter.set_result(answered)
        if not waiters:
            self._waiters.pop(contact_id, None)
