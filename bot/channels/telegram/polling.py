"""Fetching updates, where Telegram cannot reach us."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram.error import RetryAfter, TelegramError

from bot.channels.telegram.api import Api
from bot.channels.telegram.updates import KINDS
from errors import PartUnavailable

log = structlog.get_logger()

Take = Callable[[dict[str, Any]], Awaitable[None]]
"""Takes in one update. Raises PartUnavailable when it is to be offered again."""

_WAIT = 50  # seconds that Telegram holds a request without an update
_LONGEST_REST = 60.0


class Polling:
    """Asks for updates again and again; what was taken in is not asked for any more.

    Args:
        api: Telegram.
        take: takes in an update.
        rest: seconds to rest after an answer that came at once and empty, or a failure; doubled at
            each further one.
    """

    def __init__(self, api: Api, take: Take, rest: float = 1.0) -> None:
        self._api = api
        self._take = take
        self._first_rest = self._rest = rest
        self._offset: int | None = None

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            try:
                await self._ask()
            except RetryAfter as error:
                await asyncio.sleep(Api.seconds(error))
            except (TelegramError, PartUnavailable) as error:
                log.warning("not_polled", channel="telegram", why=str(error))
                await asyncio.sleep(self._rest)
                self._rest = min(self._rest * 2, _LONGEST_REST)
            else:
                self._rest = self._first_rest

    async def _ask(self) -> None:
        clock = asyncio.get_running_loop().time
        asked_at = clock()
        updates = await self._api.raw_updates(self._offset, _WAIT, KINDS)
        for update in updates:
            await self._one(update)
        if not updates and clock() - asked_at < self._first_rest:
            await asyncio.sleep(self._first_rest)  # a server between us does not hold requests

    async def _one(self, update: Any) -> None:  # noqa: ANN401 - what came
        number = update.get("update_id") if isinstance(update, dict) else None
        if not isinstance(number, int):
            raise TelegramError("an update without its number")
        try:
            await self._take(update)
        except PartUnavailable:
            raise
        except Exception:  # one that we fail over must not hold up all that follow
            log.exception("update_failed", channel="telegram")
        self._offset = number + 1
