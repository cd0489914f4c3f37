"""`view`: what every route of the console declares: who may come, and whether forms are checked.

    @routes.post("/users")
    async def add(visit: Visit = view(Permission.USERS_MANAGE, csrf=True)) -> Response: ...

Who may not is sent to sign in, or refused with 403, which the audit trail tells.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPMethod
from typing import Any

import structlog
from fastapi import Depends, HTTPException, Request
from starlette.datastructures import FormData

from bot.desk.accounts import sessions
from bot.desk.accounts.sessions import SignedIn
from bot.desk.desk import Desk
from bot.desk.keys import new_token
from bot.desk.permissions import ALLOWED, HALF_WAY, NOT_SET_UP, VISITOR, Permission
from bot.desk.shell import cookies
from bot.desk.shell.visit import Visit
from bot.page import choose_language
from bot.security import same
from errors import BadInput, TawjihError

log = structlog.get_logger()

SAFE = {HTTPMethod.GET, HTTPMethod.HEAD}
CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"


class ElsewhereError(TawjihError):
    """The visitor belongs on another page first: signing in, the second step, a new password."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True)
class View:
    """The dependency itself; tests find it on every route."""

    permission: Permission
    csrf: bool
    passive: bool

    async def __call__(self, request: Request) -> Visit:
        """Who visits, or why they may not.

        Raises:
            HTTPException: 403, of another role, or a form that is not ours.
            ElsewhereError: to sign in first.
        """
        # PostgreSQL keeps no NUL in a text, and no address of ours has one.
        if "%00" in str(request.url):
            raise HTTPException(404)
        visit = await _visit(request, passive=self.passive)
        if self.permission not in visit.permissions:
            await _refuse(visit, self.permission)
        if self.csrf:
            await _check_form(visit)
        return visit


def view(permission: Permission, *, csrf: bool, passive: bool = False) -> Any:  # noqa: ANN401 - a default
    """Declare a route's permission.

    Args:
        permission: what the visitor must be allowed.
        csrf: whether the form's token is checked: True for all that changes something.
        passive: whether the request came by itself (a poll, a stream), and so is no sign that
            somebody sits there: it does not keep an idle session alive.
    """
    return Depends(View(permission, csrf, passive))


async def _visit(request: Request, *, passive: bool) -> Visit:
    desk: Desk = request.app.state.desk
    token = request.cookies.get(cookies.SESSION, "")
    moment = datetime.now(UTC)
    found = None
    if token:
        found = await desk.transactions.read(sessions.find, token, desk.lasting, moment)
    if found and found.stale and not passive:
        await desk.transactions.write(sessions.seen, found.session_id, moment)
    visitor = request.cookies.get(cookies.VISITOR) or new_token()
    visit = Visit(
        request=request,
        desk=desk,
        language=language_of(request, desk, found),
        found=found,
        permissions=_permissions(desk, found),
        visitor=visitor,
        csrf=desk.keys.csrf(found.session_id if found else visitor),
    )
    request.state.visit = visit  # a page that tells an error is in their language too
    return visit


def _permissions(desk: Desk, found: SignedIn | None) -> frozenset[Permission]:
    if found is None:
        return VISITOR
    if found.stage == "code":
        return HALF_WAY
    if needs_setup(desk, found):
        return NOT_SET_UP
    return ALLOWED[found.who.role]


def needs_setup(desk: Desk, found: SignedIn) -> bool:
    """Whether a password is to be changed, or a second step to be set up, before all else."""
    account = found.who
    return account.must_change or (
        account.local and not account.totp and not account.demo and desk.settings.desk_totp
    )


def language_of(request: Request, desk: Desk, found: SignedIn | None) -> str:
    """The page's language: the account's own, else the browser's."""
    own = found.who.language if found else None
    asked = own or request.query_params.get("lang") or request.cookies.get(cookies.LANGUAGE)
    accepted = request.headers.get("accept-language", "")
    return choose_language(asked, accepted, desk.speech.languages, desk.speech.default_language)


async def _refuse(visit: Visit, permission: Permission) -> None:
    if visit.found is None:
        raise ElsewhereError("/sign-in")
    if visit.found.stage == "code":
        raise ElsewhereError("/sign-in/code")
    if Permission.OWN not in visit.permissions:
        raise ElsewhereError("/account/setup")
    if permission is Permission.CODE:
        raise ElsewhereError("/")
    await visit.denied(permission)
    raise HTTPException(403)


async def _check_form(visit: Visit) -> None:
    request = visit.request
    if request.method in SAFE:
        return
    try:
        _check(visit, await request.form())
    except (TawjihError, HTTPException):
        await request.close()  # a file in it lies on disk until then
        raise


def _check(visit: Visit, form: FormData) -> None:
    request = visit.request
    if any("\0" in value for value in form.values() if isinstance(value, str)):
        raise BadInput("a character that no text holds")
    given = request.headers.get(CSRF_HEADER) or form.get(CSRF_FIELD)
    # A browser that names another site as the origin is believed, whatever the token.
    foreign = request.headers.get("sec-fetch-site") == "cross-site"
    if foreign or not isinstance(given, str) or not same(given, visit.csrf):
        log.warning("desk_form_refused", path=request.url.path, known=visit.found is not None)
        if visit.found is None:
            raise ElsewhereError("/sign-in?why=form")
        raise HTTPException(403, "form")
