"""The road to the dialogue server: one POST a message, and a look whether it is there."""

from dataclasses import dataclass
from typing import Any, Self

import aiohttp
from pydantic import BaseModel, Field, ValidationError

from bot.messages import Body
from errors import NotThere, PartBroken, PartTimeout, PartUnavailable
from settings import Settings

# 401, 403 and 404 are a wrong set-up, 5xx of this kind a part that is away: keep the message.
_AWAY = {401, 403, 404, 429, 502, 503, 504}
_OK, _REDIRECT, _NOT_FOUND = 200, 300, 404
_LOOK = aiohttp.ClientTimeout(total=3)


class Button(BaseModel):
    """A quick reply: what it shows, and what it stands for."""

    title: str
    payload: str


class Message(BaseModel):
    """One message to a person, in the dialogue's words."""

    text: str = ""
    buttons: list[Button] | None = None
    image: str | None = None
    custom: dict[str, Any] | None = None


class Guess(BaseModel):
    """An intent that the message could have, and how likely."""

    intent: str = Field(max_length=64)
    confidence: float


class Answer(BaseModel):
    """What the dialogue answers to one message."""

    messages: list[Message]
    language: str = Field(max_length=8)
    language_chosen: bool = False
    intent: str | None = Field(None, max_length=64)
    confidence: float | None = None
    guesses: list[Guess] = []
    variety: str | None = Field(None, max_length=16)
    handoff: Any = None

    def understood(self) -> dict[str, Any]:
        """The columns of the message's row that tell what was understood."""
        return self.model_dump(include={"intent", "confidence", "guesses", "variety", "language"})


@dataclass(frozen=True, slots=True)
class _Response:
    """A response that was read to its end."""

    status: int
    content: bytes

    @property
    def is_success(self) -> bool:
        return _OK <= self.status < _REDIRECT


class DialogueClient:
    """A pool of connections to the dialogue server and the action server.

    Args:
        settings: where they are, the secret, and how long a person waits before being told.
        width: how many messages are under way at most.
    """

    def __init__(self, settings: Settings, width: int = 32) -> None:
        self._url = f"{settings.dialogue}/webhooks/tawjih"
        self._actions_at = settings.actions
        self._actions = f"{settings.actions}/health"
        # An answer may take longer than the person waits before being told that it is slow.
        self._timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=5, sock_read=settings.dialogue_timeout * 2
        )
        self._headers = {"Authorization": f"Bearer {settings.secret}"}
        self._width = width

    async def __aenter__(self) -> Self:
        """Nothing is opened before the first message."""
        # Idle connections are dropped before the dialogue's own server drops them (5 s).
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._width + 4, keepalive_timeout=2),
            timeout=self._timeout,
            headers=self._headers,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._http.close()

    async def ask(  # noqa: PLR0913 - the contract's fields
        self,
        *,
        sender: str,
        message: str,
        message_id: str,
        language: str | None,
        language_chosen: bool,
        channel: str,
    ) -> Answer:
        """What the dialogue answers to one message.

        Raises:
            PartUnavailable: it, or its action server, is away; PartTimeout: it took too long.
            PartBroken: it answered something else than agreed.
        """
        metadata = {"language": language, "language_chosen": language_chosen, "channel": channel}
        body = {
            "sender": sender,
            "message": message,
            "message_id": message_id,
            "metadata": metadata,
        }
        return _read(await self._send("POST", f"{self._url}/webhook", json=body))

    async def listing(self, listing_id: int, language: str) -> Body:
        """The message with the card of one listing, as the action server makes it.

        Raises:
            NotThere: no such listing. PartUnavailable: the action server is away; PartBroken: it
            answered something else than agreed.
        """
        url = f"{self._actions_at}/listing/{listing_id}"
        response = await self._send("GET", url, params={"language": language})
        if response.status == _NOT_FOUND:
            raise NotThere(f"no listing {listing_id}")
        if not response.is_success:
            raise PartUnavailable(f"the action server says {response.status}")
        try:
            return Message.model_validate_json(response.content).model_dump(exclude_none=True)
        except ValidationError:
            raise PartBroken("the action server's card is wrong") from None

    async def dialogue_is_up(self) -> bool:
        """Whether the dialogue server answers."""
        return await self._is_up(f"{self._url}/")

    async def actions_are_up(self) -> bool:
        """Whether the action server answers."""
        return await self._is_up(self._actions)

    async def _is_up(self, url: str) -> bool:
        try:
            response = await self._send("GET", url, timeout=_LOOK)
        except PartUnavailable:
            return False
        return response.is_success

    async def _send(self, method: str, url: str, **options: Any) -> _Response:  # noqa: ANN401
        try:
            async with self._http.request(method, url, **options) as response:
                return _Response(response.status, await response.read())
        except TimeoutError as error:
            raise PartTimeout(f"{method} took too long") from error
        except (aiohttp.ClientError, OSError) as error:
            raise PartUnavailable(f"{method}: {type(error).__name__}") from error


def _read(response: _Response) -> Answer:
    if response.status in _AWAY:
        raise PartUnavailable(f"the dialogue says {response.status}")
    if not response.is_success:
        raise PartBroken(f"the dialogue says {response.status}")
    try:
        return Answer.model_validate_json(response.content)
    except ValidationError as error:
        wrong = [".".join(map(str, e["loc"])) for e in error.errors(include_input=False)]
        raise PartBroken(f"the dialogue's answer is wrong at {wrong}") from None
