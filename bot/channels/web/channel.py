"""The web channel: what a frame of the widget does, and what its windows are shown."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress

import structlog
from fastapi import APIRouter, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse, Response
from starlette.requests import HTTPConnection

from bot.channel import Intake, Live, Shown
from bot.channels.web import files, frames, windows
from bot.channels.web.files import Brought
from bot.channels.web.frames import Frame, Hello, Press, Text
from bot.channels.web.origins import Origins
from bot.channels.web.visitors import Visitors, address_of
from bot.channels.web.windows import OpenWindows, SocketWindow, WaitingWindow, Window
from bot.incoming import Incoming, client_id, own_id, typed
from bot.messages import Body, Exchange
from bot.speech import Speech
from errors import BadInput, PartUnavailable
from settings import Settings

log = structlog.get_logger()

NAME = "web"
_STRIKES = 3
_HELLO_WITHIN = 30.0
_POLL_SECONDS = 20.0  # below a minute, after which proxies give up
_POLICY_VIOLATION, _TRY_LATER = 1008, 1013


class Web(Live):
    """The channel.

    Args:
        speech: what the edge says by itself.
        visitors: who they are.
        origins: the pages that may speak with us.
        most: bytes of the largest file.
        poll_seconds: how long a request without news waits for some.
    """

    name = NAME
    _intake: Intake

    def __init__(
        self,
        speech: Speech,
        visitors: Visitors,
        origins: Origins,
        most: int = 0,
        poll_seconds: float = _POLL_SECONDS,
    ) -> None:
        self._speech = speech
        self._visitors = visitors
        self._origins = origins
        self._most = most
        self._poll_seconds = poll_seconds
        self._open = OpenWindows()

    def routes(self, intake: Intake) -> APIRouter:
        """The channel's routes: one for each of the two ways, and one for files."""
        self._intake = intake
        routes = APIRouter()
        routes.add_api_websocket_route("/webhooks/web/socket", self.serve)
        routes.add_api_route(files.FILES, self.bring, methods=["POST"])
        routes.add_api_route("/webhooks/web/poll", self.poll, methods=["POST"])
        return routes

    def here(self, address: str) -> bool:
        """Whether the person has a window open in this process."""
        return bool(self._open.of(address))

    async def show(self, shown: Shown) -> bool:
        """Send to every window that a person has open; what reaches none stays pending."""
        open_ = self._open.of(shown.address)
        if not open_:
            return False
        to = client_id(shown.answers) if shown.answers else None
        frame = self._reply(to, list(shown.bodies), shown.language, shown.last_reply_id)
        if shown.slow:
            frame["slow"] = True
        else:
            with suppress(PartUnavailable):  # the answer is there all the same
                frame["files"] = await self._takes(shown.address)
        return await windows.show(open_, frame, shown.last_reply_id)

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one connection until it closes."""
        if not self._may_speak(websocket):
            await websocket.close(_POLICY_VIOLATION)
            return
        await websocket.accept()
        window = SocketWindow(websocket, _network(websocket))
        try:
            await self._talk(window)
        except (WebSocketDisconnect, TimeoutError):
            pass
        except Exception:
            log.exception("socket_failed")
        finally:
            self._open.forget(window)

    async def poll(self, request: Request) -> Response:
        """Take frames and give those that there are, or come within some seconds."""
        if not self._may_speak(request):
            # Anybody may read that: the chat tells it to whoever stands before it.
            return JSONResponse(frames.error("origin"), 403, {"Access-Control-Allow-Origin": "*"})
        window = WaitingWindow(_network(request))
        headers = _shared(request)
        try:
            status = await self._take_poll(window, request)
        finally:
            self._open.forget(window)
        content = {"frames": await window.take(), "after": max(window.last_reply_id, window.newest)}
        return JSONResponse(content, status, headers)

    async def bring(self, request: Request) -> Response:
        """Take in a file; what becomes of it is told in the conversation."""
        if not self._may_speak(request):
            return JSONResponse(frames.error("origin"), 403, {"Access-Control-Allow-Origin": "*"})
        try:
            frame, status = await self._brought(await files.read(request), request), 200
        except BadInput as error:
            frame, status = frames.error(str(error)), 413 if str(error) == "too_large" else 400
        except PartUnavailable:
            frame, status = frames.error("unavailable"), 503
        return JSONResponse(frame, status, _shared(request))

    async def _brought(self, brought: Brought, request: Request) -> Frame:
        identity = self._visitors.known(brought.visitor)
        if identity is None:
            raise BadInput("agree_first")
        address = address_of(identity)
        received = await self._intake.submit(
            Incoming(
                channel=NAME,
                address=address,
                message_id=own_id(address, brought.id),
                media=brought.media,
                files=(brought.file,),
                network=_network(request),
            )
        )
        return {
            "type": "received",
            "id": brought.id,
            **({"quiet": True} if received.answered else {}),
        }

    async def _takes(self, address: str) -> int | None:
        """Bytes of the largest file that this person may send now; None for none at all."""
        takes = await self._intake.takes_files(NAME, address)
        return self._most if takes else None

    def _may_speak(self, connection: HTTPConnection) -> bool:
        headers = connection.headers
        return self._origins.allow(headers.get("origin"), headers.get("host", ""))

    # --- One request

    async def _take_poll(self, window: WaitingWindow, request: Request) -> int:
        try:
            poll = frames.parse_poll(await request.body())
            await self._come_in(window, poll.hello, poll.after)
            for frame in poll.frames:
                await self._message(window, frame)
        except BadInput as error:
            await window.send(frames.error(str(error)))
            return 400
        except PartUnavailable:
            await window.send(frames.error("unavailable"))
            return 200
        if poll.wait:
            await _either(window.wait(self._poll_seconds), _left(request))
        return 200

    # --- One connection

    async def _talk(self, window: SocketWindow) -> None:
        strikes = 0
        while strikes < _STRIKES:
            raw = await asyncio.wait_for(
                _receive(window.websocket), None if window.address else _HELLO_WITHIN
            )
            try:
                await self._take(window, frames.parse(raw))
            except BadInput as error:
                strikes += 1
                await window.send(frames.error(str(error)))
            except PartUnavailable:
                await window.send(frames.error("unavailable"))
        await window.websocket.close(_POLICY_VIOLATION)

    async def _take(self, window: SocketWindow, frame: Hello | Text | Press) -> None:
        if isinstance(frame, Hello) == bool(window.address):
            raise BadInput("hello_once_and_first")
        if not isinstance(frame, Hello):
            await self._message(window, frame)
            return
        try:
            await self._come_in(window, frame, None)
        except _TooManyWindows:
            await window.websocket.close(_TRY_LATER)

    # --- What frames do

    async def _come_in(self, window: Window, hello: Hello, after: int | None) -> None:
        """Find out who is there, and show what the window does not have yet.

        Raises:
            BadInput: somebody new who has not agreed.
        """
        identity = self._visitors.known(hello.visitor)
        if identity is None and not hello.agreed:
            raise BadInput("agree_first")
        identity = identity or self._visitors.new()
        address = address_of(identity)
        person = await self._intake.person(NAME, address)
        window.language = self._speech.known(person.language if person else hello.language)
        async with window.lock:  # what is answered meanwhile comes after the welcome
            if not self._open.add(address, window):
                raise _TooManyWindows
            exchanges = await self._intake.history(NAME, address, frames.HISTORY)
            window.greeted = not exchanges
            window.last_reply_id = frames.newest(exchanges)
            await self._catch_up(window, identity, exchanges, after)

    async def _catch_up(
        self, window: Window, identity: str, exchanges: list[Exchange], after: int | None
    ) -> None:
        frame = self._welcome(window, identity, exchanges)
        if after is not None:
            frame = {"type": "missed", "history": frames.missed(exchanges, after)}
            if not frame["history"]:
                return
        frame["files"] = await self._takes(window.address)
        if await window.send_now(frame):
            await self._intake.mark_sent([i for e in exchanges for i in e.reply_ids])

    def _welcome(self, window: Window, identity: str, exchanges: list[Exchange]) -> Frame:
        language = window.language
        return {
            "type": "welcome",
            "visitor": self._visitors.token(identity),
            "language": language,
            "rtl": self._speech.rtl(language),
            "history": frames.history(exchanges),
            "greeting": self._speech.greeting(language) if window.greeted else None,
        }

    async def _message(self, window: Window, frame: Text | Press) -> None:
        press = frame if isinstance(frame, Press) else None
        received = await self._intake.submit(
            Incoming(
                channel=NAME,
                address=window.address,
                message_id=own_id(window.address, frame.id),
                text=typed(press.title if press else frame.text),  # type: ignore[union-attr]
                payload=press.payload if press else None,
                language=window.language,
                greeted=window.greeted,
                network=window.network,
            )
        )
        bodies = await self._intake.stored(received) if received.answered else []
        # A counsellor has it, or it was one too many: no answer of the machine's comes.
        quiet = {"quiet": True} if received.answered and not bodies else {}
        await window.send({"type": "received", "id": frame.id, **quiet})
        if not received.answered:
            await window.send({"type": "typing"})
        elif bodies:
            await window.send(self._reply(frame.id, bodies, window.language, None))

    def _reply(self, to: str | None, bodies: list[Body], language: str, last: int | None) -> Frame:
        return {
            "type": "reply",
            "to": to,
            "last": last,
            "messages": bodies,
            "language": language,
            "rtl": self._speech.rtl(language),
        }


class _TooManyWindows(PartUnavailable):
    """A visitor has too many windows open."""


def _shared(request: Request) -> dict[str, str]:
    """The headers by which a page of another site may read an answer."""
    origin = request.headers.get("origin")
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin else {}


def _network(connection: HTTPConnection) -> str | None:
    return connection.client.host if connection.client else None


async def _left(request: Request) -> None:
    """Return once the browser has given up on a request whose body was read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _either(*waits: Coroutine[None, None, None]) -> None:
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _receive(websocket: WebSocket) -> str:
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    return message.get("text") or ""  # a binary message is no frame, so it is not understood


def make(settings: Settings, speech: Speech) -> Web:
    """The channel; always on.

    Raises:
        SettingsError: WEB_ORIGINS holds something that is no origin.
    """
    visitors, origins = Visitors(settings.visitors_secret), Origins(settings.web_origins)
    return Web(speech, visitors, origins, settings.files_megabytes * 1024 * 1024)
