"""The pages of signing in and out: password, second step, end."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.desk.accounts import demo, directory, signing_in
from bot.desk.accounts.own import new_password
from bot.desk.accounts.passwords import LEAST
from bot.desk.accounts.signing_in import Begun, WaitError, WrongError
from bot.desk.desk import Desk
from bot.desk.models import Account
from bot.desk.permissions import Permission
from bot.desk.shell import cookies
from bot.desk.shell.routes import inside
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit

_MOST = 1024  # characters of a field that is looked at
Field = Annotated[str, Form(max_length=_MOST)]


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    _first_step(routes, desk)
    _second_step(routes, desk)
    _link(routes, desk)

    @routes.post("/sign-out")
    async def sign_out(visit: Visit = view(Permission.PUBLIC, csrf=True)) -> Response:
        if visit.found:
            ended = (visit.account.id, visit.found.session_id, visit.actor)
            await desk.transactions.write(signing_in.sign_out, *ended)
            desk.handoff.left()
        visit.flash("signed_out")
        response = visit.go("/sign-in")
        cookies.drop(response, cookies.SESSION)
        return response

    return routes


def _first_step(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/sign-in")
    async def sign_in(
        next: str = "/",  # noqa: A002 - the address says it so
        why: str = "",
        visit: Visit = view(Permission.PUBLIC, csrf=False),
    ) -> Response:
        if visit.found:
            return visit.go(inside(next))
        return _page(visit, next, "signin_form" if why == "form" else None)

    @routes.post("/sign-in")
    async def with_password(
        email: Field = "",
        password: Field = "",
        next: Field = "/",  # noqa: A002
        visit: Visit = view(Permission.PUBLIC, csrf=True),
    ) -> Response:
        try:
            begun = await desk.signing_in.with_password(email, password, visit.browser)
        except WrongError:
            return _page(visit, next, "signin_wrong", email=email)
        except WaitError as error:  # any other TooMany is told by a page of its own
            return _page(visit, next, "signin_wait", email=email, count=_minutes(error))
        return enter(visit, begun, next)


def _second_step(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/sign-in/code")
    async def ask_code(
        next: str = "/",  # noqa: A002
        visit: Visit = view(Permission.CODE, csrf=False),
    ) -> Response:
        return _code_page(visit, next)

    @routes.post("/sign-in/code")
    async def with_code(
        code: Field = "",
        next: Field = "/",  # noqa: A002
        visit: Visit = view(Permission.CODE, csrf=True),
    ) -> Response:
        try:
            begun = await desk.signing_in.with_code(visit.account.id, code, visit.browser)
        except WrongError:
            return _code_page(visit, next, "code_wrong")
        except WaitError as error:
            return _code_page(visit, next, "signin_wait", count=_minutes(error))
        return enter(visit, begun, next)


def _link(routes: APIRouter, desk: Desk) -> None:
    # The token stands in the query, which no log holds.
    @routes.get("/reset")
    async def ask_new(
        token: str = "", visit: Visit = view(Permission.PUBLIC, csrf=False)
    ) -> Response:
        account = await desk.transactions.read(directory.of_link, token, datetime.now(UTC))
        return _link_page(visit, token, account)

    @routes.post("/reset")
    async def set_new(
        token: Field = "",
        fresh: Field = "",
        again: Field = "",
        visit: Visit = view(Permission.PUBLIC, csrf=True),
    ) -> Response:
        account = await desk.transactions.read(directory.of_link, token, datetime.now(UTC))
        if account is None:
            return _link_page(visit, token, None)
        if found := new_password(fresh, again, (account.name, account.email)):
            return _link_page(visit, token, account, *found)
        kept = await desk.signing_in.passwords.hash(fresh)
        held = await desk.transactions.write(directory.use_link, token, kept, visit.actor.address)
        visit.flash("password_changed" if held else "reset_gone", "good" if held else "bad")
        return visit.go("/sign-in")


def _link_page(
    visit: Visit, token: str, account: Account | None, field: str = "", why: str = ""
) -> Response:
    if account is None:
        visit.flash("reset_gone", "bad")
        return visit.go("/sign-in")
    wrong = {field: visit.t(why, least=LEAST)} if field else {}
    context = {"token": token, "email": account.email, "least": LEAST, "wrong": wrong}
    return visit.page("accounts/reset.html", 400 if field else 200, **context)


def enter(visit: Visit, begun: Begun, then: str) -> Response:
    """Give the browser its session, and send it on."""
    path = inside(then)
    if begun.stage == "code":
        path = f"/sign-in/code?next={quote(path)}" if path != "/" else "/sign-in/code"
    response = visit.go(path)
    cookies.put(response, visit.request, cookies.SESSION, begun.token)
    cookies.drop(response, cookies.VISITOR)
    return response


def _minutes(error: WaitError) -> int:
    return max(1, -(-int(error.after) // 60))


def _page(
    visit: Visit, then: str, wrong: str | None = None, *, email: str = "", **words: object
) -> Response:
    profile = visit.desk.speech.profile
    return visit.page(
        "accounts/sign_in.html",
        403 if wrong else 200,
        then=inside(then),
        email=email,
        wrong=visit.t(wrong, **words) if wrong else "",
        provider=visit.desk.provider is not None,
        accounts=demo.ACCOUNTS if profile.demo else (),
        # A cookie for TLS alone does not come back over plain HTTP.
        without_tls=visit.request.url.scheme == "http"
        and not cookies.is_safe_without_tls(visit.request),
    )


def _code_page(visit: Visit, then: str, wrong: str | None = None, **words: object) -> Response:
    said = visit.t(wrong, **words) if wrong else ""
    return visit.page("accounts/code.html", 403 if wrong else 200, then=inside(then), wrong=said)
