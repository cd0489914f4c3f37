"""The REST channel, in Rasa's own shape.

POST /webhooks/rest/webhook {"sender", "message", "metadata"?} gives a list of {"recipient_id",
"text", "buttons"?, "image"?, "custom"?}. `metadata.message_id` makes a request repeatable.
"""

import hmac
from collections.abc import Container
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.channel import Channel, Intake
from bot.incoming import Incoming, clean, is_payload, own_id, typed
from bot.speech import Speech
from errors import BadInput, SettingsError
from settings import Settings

NAME = "rest"


def _plain(name: str) -> str:
    if clean(name) != name:
        raise ValueError("control characters and outer spaces are not allowed")
    return name


Name = Annotated[str, AfterValidator(_plain)]


class Metadata(BaseModel):
    """What a client may tell beside the message; other keys are its own affair."""

    model_config = ConfigDict(strict=True)

    message_id: Name | None = Field(None, min_length=1, max_length=200)
    language: str | None = Field(None, max_length=8)


class RestMessage(BaseModel):
    """A message as Rasa's REST clients send it; `input_channel` is theirs too, and ignored."""

    model_config = ConfigDict(strict=True, extra="forbid")

    sender: Name = Field(min_length=1, max_length=255)
    message: str
    metadata: Metadata | None = None
    input_channel: str | None = None


def parse(body: bytes, languages: Container[str]) -> Incoming:
    """The message in a request's body.

    Args:
        body: the request's body.
        languages: codes of the languages that a client may name.

    Raises:
        BadInput: naming each field that is wrong, never what it held.
    """
    try:
        sent = RestMessage.model_validate_json(body)
    except ValidationError as error:
        raise BadInput("; ".join(map(_wrong, error.errors(include_input=False)))) from None
    if sent.metadata and sent.metadata.language and sent.metadata.language not in languages:
        raise BadInput("metadata.language: not one of ours")
    metadata = sent.metadata or Metadata(message_id=None, language=None)
    payload = sent.message if is_payload(sent.message) else None
    return Incoming(
        channel=NAME,
        address=sent.sender,
        message_id=own_id(sent.sender, metadata.message_id or uuid4().hex),
        text=None if payload else typed(sent.message),
        payload=payload,
        language=metadata.language,
    )


def _wrong(error: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    if error["type"] == "json_invalid":
        return "the body is not JSON"
    path = ".".join(str(part)[:40] for part in error["loc"])
    return f"{path or 'the body'}: {error['msg']}"


class Rest(Channel):
    """The channel whose clients wait for the answer.

    Args:
        languages: codes of the languages that a client may name.
        token: the bearer token that clients must show; empty for none.
    """

    name = NAME
    trusted = True

    def __init__(self, languages: Container[str], token: str) -> None:
        self._languages = languages
        self._token = token

    def routes(self, intake: Intake) -> APIRouter:
        """The channel's one route."""
        routes = APIRouter()

        async def webhook(request: Request) -> JSONResponse:
            _check(request, self._token)
            incoming = parse(await request.body(), self._languages)
            bodies = await intake.handle(incoming)
            return JSONResponse([{"recipient_id": incoming.address, **body} for body in bodies])

        # As it is: FastAPI would look through the answer once more, for a schema that it has not.
        routes.add_route("/webhooks/rest/webhook", webhook, methods=["POST"])
        return routes


def make(settings: Settings, speech: Speech) -> Rest:
    """The channel; always on.

    Raises:
        SettingsError: no token, and no demonstration, which alone may go without one.
    """
    token = settings.rest_token.get_secret_value()
    if not token and not speech.profile.demo:
        raise SettingsError("REST_TOKEN: must be set where the profile is no demonstration")
    return Rest(speech.languages, token)


def _check(request: Request, token: str) -> None:
    given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if token and not hmac.compare_digest(given.encode(), token.encode()):
        raise HTTPException(401, "a valid bearer token is needed", {"WWW-Authenticate": "Bearer"})
    if request.query_params.get("stream", "false").lower() in {"true", "1"}:
        raise HTTPException(400, "stream: answers come whole")
