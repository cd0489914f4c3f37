"""The one channel of the dialogue: JSON in, JSON out, for the edge alone.

POST /webhooks/tawjih/webhook, `Authorization: Bearer <secret>`:
    {"sender": str, "message": str, "message_id"?: str,
     "metadata"?: {"language"?: str, "language_chosen"?: bool, "channel"?: str}}
answers 200 with
    {"messages": [{"text", "buttons"?, "image"?, "custom"?}], "language": str,
     "language_chosen": bool, "intent": str, "confidence": float,
     "guesses": [{"intent", "confidence"}], "variety": str or null, "handoff": object or null}
or 400 (not that shape), 401 (no secret), 503 (the action server is away; nothing was done, the
same message can be sent again).
"""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.exceptions import InvalidConfigException
from sanic import Blueprint, response
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse

from dialogue.turn import ActionsAway, take_turn

_LONGEST = 4000


class Replies(OutputChannel):
    """Collects a turn's replies, each whole: text, buttons and cards stay together."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """Name of the channel."""
        return "tawjih"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one reply."""
        kept = {name: message[name] for name in ("text", "image", "custom") if message.get(name)}
        buttons = [
            {"title": b["title"], "payload": b["payload"]} for b in message.get("buttons") or []
        ]
        if buttons:
            kept["buttons"] = buttons
        if kept:
            self.messages.append(kept)


class TawjihInput(InputChannel):
    """The channel, as credentials.yml names it."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    @classmethod
    def name(cls) -> str:
        """The channel's name, part of its URL."""
        return "tawjih"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """Make the channel; without a secret it does not start."""
        secret = str((credentials or {}).get("secret") or "")
        if not secret or secret.startswith("${"):
            raise InvalidConfigException("DIALOGUE_SECRET is not set: the channel needs a secret")
        return cls(secret)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's two routes. Rasa's own callback cannot tell a failed turn: see turn.py."""
        routes = Blueprint("tawjih_webhook", __name__)

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            ready = request.app.ctx.agent is not None and request.app.ctx.agent.is_ready()
            return response.json({"status": "ok" if ready else "starting"}, 200 if ready else 503)

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not self._is_allowed(request):
                return response.json({"error": "unauthorized"}, status=401)
            body = _body(request)
            if body is None:
                return response.json({"error": "not a message"}, status=400)
            try:
                return response.json(await take_turn(request.app.ctx.agent, body, Replies()))
            except ActionsAway as away:
                return response.json({"error": str(away)}, status=503)

        return routes

    def _is_allowed(self, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self.secret}".encode())


def _body(request: Request) -> dict[str, Any] | None:
    try:
        body = request.json
    except InvalidUsage:
        return None
    if not isinstance(body, dict) or not isinstance(body.get("metadata") or {}, dict):
        return None
    texts = (body.get("sender"), body.get("message"))
    if not all(isinstance(text, str) and 0 < len(text) <= _LONGEST for text in texts):
        return None
    optional = (body.get("message_id"), (body.get("metadata") or {}).get("language"))
    return body if all(text is None or isinstance(text, str) for text in optional) else None
