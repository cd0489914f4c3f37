"""The road to the action server: one kept-alive connection pool, and failures that are told.

Rasa opens a new connection for every call and, when the call fails, goes on as if the action had
done nothing. A person would then get silence; here the turn fails as a whole and is tried again.
"""

import asyncio
from contextvars import ContextVar
from typing import Any

import aiohttp
import ujson
from rasa.shared.core.events import deserialise_events
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

FAILED: ContextVar[list[str] | None] = ContextVar("action_failures", default=None)
_REJECTED = 400  # an action that declines to run says so with this status
_TIMEOUT = aiohttp.ClientTimeout(total=10)


class ActionEndpoint(EndpointConfig):
    """The action server's endpoint, made from the one in endpoints.yml."""

    def __init__(self, like: EndpointConfig) -> None:
        super().__init__(url=like.url, headers=like.headers, **like.kwargs)
        self._session: aiohttp.ClientSession | None = None

    # Rasa compares endpoints and so cannot tell them apart in a cache; this one is itself alone.
    __hash__ = object.__hash__

    async def request(self, *args: Any, **kwargs: Any) -> Any | None:
        """POST one action call.

        Raises:
            ClientResponseError: the action declined to run (400), or failed.
            aiohttp.ClientError: the server is away.
            asyncio.TimeoutError, ValueError: it took too long, or answered something else.
            All of these but a declining action are noted in `FAILED`.
        """
        if FAILED.get():
            raise aiohttp.ClientConnectionError("this turn has failed already")
        try:
            return await self._post(kwargs["json"])
        except ClientResponseError as error:
            if error.status != _REJECTED:
                _note(f"status {error.status}")
            raise
        # Until Python 3.11, asyncio's TimeoutError is no TimeoutError.
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            _note(type(error).__name__)
            raise

    async def _post(self, body: Any) -> Any:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT, json_serialize=ujson.dumps)
        # The server insists on a domain; no action reads it, and ours is large.
        body = {**body, "domain": {}}
        async with self._session.post(self.url, json=body, headers=self.headers) as response:
            if response.status >= _REJECTED:
                raise ClientResponseError(response.status, response.reason, await response.read())
            return _checked(await response.json())


def _checked(answer: Any) -> Any:
    try:
        events, replies = answer.get("events", []), answer.get("responses", [])
        whole = isinstance(events, list) and all(isinstance(reply, dict) for reply in replies)
        deserialise_events(events)
    except Exception as error:  # as many as there are ways to be wrong
        raise ValueError("not what an action answers") from error
    if not whole:
        raise ValueError("not what an action answers")
    return answer


def _note(what: str) -> None:
    failures = FAILED.get()
    if failures is not None:
        failures.append(what)
