"""A webhook of Meta's: its handshake, its signature, and what stands in its body."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import PlainTextResponse

from bot import metrics
from bot.incoming import COMMANDS, Spot, clean, link_payload
from bot.security import same, signed
from errors import BadInput

MOST_BYTES = 3 * 1024 * 1024
"""Bytes of the largest webhook: Meta puts up to a thousand events into one."""

Json = dict[str, Any]
Take = Callable[[Json], Awaitable[None]]
"""Takes in what one webhook brings; returns once its messages are rows."""

_CHALLENGE = re.compile(r"[\x21-\x7e]{1,256}")
_NAME = re.compile(r"[\x21-\x7e]{1,200}")
_DEEP_LINK = re.compile(r"(offer|training|event|link)_\w+")
_NORTH, _EAST = 90, 180  # degrees


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a webhook is known by: the word of its first handshake, and what it is signed with."""

    verify: str
    app: str


def webhook(name: str, secrets: Secrets, take: Take) -> APIRouter:
    """A channel's two routes: the handshake, and what happens on the platform.

    Args:
        name: the channel's.
        secrets: what Meta shows, and signs with.
        take: given the body of each webhook that is truly Meta's.
    """
    routes = APIRouter()

    @routes.get(f"/webhooks/{name}")
    async def verify(request: Request) -> PlainTextResponse:
        asked = request.query_params
        challenge = asked.get("hub.challenge", "")
        known = same(asked.get("hub.verify_token", ""), secrets.verify)
        if asked.get("hub.mode") != "subscribe" or not known:
            raise HTTPException(403, "the verify token is not ours")
        if not _CHALLENGE.fullmatch(challenge):
            raise HTTPException(400, "hub.challenge: not understood")
        return PlainTextResponse(challenge)

    @routes.post(f"/webhooks/{name}")
    async def happened(request: Request) -> dict[str, str]:
        body = await request.body()
        if not signed(body, request.headers.get("x-hub-signature-256", ""), secrets.app):
            metrics.IGNORED.labels(name, "unsigned").inc()
            raise HTTPException(401, "the signature does not fit")
        await take(read(body))
        return {"status": "ok"}

    return routes


def read(body: bytes) -> Json:
    """The object in a request's body.

    Half of a broken emoji is let through here, and dropped where text is cleaned: refusing it would
    refuse the messages of everybody else in the same request.

    Raises:
        BadInput: there is none.
    """
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput("the body is not JSON") from None
    if not isinstance(update, dict):
        raise BadInput("the body is no object")
    return update


def at(value: object, *path: str) -> Any:  # noqa: ANN401 - whatever JSON holds there
    """What stands at a path of keys; None where it does not lead on."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def text_at(value: object, *path: str) -> str:
    """The text at a path; empty where there is none."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def objects(value: object, *path: str) -> list[Json]:
    """The objects in the list at a path; what is no object is left out."""
    found = at(value, *path)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def name_at(value: object, *path: str) -> str:
    """An id at a path, as it may be kept; empty where there is none that may."""
    return named(text_at(value, *path))


def named(text: str) -> str:
    """`text` if it may be kept as an id, else nothing."""
    return text if _NAME.fullmatch(text) else ""


def moment(time: object, a_second: int = 1) -> datetime | None:
    """A platform's time, a number or its digits; None if it is no time.

    Args:
        time: since 1970.
        a_second: how many of its units make a second.
    """
    try:
        return datetime.fromtimestamp(float(time) / a_second, UTC)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def spot(latitude: object, longitude: object) -> Spot | None:
    """The point that a platform tells, in degrees; None if there is no such point."""
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    if abs(latitude) <= _NORTH and abs(longitude) <= _EAST:
        return Spot(float(latitude), float(longitude))
    return None


def payload_in(text: str) -> str | None:
    """The payload that a typed command or the text of a deep link stands for; None for others."""
    word = clean(text)
    if word.startswith("/"):
        return COMMANDS.get(word[1:].lower())
    return link_payload(word) if _DEEP_LINK.fullmatch(word) else None
