"""The shell's own routes: the first page, the language, the service's colour."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlalchemy.orm import Session

from bot.desk.desk import Desk
from bot.desk.models import Account
from bot.desk.permissions import Permission
from bot.desk.shell.pages import ROOT_PATH
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from errors import BadInput


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    colour = desk.speech.profile.accent_colour

    @routes.get("/")
    async def first(visit: Visit = view(Permission.OWN, csrf=False)) -> Response:
        return visit.page("shell/home.html")

    @routes.post("/language")
    async def language(
        language: Annotated[str, Form()],
        back: Annotated[str, Form()] = "/",
        visit: Visit = view(Permission.PUBLIC, csrf=True),
    ) -> Response:
        if language not in desk.speech.languages:
            raise BadInput("no such language")
        if visit.found:
            await desk.transactions.write(_keep, visit.found.who.id, language)
        response = visit.go(inside(back))
        visit.keep_language(response, language)
        return response

    @routes.get("/accent.css", dependencies=[view(Permission.PUBLIC, csrf=False, passive=True)])
    async def accent() -> Response:
        style = f":root {{ --accent: {colour}; --on-accent: {readable_on(colour)}; }}\n"
        kept = {"Cache-Control": "public, max-age=3600"}
        return Response(style, media_type="text/css", headers=kept)

    return routes


def _keep(session: Session, account_id: str, language: str) -> None:
    account = session.get(Account, account_id)
    if account:
        account.language = language


def inside(path: str) -> str:
    """A path of the console that somebody may be sent to; the first page for any other."""
    path = path.removeprefix(ROOT_PATH)
    fits = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if fits and "\\" not in path else "/"


def readable_on(colour: str) -> str:
    """Black or white, whichever is read better on `colour` ("#rrggbb"), by WCAG 2's contrast."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)  # noqa: PLR2004 - sRGB
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else "#000000"
