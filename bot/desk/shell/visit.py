"""One visit to a page: who, in which language, what they may, and how they are answered."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from bot.desk.accounts import sessions
from bot.desk.accounts.sessions import SignedIn, Who
from bot.desk.accounts.signing_in import Browser
from bot.desk.audit import trail
from bot.desk.audit.trail import Actor
from bot.desk.desk import Desk
from bot.desk.permissions import Permission
from bot.desk.shell import cookies
from bot.desk.shell.pages import ROOT_PATH

log = structlog.get_logger()

_FLASH_SECONDS = 120
_YEAR = 31_536_000
_IN_ADDRESSES = "%/:=&?~#+!$,;'@()*[]"  # as Starlette's redirects leave them


@dataclass(slots=True)
class Visit:
    """What a view gets.

    Attributes:
        request: as it came.
        desk: what the features share.
        language: of the page.
        found: the session; None for a visitor.
        permissions: what they may now.
        visitor: the cookie of somebody who has no session.
        csrf: the token that this visit's forms carry.
    """

    request: Request
    desk: Desk
    language: str
    found: SignedIn | None
    permissions: frozenset[Permission]
    visitor: str
    csrf: str
    _flash: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    @property
    def account(self) -> Who:
        """The account that is signed in; only where the view's permission asks for one."""
        if self.found is None:
            raise HTTPException(403)
        return self.found.who

    @property
    def session_id(self) -> str:
        """The session in which they are signed in."""
        if self.found is None:
            raise HTTPException(403)
        return self.found.session_id

    @property
    def actor(self) -> Actor:
        """Who acts, for the audit trail."""
        address = self.request.client.host if self.request.client else None
        if self.found is None:
            return Actor(None, None, address)
        return Actor(self.found.who.id, self.found.who.name, address)

    @property
    def browser(self) -> Browser:
        """From where they come, for signing in."""
        agent = self.request.headers.get("user-agent", "")
        begun = self.found.session_id if self.found else None
        return Browser(agent, self.actor.address or "", begun)

    async def holds(self) -> bool:
        """Whether they are still signed in, as what they were: a stream asks now and then."""
        token = self.request.cookies.get(cookies.SESSION, "")
        moment = datetime.now(UTC)
        read = self.desk.transactions.read
        found = await read(sessions.find, token, self.desk.lasting, moment)
        if found is None or self.found is None:
            return False
        return (found.stage, found.who.role) == (self.found.stage, self.found.who.role)

    @property
    def partial(self) -> bool:
        """Whether htmx asks, and wants a part of the page alone."""
        return "hx-request" in self.request.headers

    def may(self, permission: Permission | str) -> bool:
        """Whether they are allowed something."""
        return Permission(permission) in self.permissions

    def t(self, key: str, **words: object) -> str:
        """The console's words in the page's language."""
        return self.desk.pages.words.text(key, self.language, **words)

    def flash(self, key: str, kind: str = "good", **words: object) -> None:
        """Say something at the top of the next page. `kind`: good, bad."""
        self._flash.append((key, kind, dict(words)))

    def page(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:  # noqa: ANN401
        """A page, or a part of one for htmx; the template decides."""
        request = self.request
        said = [*_read_flash(self), *self._flash]
        text = self.desk.pages.render(
            template,
            self.language,
            visit=self,
            here=request.url.path.removeprefix(ROOT_PATH) or "/",
            flashes=[(self.t(key, **words), kind) for key, kind, words in said],
            **context,
        )
        response = HTMLResponse(text, status)
        if cookies.FLASH in request.cookies:
            cookies.drop(response, cookies.FLASH)
        if self.found is None and request.cookies.get(cookies.VISITOR) != self.visitor:
            cookies.put(response, request, cookies.VISITOR, self.visitor)
        return response

    def go(self, path: str) -> Response:
        """Send the browser to another page of the console, with what is to be said there."""
        return self.elsewhere(ROOT_PATH + path)

    def elsewhere(self, address: str) -> Response:
        """Send the browser to an address."""
        response: Response
        if self.partial:
            response = Response(status_code=HTTPStatus.NO_CONTENT)
            response.headers["HX-Redirect"] = quote(address, safe=_IN_ADDRESSES)
        else:
            response = RedirectResponse(address, HTTPStatus.SEE_OTHER)
        if self._flash:
            signed = self.desk.keys.sign("flash", self._flash)
            cookies.put(response, self.request, cookies.FLASH, signed, _FLASH_SECONDS)
        return response

    def keep_language(self, response: Response, language: str) -> None:
        """Remember a language in this browser."""
        cookies.put(response, self.request, cookies.LANGUAGE, language, _YEAR)

    async def record(
        self,
        action: str,
        subject: tuple[str, str] | None = None,
        **detail: Any,  # noqa: ANN401 - whatever JSON holds
    ) -> None:
        """Add a line of its own to the audit trail, such as a look. Acts use trail.record."""

        def add(session: Session) -> None:
            trail.record(session, self.actor, action, subject, **detail)

        await self.desk.transactions.write(add)

    async def denied(self, what: str) -> None:
        """Log and record that somebody asked for what they may not."""
        path = self.request.url.path
        account = self.found.who.id if self.found else None
        log.warning("desk_denied", path=path, account=account, permission=str(what))
        await self.record("denied", ("page", path), permission=str(what))

    async def missing(self, what: str) -> HTTPException:
        """For a direct address of what is not there or not theirs: raise it; it is recorded."""
        await self.denied(what)
        return HTTPException(404)


def _read_flash(visit: Visit) -> list[tuple[str, str, dict[str, Any]]]:
    text = visit.request.cookies.get(cookies.FLASH)
    value = visit.desk.keys.signed("flash", text, _FLASH_SECONDS) if text else None
    return [(key, kind, words) for key, kind, words in value] if isinstance(value, list) else []
