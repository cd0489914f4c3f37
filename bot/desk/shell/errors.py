"""Errors as pages in the visitor's language: what to do next, never what went wrong inside."""

from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from bot.desk.desk import Desk
from bot.desk.shell.pages import ROOT_PATH
from bot.desk.shell.views import SAFE, ElsewhereError, language_of
from bot.desk.shell.visit import Visit
from errors import BadInput, PartUnavailable, TooMany

log = structlog.get_logger()

_OWN_WORDS = {400, 403, 404, 413, 429, 503}


def handle(app: FastAPI) -> None:
    """Answer the console's errors with pages."""

    @app.exception_handler(ElsewhereError)
    async def elsewhere(request: Request, error: ElsewhereError) -> Response:
        return _elsewhere(request, error.path)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        word = "error_form" if error.detail == "form" else None
        return _page(request, error.status_code, word)

    @app.exception_handler(RequestValidationError)
    async def bad_request(request: Request, _error: RequestValidationError) -> Response:
        return _page(request, 400)

    @app.exception_handler(BadInput)
    async def bad_input(request: Request, _error: BadInput) -> Response:
        return _page(request, 400)

    @app.exception_handler(TooMany)
    async def too_many(request: Request, error: TooMany) -> Response:
        response = _page(request, 429)
        response.headers["Retry-After"] = str(round(error.after))
        return response

    @app.exception_handler(PartUnavailable)
    async def away(request: Request, _error: PartUnavailable) -> Response:
        return _page(request, 503)

    @app.exception_handler(Exception)
    async def failed(request: Request, _error: Exception) -> Response:
        return _page(request, 500)  # the edge's Guard logs it


def _elsewhere(request: Request, path: str) -> Response:
    address = ROOT_PATH + path
    here = request.url.path
    if path == "/sign-in" and request.method in SAFE and here not in {ROOT_PATH, f"{ROOT_PATH}/"}:
        query = f"?{request.url.query}" if request.url.query else ""
        address += f"?next={quote(here.removeprefix(ROOT_PATH) + query)}"
    if "hx-request" in request.headers:
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": address})
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def _page(request: Request, status: int, word: str | None = None) -> Response:
    context = {
        "code": status,
        "word": word or f"error_{status if status in _OWN_WORDS else 500}",
        "when": datetime.now(UTC),
    }
    visit: Visit | None = getattr(request.state, "visit", None)
    if visit is not None:
        return visit.page("shell/error.html", status, **context)
    # Whoever it was, it was not found out: the database is away.
    desk: Desk = request.app.state.desk
    language = language_of(request, desk, None)
    text = desk.pages.render("shell/error.html", language, flashes=[], **context)
    return HTMLResponse(text, status)
