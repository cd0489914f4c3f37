"""The console as an application of its own, mounted at /desk by bot/app.py."""

from collections.abc import Callable

from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles

from bot.desk import files
from bot.desk.accounts import entrance, own, provider_pages, users
from bot.desk.answers import routes as answers
from bot.desk.appointments import routes as appointments
from bot.desk.audit import routes as audit
from bot.desk.conversation import acts, booking
from bot.desk.conversation import routes as conversation
from bot.desk.desk import Desk
from bot.desk.feeds import routes as feeds
from bot.desk.figures import routes as figures
from bot.desk.hours import routes as hours
from bot.desk.inbox import routes as inbox
from bot.desk.permissions import Permission
from bot.desk.quality import routes as quality
from bot.desk.shell import errors, routes
from bot.desk.shell.pages import STATIC
from bot.desk.shell.policy import Policy
from bot.desk.shell.views import view
from bot.desk.team import routes as team
from bot.desk.team import teams

FEATURES: tuple[Callable[[Desk], APIRouter], ...] = (
    routes.router,
    entrance.router,
    provider_pages.router,
    own.router,
    users.router,
    inbox.router,
    conversation.router,
    acts.router,
    booking.router,
    files.router,
    answers.router,
    appointments.router,
    team.router,
    teams.router,
    hours.router,
    quality.router,
    figures.router,
    feeds.router,
    audit.router,
)
"""Every feature's routes; a new one adds its line here."""


def create_desk(desk: Desk) -> FastAPI:
    """The console."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.desk = desk
    for feature in FEATURES:
        app.include_router(feature(desk))
    app.mount("/static", _Kept(directory=STATIC), "static")
    app.include_router(_nowhere())
    errors.handle(app)
    app.add_middleware(Policy)
    return app


class _Kept(StaticFiles):
    """Files whose address changes with their content."""

    def file_response(self, *args: object, **options: object) -> Response:
        """A file that browsers keep."""
        response: Response = super().file_response(*args, **options)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _nowhere() -> APIRouter:
    """The last route: any other address, as a page that says so."""
    routes = APIRouter()

    anybody = view(Permission.PUBLIC, csrf=False)

    @routes.api_route("/{_:path}", methods=["GET", "POST"], dependencies=[anybody])
    async def nowhere(_: str) -> Response:
        raise HTTPException(404)

    return routes
