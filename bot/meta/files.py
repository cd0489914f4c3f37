"""Files of Meta's platforms, fetched from Meta's hosts and from nowhere else.

The address comes in a webhook that Meta signed, and is not trusted all the same: whoever could
name one would else have us ask hosts in our own network, or show them our token.
"""

from http import HTTPStatus

import httpx

from errors import FileRefused, Refused, TryLater

_HOSTS = (".fbcdn.net", ".fbsbx.com", ".cdninstagram.com", ".whatsapp.net")
_REDIRECTS = 3
_HTTPS_PORT = (None, 443)


def is_metas(url: httpx.URL, base: httpx.URL) -> bool:
    """Whether an address is one of Meta's, by TLS, or at the Graph API itself."""
    if url.userinfo:
        return False
    if (url.scheme, url.host, url.port) == (base.scheme, base.host, base.port):
        return True
    return url.scheme == "https" and url.port in _HTTPS_PORT and url.host.endswith(_HOSTS)


async def fetch(client: httpx.AsyncClient, url: str, most: int, *, ours: bool) -> bytes:
    """A file; see Graph.fetch."""
    try:
        where = httpx.URL(url)
        for _ in range(_REDIRECTS):
            if not is_metas(where, client.base_url):
                raise Refused("the file is not at one of Meta's hosts")
            found = await _fetch(client, where, most, ours=ours)
            if isinstance(found, bytes):
                return found
            where, ours = where.join(found), False
    except httpx.InvalidURL:
        raise Refused("the file has no address") from None
    except httpx.HTTPError as error:
        raise TryLater(type(error).__name__) from None
    raise Refused("the file's address leads on and on")


async def _fetch(
    client: httpx.AsyncClient, url: httpx.URL, most: int, *, ours: bool
) -> bytes | httpx.URL:
    """The file, or where it is instead."""
    # Not packed: what unpacks to more than it is would be counted too late.
    request = client.build_request("GET", url, headers={"Accept-Encoding": "identity"})
    if not ours:
        del request.headers["Authorization"]
    response = await client.send(request, stream=True, follow_redirects=False)
    try:
        if response.is_redirect:
            return httpx.URL(response.headers.get("location", ""))
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise TryLater(f"HTTP {response.status_code}")
        packed = response.headers.get("content-encoding", "identity") != "identity"
        if response.status_code != HTTPStatus.OK or packed:
            raise Refused(f"HTTP {response.status_code}")
        return await _read(response, most)
    finally:
        await response.aclose()


async def _read(response: httpx.Response, most: int) -> bytes:
    held = bytearray()
    async for chunk in response.aiter_raw():
        held += chunk
        if len(held) > most:
            raise FileRefused("large")
    return bytes(held)
