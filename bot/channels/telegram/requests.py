"""How requests to Telegram are made: with aiohttp, as the edge's others are.

python-telegram-bot's own way, httpx, takes several times the processor's time for each; at the
speed that Telegram allows, this held up the acknowledgement of what comes in.
"""

from http import HTTPStatus
from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from errors import FileRefused

_CONNECT_WITHIN = 10.0
# A message that Telegram took, and whose response we did not wait for, is sent again.
READ_WITHIN = 30.0

_CHUNK = 64 * 1024

_Seconds = Any  # the library's: a number, None, or that none was given


class Requests(BaseRequest):
    """A pool of connections to Telegram. A proxy is taken from HTTPS_PROXY.

    Args:
        connections: how many are open at once; who needs one more waits.
    """

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for a response."""
        return READ_WITHIN

    async def initialize(self) -> None:
        """Nothing is opened before the first request."""

    async def shutdown(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    async def do_request(  # noqa: PLR0913, PLR0917 - the library's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: _Seconds = BaseRequest.DEFAULT_NONE,
        write_timeout: _Seconds = BaseRequest.DEFAULT_NONE,
        connect_timeout: _Seconds = BaseRequest.DEFAULT_NONE,
        pool_timeout: _Seconds = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request; its status and its body.

        Raises:
            TimedOut: no response in time.
            NetworkError: no response. The address is not told: the token is in it.
        """
        wait = read_timeout if isinstance(read_timeout, int | float) else READ_WITHIN
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_WITHIN, sock_read=wait)
        data = _data(request_data) if request_data else None
        try:
            async with self._open().request(method, url, data=data, timeout=timeout) as response:
                return response.status, await response.read()
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    async def fetch(self, url: str, most: int) -> bytes:
        """A file, read until it is larger than allowed.

        Raises:
            FileRefused: it is larger than `most` bytes.
            NetworkError: no response, or another one. The address is not told: the token is in it.
        """
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_WITHIN, sock_read=30.0)
        held = bytearray()
        try:
            async with self._open().get(url, timeout=timeout, allow_redirects=False) as response:
                if response.status != HTTPStatus.OK:
                    raise NetworkError(f"HTTP {response.status}")
                async for chunk in response.content.iter_chunked(_CHUNK):
                    held += chunk
                    if len(held) > most:
                        raise FileRefused("large")
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None
        return bytes(held)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=True,
            )
        return self._session


def _data(request: RequestData) -> dict[str, str] | aiohttp.FormData:
    """A request's parameters; with files, as the parts of a form."""
    if not request.contains_files:
        return request.json_parameters
    form = aiohttp.FormData(request.json_parameters)
    for field, (name, content, media_type) in (request.multipart_data or {}).items():
        form.add_field(field, content, filename=name, content_type=media_type)
    return form
