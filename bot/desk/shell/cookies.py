"""The console's cookies: HttpOnly, for /desk alone, sent over TLS alone but on this machine."""

from fastapi import Request
from fastapi.responses import Response

SESSION = "desk_session"
VISITOR = "desk_visitor"
LANGUAGE = "desk_language"
FLASH = "desk_flash"
STATE = "desk_oidc"
_PATH = "/desk"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def is_safe_without_tls(request: Request) -> bool:
    """Whether the console is looked at from this very machine, without TLS."""
    return request.url.scheme == "http" and request.url.hostname in _LOOPBACK


def put(
    response: Response, request: Request, name: str, value: str, seconds: int | None = None
) -> None:
    """Set a cookie; without `seconds` it ends with the browser."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=_PATH,
        secure=not is_safe_without_tls(request),
        httponly=True,
        samesite="lax",
    )


def drop(response: Response, name: str) -> None:
    """Delete a cookie."""
    response.delete_cookie(name, path=_PATH)
