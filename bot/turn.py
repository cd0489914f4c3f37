"""The one road from an incoming message to its replies.

A message is a row before anything else happens. A conversation's messages are answered one at a
time, in the order they came; what cannot be answered now waits in its row, and its person is told
so once. A reply is a row before it is sent; what cannot be sent now is tried again, in order.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot import claims, dispatches, inbox, metrics, outbox, rows
from bot.answering import Answering
from bot.channel import Channel, OutgoingFile
from bot.composer import Composer
from bot.conversations import Conversations
from bot.courier import Courier
from bot.edges import Edges, News
from bot.finishing import Also
from bot.incoming import Incoming, Receipt, SentFile
from bot.limits import Limits, Verdict
from bot.messages import Body, Exchange, Received, Waiting
from bot.patience import Patience
from bot.transactions import Transactions
from bot.words import Words
from errors import PartUnavailable
from people import contacts
from people.models import Contact

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is in hand at once.

    Attributes:
        patience: seconds after which a person is told that the answer comes later.
        width: messages that are with the dialogue.
        conversations: conversations in hand; who comes on top is told that it is busy, and waits.
        depth: messages that wait in one conversation before its person is told so.
    """

    patience: float
    width: int = 32
    conversations: int = 1000
    depth: int = 10


class FileHooks(Protocol):
    """What is done with the files of messages."""

    def note(self, session: Session, contact_id: str, incoming_id: int, file: SentFile) -> bool:
        """Note that a file came with a message, in its transaction; whether it is taken up."""

    def came(self) -> None:
        """A file was noted, and may be fetched."""

    async def takes(self, channel: str, address: str) -> bool:
        """Whether files of this person are taken now."""

    async def load(self, body: Body) -> OutgoingFile | None:
        """The file that a message to a person brings; None for a message without one."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What other parts of the house do on the road of a message.

    Attributes:
        also: writes in the transaction of an answer.
        held: hears that a message came for the counsellor who holds the conversation.
        moved: hears that something was sent to a contact, or what became of it.
        files: what is done with files.
    """

    also: Also | None = None
    held: Callable[[Received], None] | None = None
    moved: Callable[[str], None] | None = None
    files: FileHooks | None = None


class Turn:
    """Takes messages in and sees that each gets its answer, once.

    Args:
        transactions: the database.
        composer: what answers.
        channels: the roads to people.
        edges: this edge among the others.
        limits: how much is taken in.
        bounds: how much is in hand at once.
        hooks: what other parts do on the way.
    """

    def __init__(  # noqa: PLR0913 - the parts it brings together
        self,
        transactions: Transactions,
        composer: Composer,
        channels: Iterable[Channel],
        *,
        edges: Edges,
        limits: Limits,
        bounds: Bounds,
        hooks: Hooks | None = None,
    ) -> None:
        self._db = transactions
        self._edges = edges
        self._limits = limits
        self._bounds = bounds
        self._hooks = hooks or Hooks()
        files = self._hooks.files
        self._courier = Courier(channels, lambda: edges.count, files.load if files else None)
        self._words = Words(transactions, composer, self._courier)
        self._patience = Patience(bounds.patience, self._words.slow)
        self._answering = Answering(
            transactions,
            composer,
            self._courier,
            edges,
            self._patience,
            bounds.width,
            self._hooks.also,
            self._hooks.moved,
        )
        self._conversations = Conversations(
            self._answering.step, self._claim, self._answering.fail, most=bounds.conversations
        )
        self._showing: set[asyncio.Task[None]] = set()
        edges.on_news(self._hear, self._was_deaf)

    def stir(self) -> None:
        """Look now for what is to be sent, rather than within a second."""
        self._conversations.look()

    def tell(self, waiting: Waiting, body: Body, language: str) -> None:
        """Have something said on a person's channel; whether it arrives matters little."""
        self._words.tell(waiting, body, language)

    async def __aenter__(self) -> Self:
        """Take up what an earlier process left waiting."""
        self._conversations.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop; what is in hand stays waiting in its row."""
        self._patience.stop()
        for task in self._showing:
            task.cancel()
        await asyncio.gather(*self._showing, return_exceptions=True)
        await self._words.stop()
        await self._conversations.stop()
        await self._courier.stop()

    async def submit(self, incoming: Incoming) -> Received:
        """Take in a message of a channel that sends by itself; returns once its row stands.

        Raises:
            PartUnavailable: the database is away, or (TooMany) too much comes.
        """
        received, word = await self._take(incoming)
        if not word and received.new and self._is_deep(received):
            word = "busy_with_yours"
        if received.waiting and word:
            self._words.say(received.waiting, word)
        elif received.waiting and not received.answered:
            self._patience.expect(received.waiting)
        return received

    async def handle(self, incoming: Incoming) -> list[Body]:
        """Take in a message and give what there is to say to its person; it counts as sent.

        That is its answer, behind earlier answers that nobody has fetched yet; or a word that the
        service is slow or busy, once; or nothing, to a repeat of a message that still waits.

        Raises:
            PartUnavailable: the database is away, or (TooMany) too much comes.
        """
        received, word = await self._take(incoming)
        if word:
            return await self._words.give(received, word)
        if not received.answered:
            answered, bodies = await self._patience.ask(
                received.contact_id, received.id, first=received.new
            )
            if bodies is not None:
                return bodies
            if not answered and (slow := await self._words.give_slow(received.id)):
                return slow
        return await self._db.write(rows.take, received, self._patience.fetched())

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

    async def takes_files(self, channel: str, address: str) -> bool:
        """Whether files of this person are taken now: a counsellor is awaited, or there."""
        return bool(self._hooks.files and await self._hooks.files.takes(channel, address))

    async def mark_sent(self, reply_ids: Sequence[int]) -> None:
        """Note that a channel has sent these replies."""
        if reply_ids:
            await self._db.write(rows.mark_sent, reply_ids)

    async def receipts(self, channel: str, receipts: Sequence[Receipt]) -> None:
        """Note what became of messages that were sent; late, early and repeated ones are fine."""
        whose = await self._db.write(dispatches.note, channel, receipts)
        if self._hooks.moved is not None:
            for contact_id in whose:
                self._hooks.moved(contact_id)

    async def gone(self, channel: str, address: str) -> None:
        """Note that a person has blocked us: nothing more is sent until they write again."""
        await self._db.write(outbox.gone, channel, address)

    async def _take(self, incoming: Incoming) -> tuple[Received, str | None]:
        """The message's row, and the word to be said about it at once, if any."""
        verdict = await self._verdict(incoming)
        room = self._conversations.has_room
        with metrics.TAKE_SECONDS.time():
            received = await self._record(incoming, room=room, verdict=verdict)
        metrics.RECEIVED.labels(incoming.channel, "new" if received.new else "repeat").inc()
        if received.held and received.new and self._hooks.held:
            self._hooks.held(received)
        if incoming.files and self._hooks.files:
            self._hooks.files.came()
        if received.ours and received.waiting:
            self._conversations.wake(received.waiting, behind=received.behind)
        return received, self._word(received, verdict, room=room)

    async def _verdict(self, incoming: Incoming) -> Verdict:
        channel = self._courier.channel(incoming.channel)
        verdict = await self._limits.check(incoming, trusted=bool(channel and channel.trusted))
        if verdict is not Verdict.TAKE:
            person = await self.person(incoming.channel, incoming.address)
            if person and person.held_by:  # never between a person and a counsellor
                return Verdict.TAKE
        return verdict

    async def _record(self, incoming: Incoming, *, room: bool, verdict: Verdict) -> Received:
        edge = self._edges.id if room else None
        limited = verdict is not Verdict.TAKE
        for _ in range(3):
            try:
                return await self._db.write(self._written, incoming, edge, limited=limited)
            except IntegrityError:  # the same message, this very moment, on another edge
                continue
        raise PartUnavailable("the message's row could not be written")

    def _written(
        self, session: Session, incoming: Incoming, edge: str | None, *, limited: bool
    ) -> Received:
        """The message's row, and in the same transaction that of its file."""
        received = inbox.record(session, incoming, edge, limited=limited)
        if self._hooks.files and not limited:
            for file in incoming.files:  # of a repeat too: the pictures of an album are one message
                self._hooks.files.note(session, received.contact_id, received.id, file)
        return received

    def _word(self, received: Received, verdict: Verdict, *, room: bool) -> str | None:
        if not received.new or received.held:
            return None
        if verdict is not Verdict.TAKE:
            return "slow_down" if verdict is Verdict.TELL else None
        return None if room else "busy"

    def _is_deep(self, received: Received) -> bool:
        return self._conversations.depth(received.contact_id) == self._bounds.depth

    async def _claim(self, busy: Collection[str], limit: int) -> list[str]:
        edge = self._edges.id
        found = await self._db.read(claims.free_contacts, edge, frozenset(busy), limit)
        return await self._db.write(claims.claim, edge, found) if found else []

    def _hear(self, news: News) -> None:
        """Another edge has answered a message, or said something."""
        if news.incoming_id is not None:
            self._patience.answered(news.contact_id, news.incoming_id, None)
        if news.reply_ids and self._courier.here(news.channel, news.address):
            task = asyncio.create_task(self._answering.show(news))
            self._showing.add(task)
            task.add_done_callback(self._showing.discard)

    def _was_deaf(self) -> None:
        """What others told meanwhile was missed: what may be shown here is looked for."""
        self._conversations.look()
