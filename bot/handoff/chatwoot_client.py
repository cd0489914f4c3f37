"""The little of Chatwoot's client API that the connector needs (public/api/v1/inboxes)."""

from typing import Any

import aiohttp

from errors import PartBroken, PartUnavailable

_REDIRECT = 300
_AWAY = {401, 403, 429, 500, 502, 503, 504}
_TIMEOUT = aiohttp.ClientTimeout(total=15)


class ChatwootClient:
    """Speaks for people in one API channel.

    Args:
        url: of the installation, such as https://desk.example.
        inbox: the channel's identifier.
    """

    def __init__(self, url: str, inbox: str) -> None:
        self._contacts = f"{url.rstrip('/')}/public/api/v1/inboxes/{inbox}/contacts"
        self._open: aiohttp.ClientSession | None = None

    async def begin(self, contact_id: str, name: str) -> int:
        """Make a person and a conversation of theirs there; the conversation's id.

        Raises:
            PartUnavailable: Chatwoot is away. PartBroken: it does not take this.
        """
        await self._post("", {"source_id": contact_id, "identifier": contact_id, "name": name})
        made = await self._post(f"/{contact_id}/conversations", {})
        try:
            return int(made["id"])
        except (KeyError, TypeError, ValueError):
            raise PartBroken("chatwoot: a conversation without an id") from None

    async def say(self, contact_id: str, conversation: int, text: str) -> None:
        """Write as the person. Raises as `begin`."""
        road = f"/{contact_id}/conversations/{conversation}/messages"
        await self._post(road, {"content": text})

    async def resolve(self, contact_id: str, conversation: int) -> None:
        """Tell that the person does not wait any more. Raises as `begin`."""
        await self._post(f"/{contact_id}/conversations/{conversation}/toggle_status", {})

    async def close(self) -> None:
        """Close the connections."""
        if self._open is not None:
            await self._open.close()

    async def _post(self, road: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        if self._open is None:
            self._open = aiohttp.ClientSession(timeout=_TIMEOUT)
        try:
            async with self._open.post(f"{self._contacts}{road}", json=body) as response:
                if response.status in _AWAY:
                    raise PartUnavailable(f"chatwoot says {response.status}")
                if response.status >= _REDIRECT:
                    raise PartBroken(f"chatwoot says {response.status}")
                return await response.json(content_type=None)
        except ValueError:
            return None  # an answer without a body
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise PartUnavailable(f"chatwoot: {type(error).__name__}") from error
