"""Requests to publishers: bounded in time and size, never into our own network, tried again."""

import ipaddress
import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self

import httpx

from errors import DataError, PartUnavailable

_TIMEOUT = httpx.Timeout(60, connect=10)
_AGENT = "Tawjih (public employment service; feeds of listings)"
_REDIRECTS = (301, 302, 303, 307, 308)
_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_MOST_REDIRECTS = 5
_STRANGE = "leads to something that is not http or https"
_TRIES = 5
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 300.0  # seconds

Sleep = Callable[[float], None]
Resolve = Callable[[str, int], list[str]]


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]


def is_public(address: str) -> bool:
    """Whether an address is on the internet, not on this machine or in a private network."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        # An IPv4 address may hide in an IPv6 one.
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Guard(httpx.HTTPTransport):
    """Looks a host up itself, refuses it when any address is not public, and connects to that one.

    What is checked is what is connected to: a name that leads elsewhere a moment later changes
    nothing. TLS still asks for the certificate of the name.
    """

    def __init__(self, *, private: bool, resolver: Resolve = resolve, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self._private = private
        self._resolve = resolver

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to the address that was checked."""
        url = request.url
        if url.scheme not in ("http", "https"):
            raise DataError(f"url: {url.scheme} is not http or https")
        address = self._address(url.host, url.port or (443 if url.scheme == "https" else 80))
        return super().handle_request(
            httpx.Request(
                request.method,
                url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": url.host},
            )
        )

    def _address(self, host: str, port: int) -> str:
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError):
            raise httpx.ConnectError(f"{host} has no address") from None
        if not self._private and not all(map(is_public, found)):
            raise DataError(f"url: {host} is in a private network (`private: true` allows it)")
        return found[0]


class Web:
    """A client for one run of a feed. Use it as a context manager."""

    def __init__(
        self,
        *,
        private: bool = False,
        sleep: Sleep = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        longest: float = 3600,
        resolver: Resolve = resolve,
    ) -> None:
        transport = Guard(private=private, resolver=resolver)
        # Compression is asked for in the form alone whose unpacking is bounded step by step.
        headers = {"User-Agent": _AGENT, "Accept-Encoding": "gzip"}
        self._client = httpx.Client(transport=transport, timeout=_TIMEOUT, headers=headers)
        self._clock = clock
        self._end = clock() + longest
        self.sleep = sleep

    def __enter__(self) -> Self:
        """Nothing is opened before the first request."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close what is open."""
        self._client.close()

    @contextmanager
    def get(self, url: str, headers: dict[str, str], **options: Any) -> Iterator[httpx.Response]:  # noqa: ANN401
        """The response to a GET, its body still to be read by `body`."""
        with self._send("GET", url, headers, options) as response:
            yield response

    @contextmanager
    def post(self, url: str, data: dict[str, str]) -> Iterator[httpx.Response]:
        """The response to a form, its body still to be read by `body`."""
        with self._send("POST", url, {}, {"data": data}) as response:
            yield response

    def body(self, response: httpx.Response, most: int) -> Iterator[bytes]:
        """The body in blocks, at most `most` bytes, however it was compressed.

        Raises:
            DataError: it is bigger. PartUnavailable: it broke off or takes too long.
        """
        size = 0
        try:
            for block in response.iter_bytes():
                size += len(block)
                if size > most:
                    raise DataError(f"bigger than {most >> 20} MB")
                if self._clock() > self._end:
                    raise PartUnavailable(f"{response.request.url.host} takes too long")
                yield block
        except httpx.DecodingError:
            raise DataError("its compression is broken") from None
        except httpx.TransportError as error:
            raise PartUnavailable(f"{response.request.url.host} broke off: {error}") from None

    @contextmanager
    def _send(
        self, method: str, url: str, headers: dict[str, str], options: dict[str, Any]
    ) -> Iterator[httpx.Response]:
        response = self._patiently(method, url, headers, options)
        try:
            yield response
        finally:
            response.close()

    def _patiently(
        self, method: str, url: str, headers: dict[str, str], options: dict[str, Any]
    ) -> httpx.Response:
        """The first response that is not a refusal for now; waits longer from try to try."""
        host, said = httpx.URL(url).host, ""
        for number in range(_TRIES):
            wait = min(_LONGEST_WAIT, _FIRST_WAIT * 4**number) * random.uniform(0.8, 1.2)  # noqa: S311
            try:
                response = self._follow(method, url, headers, options)
            except httpx.TransportError as error:
                said = str(error) or type(error).__name__
            else:
                if response.status_code not in _AGAIN:
                    return response
                said = f"status {response.status_code}"
                wait = _asked(response) or wait
                response.close()
            if number + 1 == _TRIES or wait > _LONGEST_WAIT or self._clock() + wait > self._end:
                break
            self.sleep(wait)
        raise PartUnavailable(f"{host} does not answer: {said}")

    def _follow(
        self, method: str, url: str, headers: dict[str, str], options: dict[str, Any]
    ) -> httpx.Response:
        at = httpx.URL(url)
        for _ in range(_MOST_REDIRECTS + 1):
            request = self._client.build_request(method, at, headers=headers, **options)
            try:
                response = self._client.send(request, stream=True)
            except httpx.InvalidURL:  # of the redirect that comes back
                raise DataError(f"url: {at.host} {_STRANGE}") from None
            where = response.headers.get("location")
            if response.status_code not in _REDIRECTS or not where:
                return response
            response.close()
            before, at, options = at, _joined(at, where), {}
            if (before.scheme, before.host, before.port) != (at.scheme, at.host, at.port):
                headers = {}  # keys are for whom they were given for
        raise DataError(f"url: {httpx.URL(url).host} leads from one address to the next")


def _joined(at: httpx.URL, where: str) -> httpx.URL:
    try:
        found = at.join(where)
    except httpx.InvalidURL:
        found = None
    if found is None or found.scheme not in ("http", "https") or not found.host:
        raise DataError(f"url: {at.host} {_STRANGE}")
    if at.scheme == "https" and found.scheme == "http":
        raise DataError(f"url: {at.host} leads from https to http")
    return found


def _asked(response: httpx.Response) -> float | None:
    """The seconds that Retry-After asks to wait."""
    told = response.headers.get("retry-after", "").strip()
    if told.isdigit():
        return float(told)
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
