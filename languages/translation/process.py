"""The translator in a process of its own, for asynchronous callers.

The event loop never waits for a model, a model that crashes takes nobody with it, and its memory
is free again after a while without work. The process is started when it is first needed.
"""

import asyncio
import contextlib
import json
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from dataclasses import asdict
from itertools import count
from typing import Any, Self

from errors import PartTimeout, PartUnavailable
from languages.translation.packages import Packages
from languages.translation.protocol import LINE, Task
from languages.translation.result import Translation, Wish
from settings import ROOT

_MOST = 32  # texts under way; who comes after them reads the original
_REST_S = 10.0  # after a crash, before the process is started again
_log = logging.getLogger(__name__)
Message = dict[str, Any]


class _AtRestError(PartUnavailable):
    """The process ended because it had nothing to do."""


class TranslationProcess:
    """Translates side by side with the event loop; texts for which somebody waits go first."""

    def __init__(self, packages: Packages, threads: int = 1, idle: float = 300.0) -> None:
        self.packages = packages
        self._arguments = (str(packages.home), str(threads), str(idle))
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._not_before = 0.0
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Message]] = {}

    async def __aenter__(self) -> Self:
        """Nothing is started yet."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """See `close`."""
        await self.close()

    @property
    def pid(self) -> int | None:
        """The process's number while it runs."""
        running = self._process and self._process.returncode is None
        return self._process.pid if self._process and running else None

    @property
    def under_way(self) -> int:
        """How many texts are being translated or wait for it."""
        return len(self._waiting)

    def rested(self) -> None:
        """Allow a new start at once after a crash."""
        self._not_before = 0.0

    async def translate(
        self, text: str, source: str, target: str, names: Sequence[str] = (), patience: float = 5.0
    ) -> Translation:  # fmt: skip
        """For somebody who waits: the translation, or the original after `patience` seconds.

        Never raises for a translator that is away, slow, or has no models.
        """
        try:
            wish = Wish(text, source, target, tuple(names))
            return await self.ask(wish, patience, urgent=True)
        except PartUnavailable as error:
            _log.info("translation: the original is shown: %s", error)
            return Translation.none(text)

    async def ask(self, wish: Wish, patience: float, *, urgent: bool = False) -> Translation:
        """The same for a caller that can come again.

        Raises:
            PartUnavailable: too much is under way, or the process cannot be started or died.
            PartTimeout: it took longer than `patience` seconds.
        """
        if not self.packages.route(wish.source, wish.target):
            return Translation.none(wish.text)
        if len(self._waiting) >= _MOST:
            raise PartUnavailable("translation: too many texts at once")
        task = Task(next(self._numbers), wish.text, wish.source, wish.target, wish.names, urgent)
        try:
            async with asyncio.timeout(patience):
                said = await self._answer(task)
        except TimeoutError:
            raise PartTimeout(f"translation: more than {patience:g} s") from None
        if "failed" in said:
            raise PartUnavailable("translation: it failed")
        return Translation(said["text"], said["automatic"], wish.text)

    async def _answer(self, task: Task) -> Message:
        try:
            return await self._exchange(task)
        except _AtRestError:  # it had ended for want of work at that very moment
            if self._reader:
                await self._reader
            return await self._exchange(task)

    async def _exchange(self, task: Task) -> Message:
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[task.id] = answer
        try:
            await self._send(asdict(task))
            return await answer
        except asyncio.CancelledError:
            self._cancel(task.id)
            raise
        finally:
            self._waiting.pop(task.id, None)

    async def close(self) -> None:
        """End the process; whoever waits reads the original."""
        process, reader = self._process, self._reader
        if process and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if reader:
            await reader

    async def _send(self, message: Message) -> None:
        process = await self._running()
        assert process.stdin is not None  # noqa: S101 - it was given a pipe
        try:
            process.stdin.write(json.dumps(message).encode() + b"\n")
            await process.stdin.drain()
        except ConnectionError as error:
            raise _AtRestError("translation: its process has ended") from error

    def _cancel(self, number: int) -> None:
        if self.pid and self._process and self._process.stdin:
            self._process.stdin.write(json.dumps({"cancel": number}).encode() + b"\n")

    async def _running(self) -> Process:
        async with self._starting:
            if self._process and self._process.returncode is None:
                return self._process
            if asyncio.get_running_loop().time() < self._not_before:
                raise PartUnavailable("translation: its process ended; a short rest")
            self._process = await self._started()
            self._reader = asyncio.create_task(self._read(self._process))
            return self._process

    async def _started(self) -> Process:
        command = (sys.executable, "-m", "languages.translation", *self._arguments)
        try:
            return await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, limit=LINE, cwd=ROOT
            )
        except OSError as error:
            raise PartUnavailable(f"translation: cannot start: {error.strerror}") from error

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None  # noqa: S101
        async for line in process.stdout:
            said = json.loads(line)
            answer = self._waiting.get(said["id"])
            if answer and not answer.done():
                answer.set_result(said)
        ended = await process.wait()
        if ended != 0:
            self._not_before = asyncio.get_running_loop().time() + _REST_S
            _log.warning("translation: its process ended with %s", ended)
        kind = PartUnavailable if ended else _AtRestError
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(kind("translation: its process ended"))
