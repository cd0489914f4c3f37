"""What every response and request is held to: headers, size, no stack trace for anybody."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from uuid import uuid4

import structlog
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

MAX_BODY = 64 * 1024
"""Bytes of the largest request body, where a channel does not take larger ones."""

_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")

_CONTENT_POLICY = b"content-security-policy"
_CAREFUL = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"cache-control", b"no-store"),
)


def content_policy(host: str) -> str:
    """The Content-Security-Policy of a page served at `host`.

    Older Safari does not count WebSockets to the same host as 'self', so the host is named.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'{sockets}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def same(given: str, secret: str) -> bool:
    """Whether a secret was shown; takes as long for a wrong one. An unset secret fits nothing."""
    return bool(secret) and hmac.compare_digest(given.encode(), secret.encode())


def signed(body: bytes, header: str, secret: str) -> bool:
    """Whether `header` is `sha256=` and the HMAC of a raw body, as Meta's platforms sign."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and same(header, f"sha256={digest}")


class Guard:
    """The outermost middleware: headers on everything, a bound on bodies, the last catch.

    Args:
        app: what is guarded.
        bodies: bytes of the largest body by the beginning of its path; `MAX_BODY` elsewhere.
    """

    def __init__(self, app: ASGIApp, bodies: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._bodies = dict(bodies or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        with structlog.contextvars.bound_contextvars(request=uuid4().hex):
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = _Response(scope, send)
        bound = self._bound(scope["path"])
        try:
            if _declared_length(scope, bound) > bound:
                await _error(413, "the body is too large")(scope, receive, guarded.send)
                return
            await self._app(scope, _Body(receive, bound).receive, guarded.send)
        except ClientDisconnect:
            log.debug("client_left", path=scope["path"])
        except Exception:
            log.exception("request_failed", path=scope["path"])
            if not guarded.started:
                await _error(500, "something went wrong on our side")(scope, receive, guarded.send)

    def _bound(self, path: str) -> int:
        found = (size for start, size in self._bodies.items() if path.startswith(start))
        return next(found, MAX_BODY)


def _error(status: int, words: str) -> JSONResponse:
    return JSONResponse({"error": words}, status)


def _declared_length(scope: Scope, bound: int) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdecimal() and len(length) < 20 else bound + 1  # noqa: PLR2004


class _Body:
    """A request's body, counted: a length that was not declared is bounded too."""

    def __init__(self, receive: Receive, bound: int) -> None:
        self._receive = receive
        self._bound = bound
        self._size = 0

    async def receive(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > self._bound:
            raise HTTPException(413, "the body is too large")
        return message


class _Response:
    """A response that carries the headers which keep browsers careful."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._host = Headers(scope=scope).get("host", "")
        self._send = send
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers: list[tuple[bytes, bytes]] = message["headers"]
            there = {name.lower() for name, _ in headers}
            if _CONTENT_POLICY not in there:
                headers.append((_CONTENT_POLICY, content_policy(self._host).encode("latin-1")))
            headers.extend(header for header in _CAREFUL if header[0] not in there)
        await self._send(message)
