"""ClamAV's daemon, by its INSTREAM command (man clamd)."""

import asyncio
import re
import struct

import structlog

from errors import FileRefused, PartUnavailable, SettingsError

log = structlog.get_logger()

_CHUNK = 64 * 1024
_WITHIN = 60.0
_ANSWER = 4096
_PORT = re.compile(r"(?P<host>\[[0-9A-Fa-f:]+\]|[\w.-]+):(?P<port>\d{1,5})")


class Scanner:
    """The daemon at an address.

    Args:
        address: a socket's path (/run/clamav/clamd.ctl) or host:port.

    Raises:
        SettingsError: the address is neither.
    """

    def __init__(self, address: str) -> None:
        self._path = address.removeprefix("unix:") if address.startswith(("/", "unix:/")) else ""
        found = _PORT.fullmatch(address)
        if not self._path and found is None:
            raise SettingsError("CLAMD: neither a socket's path nor host:port")
        self._host = found["host"].strip("[]") if found else ""
        self._port = int(found["port"]) if found else 0

    async def scan(self, content: bytes) -> None:
        """Pass where nothing was found.

        Raises:
            FileRefused: infected; or larger than the daemon takes, so that it was not scanned.
            PartUnavailable: the daemon is away, or does not answer as agreed.
        """
        try:
            async with asyncio.timeout(_WITHIN):
                answer = await self._ask(content)
        except (OSError, TimeoutError, asyncio.LimitOverrunError) as error:
            raise PartUnavailable(f"clamd: {type(error).__name__}") from None
        if answer.endswith(b"FOUND"):
            log.warning("file_infected", size=len(content))
            raise FileRefused("infected")
        if b"size limit exceeded" in answer:
            raise FileRefused("large")
        if answer != b"stream: OK":
            raise PartUnavailable("clamd: not as agreed")

    async def _ask(self, content: bytes) -> bytes:
        reader, writer = await self._connect()
        try:
            writer.write(b"zINSTREAM\0")
            for at in range(0, len(content), _CHUNK):
                part = content[at : at + _CHUNK]
                writer.write(struct.pack("!I", len(part)) + part)
                await writer.drain()
            writer.write(struct.pack("!I", 0))
            await writer.drain()
            return (await reader.read(_ANSWER)).rstrip(b"\0\n")
        finally:
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._path:
            return await asyncio.open_unix_connection(self._path)
        return await asyncio.open_connection(self._host, self._port)


def make_scanner(address: str) -> Scanner | None:
    """The scanner of a deployment; None where CLAMD is empty.

    Raises:
        SettingsError: CLAMD is no address.
    """
    return Scanner(address) if address else None
