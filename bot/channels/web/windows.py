"""The windows that people have open: connections that stay, and requests that wait."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import suppress

from fastapi import WebSocket, WebSocketDisconnect

from bot.channels.web.frames import Frame, written

_WINDOWS_A_VISITOR = 10
_SEND_WITHIN = 10.0


class Window(ABC):
    """One open window. Frames go out one at a time, none before the first look at the history.

    Attributes:
        address: the visitor, once known.
        language: of what we say first.
        greeted: the visitor reads a greeting of ours, and has not written before.
        last_reply_id: the newest reply that the window has.
        network: the IP address that it calls from.
    """

    def __init__(self, network: str | None) -> None:
        self.address = ""
        self.language = ""
        self.greeted = False
        self.last_reply_id = 0
        self.network = network
        self.lock = asyncio.Lock()

    async def send(self, frame: Frame, last_reply_id: int | None = None) -> bool:
        """Send a frame, unless the window has its newest reply already; whether it is out."""
        async with self.lock:
            if last_reply_id is not None and last_reply_id <= self.last_reply_id:
                return True
            return await self.send_now(frame)

    @abstractmethod
    async def send_now(self, frame: Frame) -> bool:
        """Send a frame while holding the lock; whether it is out."""


class SocketWindow(Window):
    """A window with a WebSocket."""

    def __init__(self, websocket: WebSocket, network: str | None) -> None:
        super().__init__(network)
        self.websocket = websocket

    async def send_now(self, frame: Frame) -> bool:
        """Send a frame while holding the lock; whether it is out."""
        try:
            await asyncio.wait_for(self.websocket.send_text(written(frame)), _SEND_WITHIN)
        except (WebSocketDisconnect, RuntimeError, OSError, TimeoutError):
            return False
        return True


class WaitingWindow(Window):
    """A window that asks by HTTP, for as long as one request lasts.

    Attributes:
        newest: the newest reply among the frames.
    """

    def __init__(self, network: str | None) -> None:
        super().__init__(network)
        self.newest = 0
        self._frames: list[Frame] = []
        self._some = asyncio.Event()
        self._closed = False

    async def send_now(self, frame: Frame) -> bool:
        """Keep a frame for the response; False once that has been made."""
        if self._closed:
            return False
        self._frames.append(frame)
        self.newest = max(self.newest, frame.get("last") or 0)
        self._some.set()
        return True

    async def wait(self, seconds: float) -> None:
        """Wait until there is a frame, but not longer than some seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._some.wait(), seconds)

    async def take(self) -> list[Frame]:
        """All frames that there are; later ones find the window closed."""
        async with self.lock:
            self._closed = True
            return self._frames


class OpenWindows:
    """All windows of this process, by visitor."""

    def __init__(self) -> None:
        self._open: dict[str, set[Window]] = {}

    def of(self, address: str) -> list[Window]:
        """The windows that a visitor has open."""
        return list(self._open.get(address, ()))

    def add(self, address: str, window: Window) -> bool:
        """Add a visitor's window; False when they have too many."""
        if len(self._open.get(address, ())) >= _WINDOWS_A_VISITOR:
            return False
        window.address = address
        self._open.setdefault(address, set()).add(window)
        return True

    def forget(self, window: Window) -> None:
        """Forget a window that was closed."""
        windows = self._open.get(window.address, set())
        windows.discard(window)
        if not windows:
            self._open.pop(window.address, None)


async def show(windows: Iterable[Window], frame: Frame, last_reply_id: int | None) -> bool:
    """Send a frame to all of some windows; whether any has it."""
    return any(await asyncio.gather(*(window.send(frame, last_reply_id) for window in windows)))
