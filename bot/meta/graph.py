"""The Graph API: messages handed over, and what its errors mean."""

import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NoReturn, Protocol

import httpx

from bot.channel import Outgoing, OutgoingFile
from bot.incoming import clean
from bot.meta.files import fetch
from bot.meta.webhook import Json, at, read, text_at
from errors import BadInput, DeliveryError, Refused, TryLater
from store.base import now

WINDOW = timedelta(hours=24)
"""So long after a person has written they may be answered in free words."""
COUNSELLORS_WINDOW = timedelta(days=7)
"""So long on Messenger and Instagram by a human being (the tag HUMAN_AGENT)."""

# https://developers.facebook.com/docs/graph-api/guides/error-handling and each platform's own list.
_THROTTLED = frozenset({4, 17, 32, 341, 613, 80006, 80007, 130429, 131048, 131056, 133016})
_AWAY = frozenset({1, 2, 368, 1200, 131000, 131016, 131057})
# A token that ran out is the operator's affair: what people are owed waits for the new one.
_TOKEN = frozenset({102, 190})
_LATER = _THROTTLED | _AWAY | _TOKEN
_SERVER_ERROR, _TOO_MANY, _UNAUTHORISED = 500, 429, 401
_REASON = 300  # characters
_SECONDS = 30.0


def is_open(outgoing: Outgoing) -> bool:
    """Whether the person wrote so lately that they may be answered in free words."""
    return outgoing.heard_at is not None and now() - outgoing.heard_at < WINDOW


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the Graph API did not take a message.

    Attributes:
        code: Meta's number of it, 0 where it gave none.
        subcode: the number below that, 0 where it gave none.
        reason: number and words, for the operator.
    """

    code: int
    subcode: int
    reason: str


class Verdict(Protocol):
    """What one platform's numbers mean beyond those that all share."""

    def __call__(self, trouble: Trouble) -> DeliveryError | None:
        """The error to raise; None to go by what all platforms share."""


class Graph:
    """The Graph API.

    Args:
        base_url: its address with the version, such as https://graph.facebook.com/v23.0.
        token: an access token.
        verdict: what the platform's own numbers mean.
    """

    def __init__(self, base_url: str, token: str, verdict: Verdict) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._client = httpx.AsyncClient(
            base_url=f"{base_url.rstrip('/')}/", headers=headers, timeout=_SECONDS
        )
        self._verdict = verdict

    async def post(self, path: str, body: Json) -> Json:
        """Hand something over; what the platform says of it.

        Raises:
            TryLater: too fast, or the platform, the network or our token is out of order.
            Refused, Gone: for good; or what the platform's verdict is.
        """
        return await self._ask("POST", path, json=body)

    async def get(self, path: str) -> Json:
        """Ask for something. Raises as `post`."""
        return await self._ask("GET", path)

    async def upload(self, path: str, fields: dict[str, str], file: OutgoingFile) -> Json:
        """Hand over a file, as the last part of a form. Raises as `post`."""
        part = (file.name, file.content, file.media_type)
        return await self._ask("POST", path, data=fields, files={"file": part})

    async def fetch(self, url: str, most: int, *, ours: bool = False) -> bytes:
        """A file that somebody sent, from the platform's own hosts alone.

        Args:
            url: where the platform says that it is.
            most: bytes; of a larger one no more is read.
            ours: the platform wants to see our token.

        Raises:
            FileRefused: larger. Refused: elsewhere, or there no more. TryLater: as `post`.
        """
        return await fetch(self._client, url, most, ours=ours)

    async def _ask(self, method: str, path: str, **content: Any) -> Json:  # noqa: ANN401 - httpx's
        try:
            response = await self._client.request(method, path, **content)
        except httpx.HTTPError as error:
            raise TryLater(type(error).__name__) from None
        said = _said(response)
        if not response.is_success or "error" in said:
            self._fail(response, said)
        return said

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    def _fail(self, response: httpx.Response, said: Json) -> NoReturn:
        status = response.status_code
        trouble = trouble_of(said.get("error"), f"HTTP {status}")
        if error := self._verdict(trouble):
            raise error
        away = status >= _SERVER_ERROR or status in {_TOO_MANY, _UNAUTHORISED}
        transient = at(said, "error", "is_transient") is True
        if away or response.is_redirect or transient or trouble.code in _LATER:
            raise TryLater(trouble.reason, _after(response))
        raise Refused(trouble.reason)


def trouble_of(error: object, otherwise: str) -> Trouble:
    """An error object of Meta's, in a response or in a status.

    Args:
        error: the object.
        otherwise: the reason where it gives none.
    """
    code, subcode = _number(at(error, "code")), _number(at(error, "error_subcode"))
    words = (
        str(code) if code else "",
        text_at(error, "title") or text_at(error, "message"),
        text_at(error, "error_data", "details"),
    )
    reason = clean(" ".join(filter(None, words)))[:_REASON]
    return Trouble(code, subcode, reason or otherwise)


class Series:
    """Hands over messages that take several requests; a second try goes on where it stopped.

    What it remembers is gone with the process: after a restart the first parts may go out twice.
    """

    _MANY = 1000

    def __init__(self) -> None:
        self._done: OrderedDict[str, list[str]] = OrderedDict()

    async def send(
        self,
        outgoing: Outgoing,
        parts: Sequence[Json],
        hand_over: Callable[[Json], Awaitable[str]],
    ) -> list[str]:
        """Hand the parts over one after the other.

        Args:
            outgoing: the message.
            parts: the bodies that it became.
            hand_over: takes one, and gives the platform's id of it, empty for none.

        Returns:
            the platform's ids.

        Raises:
            DeliveryError: of the first part that was not taken.
        """
        key = json.dumps([outgoing.address, outgoing.answers, parts])
        done = self._done.pop(key, []) if outgoing.attempt > 1 else []
        try:
            for part in parts[len(done) :]:
                done.append(await hand_over(part))
        except TryLater:
            self._keep(key, done)
            raise
        return [one for one in done if one]

    def _keep(self, key: str, done: list[str]) -> None:
        self._done[key] = done
        if len(self._done) > self._MANY:
            self._done.popitem(last=False)


def _said(response: httpx.Response) -> Json:
    try:
        return read(response.content)
    except BadInput:
        return {}


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _after(response: httpx.Response) -> float | None:
    after = response.headers.get("retry-after", "")
    return float(after) if after.isdecimal() and len(after) < 6 else None  # noqa: PLR2004
