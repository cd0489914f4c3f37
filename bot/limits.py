"""How much is taken in: from one person, one address, one channel.

A person who writes too fast reads so once, and then nothing until they slow down; what they wrote
is kept. An address or a channel that brings too much is told to come back later, as HTTP does:
nothing is written, and platforms and the widget send it again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter as SharedLimiter
from limits.errors import StorageError
from limits.strategies import FixedWindowRateLimiter as OwnLimiter

from bot.counts import Counts
from bot.incoming import Incoming
from errors import SettingsError, TooMany
from settings import Settings

log = structlog.get_logger()

Hit = Callable[[RateLimitItem, str, str], Awaitable[bool]]
"""Counts one for (kind, key); whether it is within the limit."""


class Verdict(Enum):
    """What is done with a message."""

    TAKE = "take"
    TELL = "tell"
    """Too many: the person is told so, once."""
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Rates:
    """The limits in force, in the words of the limits library: `20/minute`."""

    person: RateLimitItem
    address: RateLimitItem
    channel: RateLimitItem


class Limits:
    """Counts what comes in. With REDIS_URL several edges count together.

    Raises:
        SettingsError: REDIS_URL is no address of a Redis.
    """

    def __init__(self, settings: Settings) -> None:
        self._rates = Rates(
            person=parse(settings.rate_person),
            address=parse(settings.rate_address),
            channel=parse(settings.rate_channel),
        )
        # One word of warning in the window that the limit counts in.
        self._once = parse(f"1 per {self._rates.person.get_expiry()} seconds")
        self._own = OwnLimiter(Counts())
        url = settings.redis_url.get_secret_value()
        self._shared = _shared(url) if url else None

    async def check(self, incoming: Incoming, *, trusted: bool = False) -> Verdict:
        """What is done with a message.

        Args:
            incoming: the message.
            trusted: its channel's clients limit their people by themselves.

        Raises:
            TooMany: its address or its channel brings too much.
        """
        rates = self._rates
        if not await self._hit(rates.channel, "channel", incoming.channel):
            raise TooMany("the channel brings too much", rates.channel.get_expiry())
        if incoming.network and not await self._hit(rates.address, "address", incoming.network):
            raise TooMany("too many requests", rates.address.get_expiry())
        if trusted:
            return Verdict.TAKE
        person = f"{incoming.channel}:{incoming.address}"
        if await self._hit(rates.person, "person", person):
            return Verdict.TAKE
        return Verdict.TELL if await self._hit(self._once, "told", person) else Verdict.SILENCE

    async def _hit(self, item: RateLimitItem, kind: str, key: str) -> bool:
        if self._shared is not None:
            try:
                return await self._shared.hit(item, kind, key)
            except StorageError:  # without it each edge counts for itself
                log.warning("redis_is_away")
        return self._own.hit(item, kind, key)


def _shared(url: str) -> SharedLimiter:
    try:
        storage = RedisStorage(f"async+{url}", wrap_exceptions=True, implementation="redispy")
    except Exception:  # noqa: BLE001 - whatever the client says of a wrong address
        raise SettingsError("REDIS_URL: not the address of a Redis") from None
    return SharedLimiter(storage)
