"""A file before it is kept: its size, its content (in a process apart), the virus scanner."""

import asyncio
import json
import sys
from contextlib import suppress
from dataclasses import dataclass

import structlog

from bot.attachments.content.kinds import KINDS, Kind, safe_name
from bot.attachments.scanner import Scanner
from errors import FileRefused
from settings import ROOT

log = structlog.get_logger()

_LOOK = ("-m", "bot.attachments.content")
_WITHIN = 40.0
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept; `preview`: a small JPEG of a picture."""

    name: str
    kind: Kind
    content: bytes
    preview: bytes | None


class Checking:
    """Checks files, two at once.

    Args:
        most: bytes of the largest.
        scanner: the virus scanner; None where none is set up.
    """

    def __init__(self, most: int, scanner: Scanner | None) -> None:
        self.most = most
        self._scanner = scanner
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def check(self, content: bytes, name: str) -> Checked:
        """A file as it may be kept: what came is scanned, then looked into.

        Raises:
            FileRefused: it is not taken.
            PartUnavailable: the scanner is away; nothing is said of the file.
        """
        if len(content) > self.most:
            raise FileRefused("large")
        async with self._slots:
            if self._scanner is not None:
                await self._scanner.scan(content)
            head, rest = await _looked_into(content)
        kind, cut = KINDS[head["type"]], int(head["preview"])
        kept = rest[cut:]
        if len(kept) > self.most * 2:  # a picture may grow when painted anew, but not so much
            raise FileRefused("large")
        return Checked(safe_name(name, kind), kind, kept, rest[:cut] or None)


async def _looked_into(content: bytes) -> tuple[dict[str, str], bytes]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *_LOOK,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},  # no setting and no secret is told to what reads hostile files
    )
    try:
        async with asyncio.timeout(_WITHIN):
            told, _ = await process.communicate(content)
    except TimeoutError:
        raise FileRefused("bomb") from None
    finally:
        with suppress(ProcessLookupError):
            if process.returncode is None:
                process.kill()
                await process.wait()
    head, _, rest = told.partition(b"\n")
    if not head:  # killed: by its memory or its time
        log.warning("file_check_died", code=process.returncode, size=len(content))
        raise FileRefused("bomb")
    found: dict[str, str] = json.loads(head)
    if "refused" in found:
        raise FileRefused(found["refused"])
    return found, rest
