"""The pages of signing in and out: password, second step, end."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.desk.accounts import demo, signing_in
from bot.desk.accounts.signing_in import Begun, WaitError, WrongError
from bot.desk.desk import Desk
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

    @routes.post("/sign-out")
    async def sign_out(visit: Visit = view(Permission.PUBLIC, csrf=True)) -> Response:
        if visit.found:
            ended = (visit.account.id, visit.found.session_id, visit.actor)
            await desk.transactions.write(signing_in.sign_out, *ended)
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
        except WaitError as error:
            return _page(visit, next, "signin_wait", email=email, minutes=_minutes(error))
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
            return _code_page(visit, next, "signin_wait", minutes=_minutes(error))
        return enter(visit, begun, next)


def enter(visit: Visit, begun: Begun, then: str) -> Response:
    """Give the browser its session, and send it on."""
    path = inside(then)
    if begun.stage == "code":
        path = f"/sign-in/code?next={path}" if path != "/" else "/sign-in/code"
    response = visit.go(path)
    cookies.put(response, visit.request, cookies.SESSION, begun.token)
    cookies.drop(response, cookies.VISITOR)
    return response


def _minutes(error: WaitError) -> int:
    return max(1, -(-int(error.left.total_seconds()) // 60))


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
        accounts=demo.ACCOUNTS if profile.demo else (),
        # A cookie for TLS alone does not come back over plain HTTP.
        without_tls=visit.request.url.scheme == "http"
        and not cookies.is_safe_without_tls(visit.request),
    )


def _code_page(visit: Visit, then: str, wrong: str | None = None, **words: object) -> Response:
    said = visit.t(wrong, **words) if wrong else ""
    return visit.page("accounts/code.html", 403 if wrong else 200, then=inside(then), wrong=said)
