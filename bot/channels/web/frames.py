"""The frames that the widget and the edge exchange."""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.incoming import client_id, is_payload
from bot.messages import Exchange
from errors import BadInput

MAX_FRAME = 64 * 1024
HISTORY = 50
_MOST_FRAMES = 10

Frame = dict[str, Any]
FrameId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class _Frame(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class Hello(_Frame):
    """The first frame: who comes back, the language of the page, and that they have agreed."""

    type: Literal["hello"]
    visitor: str | None = Field(None, max_length=200)
    language: str | None = Field(None, max_length=8)
    agreed: bool = False


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


class Poll(_Frame):
    """What a browser without a WebSocket asks: the same frames, in one request.

    Attributes:
        hello: who asks.
        frames: what they say.
        after: the newest reply that the window has; None when it has nothing yet.
        wait: whether to wait for something to tell.
    """

    hello: Hello
    frames: list[Annotated[Text | Press, Field(discriminator="type")]] = Field(
        default_factory=list, max_length=_MOST_FRAMES
    )
    after: int | None = Field(None, ge=0, lt=2**63)
    wait: bool = False


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
    _check(frame)
    return frame


def parse_poll(body: bytes) -> Poll:
    """The request of a browser that polls.

    Raises:
        BadInput: not JSON, or not such a request.
    """
    try:
        poll = Poll.model_validate_json(body)
    except ValidationError:
        raise BadInput("not_understood") from None
    for frame in poll.frames:
        _check(frame)
    return poll


def _check(frame: Hello | Text | Press) -> None:
    if isinstance(frame, Press) and not is_payload(frame.payload):
        raise BadInput("not_understood")


def error(reason: str) -> Frame:
    """Something could not be used, or not now."""
    return {"type": "error", "reason": reason}


def history(exchanges: Sequence[Exchange]) -> list[Frame]:
    """The last messages of both sides, the oldest first."""
    items: list[Frame] = []
    for exchange in exchanges:
        own = _own(exchange)
        if own is not None:
            text = exchange.text or exchange.about
            said = {"from": "person", "id": own, "text": text, "at": exchange.received_at}
            items.append({**said, "waiting": exchange.waiting})
        if exchange.bodies:
            reply: Frame = {"from": "service", "to": own, "last": exchange.last_reply_id}
            items.append({**reply, "messages": list(exchange.bodies)})
    return items[-HISTORY:]


def missed(exchanges: Sequence[Exchange], after: int) -> list[Frame]:
    """The items of the history whose replies came after one."""
    return history([one for one in exchanges if one.last_reply_id > after])


def _own(exchange: Exchange) -> str | None:
    return client_id(exchange.message_id) if exchange.message_id else None


def newest(exchanges: Sequence[Exchange]) -> int:
    """The newest reply of all; 0 for none."""
    return max((one.last_reply_id for one in exchanges), default=0)


def written(frame: Frame) -> str:
    """A frame as it goes over the wire."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
