"""The road to Telegram: python-telegram-bot's `Bot`, set up for a service."""

import logging
import os
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

# The library's own switch to what its next major version does; read at each use.
os.environ.setdefault("PTB_TIMEDELTA", "1")

from telegram import Bot
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.channels.telegram.requests import READ_WITHIN, Requests
from errors import FileRefused, Refused

# The library logs parameters, and responses that it cannot read: what people write is in both.
logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)

_CONNECTIONS = 64
_PATH = re.compile(r"[\w./-]{1,300}", re.ASCII)


class Api(Bot):
    """Telegram's Bot API.

    Args:
        token: the bot's.
        base_url: where the API is, such as https://api.telegram.org.
    """

    def __init__(self, token: str, base_url: str) -> None:
        requests = Requests(_CONNECTIONS), Requests(1)
        super().__init__(
            token,
            base_url=f"{base_url.rstrip('/')}/bot",
            request=requests[0],
            get_updates_request=requests[1],
        )
        self._own_requests = requests
        self._files = f"{base_url.rstrip('/')}/file/bot{token}"

    async def raw_updates(self, offset: int | None, wait: int, kinds: Sequence[str]) -> list[Any]:
        """The updates that wait, as they came: `get_updates` fails as a whole over one it dislikes.

        Args:
            offset: id of the first that is wanted; those before it are done with.
            wait: seconds to wait for one if there is none.
            kinds: names of the updates that are wanted.

        Raises:
            TelegramError: Telegram is away, or refuses.
        """
        asked = {"offset": offset, "timeout": wait, "allowed_updates": list(kinds)}
        found = await self._post("getUpdates", asked, read_timeout=READ_WITHIN + wait)
        if not isinstance(found, list):
            raise TelegramError("no list of updates")
        return found

    async def file(self, file_id: str, most: int) -> bytes:
        """A file that somebody sent.

        Raises:
            FileRefused: it is larger than `most` bytes.
            Refused: Telegram tells no path that we would follow.
            TelegramError: Telegram is away, or refuses.
        """
        try:
            found = await self._post("getFile", {"file_id": file_id})
        except BadRequest as error:
            if "too big" in error.message.lower():
                raise FileRefused("large") from None
            raise
        path = found.get("file_path") if isinstance(found, dict) else None
        if not isinstance(path, str) or not _PATH.fullmatch(path) or ".." in path:
            raise Refused("Telegram: no path to the file")
        return await self._own_requests[0].fetch(f"{self._files}/{path}", most)

    async def close_connections(self) -> None:
        """Close them."""
        for request in self._own_requests:
            await request.shutdown()

    @staticmethod
    def seconds(error: RetryAfter) -> float:
        """How long Telegram asks us to wait."""
        after = error.retry_after
        return after.total_seconds() if isinstance(after, timedelta) else float(after)
