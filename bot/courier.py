"""Hands replies to the channels that deliver them, in order, at the platform's speed."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol
from weakref import WeakValueDictionary

import structlog

from bot import metrics
from bot.channel import Channel, Live, Outgoing, OutgoingFile, Pushed, Shown
from bot.messages import Body, Reply, Waiting
from bot.outbox import Outcome
from bot.pacer import Pacer
from errors import Gone, Refused, TryLater
from store.base import now

log = structlog.get_logger()


class To(Protocol):
    """Whom something is for: a person, or a message of theirs."""

    @property
    def channel(self) -> str:
        """The channel's name."""

    @property
    def address(self) -> str:
        """What the channel calls them."""

    @property
    def heard_at(self) -> datetime | None:
        """When they last wrote."""


Note = Callable[[Outcome], None]
"""Writes down at once what was sent, so that little would be repeated after a crash."""

Load = Callable[[Body], Awaitable[OutgoingFile | None]]
"""The file that a message to a person brings; None for a message without one."""

_FIRST_WAIT, _LONGEST_WAIT = 2.0, 900.0
_TRIES_OF_UNKNOWN = 10


def backoff(attempts: int) -> float:
    """Seconds to wait after so many failed attempts: doubled each time, and never all alike."""
    return min(_FIRST_WAIT * 2.0**attempts, _LONGEST_WAIT) * random.uniform(0.8, 1.2)  # noqa: S311


class Courier:
    """Delivers what is due to a person, on whichever channel they are.

    Args:
        channels: the roads to people.
        edges: how many edges share a platform's speed.
        load: the file that a message brings, if it brings one.
    """

    def __init__(
        self, channels: Iterable[Channel], edges: Callable[[], int], load: Load | None = None
    ) -> None:
        self._load = load
        self._channels = {channel.name: channel for channel in channels}
        self._pacers = {
            name: Pacer(channel.bounds.a_second, channel.bounds.a_second_a_chat, edges)
            for name, channel in self._channels.items()
        }
        # A notice may fall between the messages of an answer, but never at the same moment.
        self._chats: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._courtesies: set[asyncio.Task[None]] = set()

    def channel(self, name: str) -> Channel | None:
        """The channel of this name, if it is on."""
        return self._channels.get(name)

    def pushes(self, name: str) -> bool:
        """Whether the outbox sends on this channel."""
        return isinstance(self._channels.get(name), Pushed)

    def shows(self, name: str) -> bool:
        """Whether people on this channel hold connections to us."""
        return isinstance(self._channels.get(name), Live)

    def here(self, name: str, address: str) -> bool:
        """Whether somebody may have a window open in this process."""
        channel = self._channels.get(name)
        return isinstance(channel, Live) and channel.here(address)

    async def deliver(self, to: To, replies: Sequence[Reply], note: Note) -> Outcome:
        """Send replies, in order, until one has to wait.

        Args:
            to: whose they are.
            replies: what is to be sent.
            note: called for each that went out, while the next one goes.
        """
        channel = self._channels.get(to.channel)
        if isinstance(channel, Live):
            return await self.show(to.channel, to.address, replies)
        if isinstance(channel, Pushed):
            return await self._push(channel, to, replies, note)
        return Outcome(absent=True)  # the channel is off, or its people ask for what waits

    async def show(self, name: str, address: str, replies: Sequence[Reply]) -> Outcome:
        """Show replies in the windows that a person has open in this process."""
        channel, outcome = self._channels[name], Outcome()
        if not isinstance(channel, Live):
            return outcome
        for (answers, language), group in groupby(replies, lambda r: (r.answers, r.language)):
            together = list(group)
            bodies, last = [r.body for r in together], together[-1].id
            shown = Shown(address, bodies, language, answers, last_reply_id=last)
            if not await channel.show(shown):
                outcome.absent = True
                break
            outcome.sent |= {reply.id: () for reply in together}
            metrics.SENT.labels(channel.name, "sent").inc(len(together))
        return outcome

    async def _push(self, channel: Pushed, to: To, replies: Sequence[Reply], note: Note) -> Outcome:
        outcome = Outcome()
        async with self._chat(channel.name, to.address):
            for place, reply in enumerate(replies, 1):
                one = await self._try(channel, to, reply)
                metrics.SENT.labels(channel.name, _told(one)).inc()
                outcome.sent |= one.sent
                outcome.failed |= one.failed
                if one.gone or one.again_at:
                    outcome.gone, outcome.tried = one.gone, one.tried
                    outcome.again_at, outcome.reason = one.again_at, one.reason
                    break
                if place < len(replies):
                    note(one)
        return outcome

    async def _try(self, channel: Pushed, to: To, reply: Reply) -> Outcome:
        await self._pacers[channel.name].wait(to.address)
        try:
            outgoing = await self._outgoing(to, reply)
            return Outcome(sent={reply.id: await channel.send(outgoing)})
        except TryLater as error:
            return _later(reply, str(error), error.after)
        except Refused as error:
            log.warning("refused", channel=channel.name, reply=reply.id, why=str(error))
            return Outcome(failed={reply.id: str(error)})
        except Gone:
            return Outcome(gone=True)
        except Exception as error:
            log.exception("not_sent", channel=channel.name, reply=reply.id)
            if reply.attempts + 1 >= _TRIES_OF_UNKNOWN:
                return Outcome(failed={reply.id: type(error).__name__})
            return _later(reply, type(error).__name__, None)

    async def _outgoing(self, to: To, reply: Reply) -> Outgoing:
        return Outgoing(
            address=to.address,
            body=reply.body,
            language=reply.language,
            answers=reply.answers,
            heard_at=to.heard_at,
            purpose=reply.purpose,
            attempt=reply.attempts + 1,
            file=await self._load(reply.body) if self._load else None,
        )

    async def tell(self, waiting: Waiting, body: Body, language: str) -> None:
        """Send a word that is no part of the conversation; whether it arrives matters little."""
        name, address = waiting.channel, waiting.address
        channel = self._channels.get(name)
        if isinstance(channel, Live):
            shown = Shown(address, [body], language, waiting.message_id or None, slow=True)
            await channel.show(shown)
        elif isinstance(channel, Pushed):
            async with self._chat(name, address):
                await self._pacers[name].wait(address)
                answers, heard_at = waiting.message_id or None, waiting.heard_at
                await channel.send(
                    Outgoing(address, body, language, answers, heard_at, purpose="notice")
                )

    def greet(self, name: str, address: str, message_id: str) -> None:
        """Show on the platform that a message was seen and is worked on; nothing waits for it."""
        channel = self._channels.get(name)
        if isinstance(channel, Pushed):
            task = asyncio.create_task(_courtesy(channel, address, message_id))
            self._courtesies.add(task)
            task.add_done_callback(self._courtesies.discard)

    async def stop(self) -> None:
        """Drop what nothing waits for."""
        for task in self._courtesies:
            task.cancel()
        await asyncio.gather(*self._courtesies, return_exceptions=True)

    def _chat(self, name: str, address: str) -> asyncio.Lock:
        lock = self._chats.get((name, address))
        if lock is None:
            lock = self._chats[name, address] = asyncio.Lock()
        return lock


def _later(reply: Reply, reason: str, after: float | None) -> Outcome:
    seconds = max(after or 0.0, backoff(reply.attempts)) if after is None else after
    again_at = now() + timedelta(seconds=min(seconds, 86_400.0))
    return Outcome(again_at=again_at, tried=reply.id, reason=reason)


def _told(outcome: Outcome) -> str:
    if outcome.sent:
        return "sent"
    if outcome.gone:
        return "gone"
    return "failed" if outcome.failed else "put_off"


async def _courtesy(channel: Pushed, address: str, message_id: str) -> None:
    for show in (channel.seen, channel.typing):
        try:
            await show(address, message_id)
        except Exception as error:  # noqa: BLE001
            log.debug("courtesy_failed", channel=channel.name, why=type(error).__name__)
