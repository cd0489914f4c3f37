"""The web channel: JSON frames over a WebSocket, for the widget.

The visitor's token is a secret that the server made; the database holds its hash alone. The
frames are told in docs/channels/web.md.
"""

import asyncio
import hashlib
import secrets
from typing import Annotated, Any, Literal

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.channel import Intake, Live, Shown
from bot.incoming import Incoming, client_id, is_payload, own_id, typed
from bot.messages import Exchange
from bot.speech import Speech
from errors import BadInput, PartUnavailable
from settings import Settings

log = structlog.get_logger()

NAME = "web"
MAX_FRAME = 64 * 1024
HISTORY = 50
_STRIKES = 3
_SOCKETS_A_VISITOR = 10
_HELLO_WITHIN = 30.0
_SEND_WITHIN = 10.0
_POLICY_VIOLATION, _TRY_LATER = 1008, 1013

Frame = dict[str, Any]
FrameId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class _Frame(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class Hello(_Frame):
    """The first frame: who comes back, and the language of the page."""

    type: Literal["hello"]
    visitor: str | None = Field(None, max_length=100)
    language: str | None = Field(None, max_length=8)


class Text(_Frame):
    """Something typed."""

    type: Literal["text"]
    id: FrameId
    text: str


class Press(_Frame):
    """A button pressed."""

    type: Literal["button"]
    id: FrameId
    payload: str
    title: str = ""


_FRAMES: TypeAdapter[Hello | Text | Press] = TypeAdapter(
    Annotated[Hello | Text | Press, Field(discriminator="type")]
)


def parse(raw: str) -> Hello | Text | Press:
    """The frame in a WebSocket message.

    Raises:
        BadInput: too large, not JSON, or no frame that we know.
    """
    if len(raw) > MAX_FRAME:
        raise BadInput("too_large")
    try:
        frame = _FRAMES.validate_json(raw)
    except ValidationError:
        raise BadInput("not_understood") from None
    if isinstance(frame, Press) and not is_payload(frame.payload):
        raise BadInput("not_understood")
    return frame


def address_of(visitor: str) -> str:
    """What the database knows a visitor by: their token's hash."""
    return hashlib.sha256(visitor.encode()).hexdigest()


def same_origin(origin: str | None, host: str) -> bool:
    """Whether a browser's page came from this very host; other programs send no origin."""
    return origin is None or (bool(host) and origin.partition("://")[2].lower() == host.lower())


class Socket:
    """One open connection. Frames go out one at a time, none before the welcome."""

    def __init__(self, websocket: WebSocket) -> None:
        self.websocket = websocket
        self.address = ""
        self.language: str | None = None
        self.greeted = False
        self.last_reply_id = 0
        self.lock = asyncio.Lock()

    async def send(self, frame: Frame, last_reply_id: int | None = None) -> bool:
        """Send a frame, unless the history holds its newest reply already; whether it is out."""
        async with self.lock:
            if last_reply_id is not None and last_reply_id <= self.last_reply_id:
                return True
            return await self.send_now(frame)

    async def send_now(self, frame: Frame) -> bool:
        """Send a frame while holding the lock."""
        try:
            await asyncio.wait_for(self.websocket.send_json(frame), _SEND_WITHIN)
        except (WebSocketDisconnect, RuntimeError, OSError, TimeoutError):
            return False
        return True


class Web(Live):
    """All open connections, by visitor."""

    name = NAME
    _intake: Intake

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._open: dict[str, set[Socket]] = {}

    def routes(self, intake: Intake) -> APIRouter:
        """The channel's one route."""
        self._intake = intake
        routes = APIRouter()
        routes.add_api_websocket_route("/webhooks/web/socket", self.serve)
        return routes

    def here(self, address: str) -> bool:
        """Whether the person has a window open in this process."""
        return bool(self._open.get(address))

    async def show(self, shown: Shown) -> bool:
        """Send to every window that a person has open; what reaches none stays pending."""
        sockets = list(self._open.get(shown.address, ()))
        if not sockets:
            return False
        to = client_id(shown.answers) if shown.answers else None
        frame = self._reply(to, list(shown.bodies), shown.language)
        if shown.slow:
            frame["slow"] = True
        last = shown.last_reply_id
        return any(await asyncio.gather(*(socket.send(frame, last) for socket in sockets)))

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one connection until it closes."""
        host = websocket.headers.get("host", "")
        if not same_origin(websocket.headers.get("origin"), host):
            await websocket.close(_POLICY_VIOLATION)
            return
        await websocket.accept()
        socket = Socket(websocket)
        try:
            await self._talk(socket)
        except (WebSocketDisconnect, TimeoutError):
            pass
        except Exception:
            log.exception("socket_failed")
        finally:
            self._forget(socket)

    async def _talk(self, socket: Socket) -> None:
        strikes = 0
        while strikes < _STRIKES:
            raw = await asyncio.wait_for(
                _receive(socket.websocket), None if socket.address else _HELLO_WITHIN
            )
            try:
                await self._take(socket, parse(raw))
            except BadInput as error:
                strikes += 1
                await socket.send({"type": "error", "reason": str(error)})
            except PartUnavailable:
                await socket.send({"type": "error", "reason": "unavailable"})
        await socket.websocket.close(_POLICY_VIOLATION)

    async def _take(self, socket: Socket, frame: Hello | Text | Press) -> None:
        if isinstance(frame, Hello) == bool(socket.address):
            raise BadInput("hello_once_and_first")
        if isinstance(frame, Hello):
            await self._hello(socket, frame)
        else:
            await self._message(socket, frame)

    async def _hello(self, socket: Socket, hello: Hello) -> None:
        visitor, known = await self._known(hello)
        address = address_of(visitor)
        sockets = self._open.setdefault(address, set())
        if len(sockets) >= _SOCKETS_A_VISITOR:
            await socket.websocket.close(_TRY_LATER)
            return
        socket.language = self._speech.known(known or hello.language)
        async with socket.lock:  # what is answered meanwhile comes after the welcome
            sockets.add(socket)
            socket.address = address
            await self._welcome(socket, visitor)

    async def _known(self, hello: Hello) -> tuple[str, str | None]:
        """The visitor's token, a new one unless we made it and have heard from them; language."""
        if hello.visitor:
            found = await self._intake.person(NAME, address_of(hello.visitor))
            if found:
                return hello.visitor, found.language
        return secrets.token_urlsafe(32), None

    async def _welcome(self, socket: Socket, visitor: str) -> None:
        exchanges = await self._intake.history(NAME, socket.address, HISTORY)
        socket.greeted = not exchanges
        language = socket.language or ""
        frame: Frame = {
            "type": "welcome",
            "visitor": visitor,
            "language": language,
            "rtl": self._speech.rtl(language),
            "history": history(exchanges),
            "greeting": self._speech.greeting(language) if socket.greeted else None,
        }
        socket.last_reply_id = max((e.last_reply_id for e in exchanges), default=0)
        if await socket.send_now(frame):
            await self._intake.mark_sent([i for e in exchanges for i in e.reply_ids])

    async def _message(self, socket: Socket, frame: Text | Press) -> None:
        press = frame if isinstance(frame, Press) else None
        received = await self._intake.submit(
            Incoming(
                channel=NAME,
                address=socket.address,
                message_id=own_id(socket.address, frame.id),
                text=typed(press.title if press else frame.text),  # type: ignore[union-attr]
                payload=press.payload if press else None,
                language=socket.language,
                greeted=socket.greeted,
            )
        )
        await socket.send({"type": "received", "id": frame.id})
        if not received.answered:
            await socket.send({"type": "typing"})
        elif bodies := await self._intake.stored(received):
            await socket.send(self._reply(frame.id, bodies, socket.language or ""))

    def _reply(self, to: str | None, bodies: list[Any], language: str) -> Frame:
        return {
            "type": "reply",
            "to": to,
            "messages": bodies,
            "language": language,
            "rtl": self._speech.rtl(language),
        }

    def _forget(self, socket: Socket) -> None:
        sockets = self._open.get(socket.address, set())
        sockets.discard(socket)
        if not sockets:
            self._open.pop(socket.address, None)


async def _receive(websocket: WebSocket) -> str:
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    return message.get("text") or ""  # a binary message is no frame, so it is not understood


def history(exchanges: list[Exchange]) -> list[Frame]:
    """The last messages of both sides, the oldest first."""
    items: list[Frame] = []
    for exchange in exchanges:
        own = client_id(exchange.message_id) if exchange.message_id else None
        if own is not None:
            said = {"from": "person", "id": own, "text": exchange.text, "at": exchange.received_at}
            items.append({**said, "waiting": exchange.waiting})
        if exchange.bodies:
            items.append({"from": "service", "to": own, "messages": list(exchange.bodies)})
    return items[-HISTORY:]


def make(_settings: Settings, speech: Speech) -> Web:
    """The channel; always on."""
    return Web(speech)
