"""The pages on which teams are made, changed and deleted."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlalchemy.orm import Session

from bot.desk.audit import trail
from bot.desk.desk import Desk
from bot.desk.inbox.people import actor
from bot.desk.permissions import Permission
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from bot.desk.team.people import active
from bot.handoff.views import TeamView
from errors import BadInput, NotThere
from languages.registry import get_languages

TOPICS = ("offer", "training", "event", "scam", "distress")
_PLACES = 20
Name = Annotated[str, Form(max_length=80)]
Many = Annotated[list[str] | None, Form()]
_NEW = TeamView(id=0, name="", languages=(), places=(), topics=())


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    _looks(routes, desk)
    _changes(routes, desk)
    return routes


def _looks(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/teams")
    async def everybody(visit: Visit = view(Permission.TEAM, csrf=False)) -> Response:
        people = dict(await desk.transactions.read(active))
        return visit.page("team/teams.html", teams=await desk.handoff.teams(), people=people)

    @routes.get("/teams/{team_id}")
    async def one(team_id: int, visit: Visit = view(Permission.TEAM, csrf=False)) -> Response:
        found = [team for team in await desk.handoff.teams() if team.id == team_id]
        if team_id and not found:
            raise await visit.missing("team")
        return await _form(visit, found[0] if found else _NEW)


async def _form(visit: Visit, team: TeamView, wrong: str = "", status: int = 200) -> Response:
    people = await visit.desk.transactions.read(active)
    return visit.page("team/one.html", status, team=team, people=people, topics=TOPICS, wrong=wrong)


def _changes(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/teams/{team_id}")
    async def save(  # noqa: PLR0913, PLR0917 - a form's fields
        team_id: int,
        name: Name = "",
        languages: Many = None,
        places: Annotated[str, Form(max_length=2000)] = "",
        topics: Many = None,
        members: Many = None,
        visit: Visit = view(Permission.TEAM, csrf=True),
    ) -> Response:
        known = {account_id for account_id, _ in await desk.transactions.read(active)}
        team = TeamView(
            id=team_id,
            name=name.strip(),
            languages=[one for one in languages or () if one in get_languages()],
            places=_places(places),
            topics=[one for one in topics or () if one in TOPICS],
            members=[one for one in members or () if one in known],
        )
        try:
            saved = await desk.handoff.save_team(actor(visit), team)
        except BadInput:
            return await _form(visit, team, visit.t("teams_no_name"), 400)
        except NotThere:
            raise await visit.missing("team") from None
        await desk.transactions.write(_record, visit, "team.save", saved)
        visit.flash("teams_saved")
        return visit.go("/teams")

    @routes.post("/teams/{team_id}/delete")
    async def delete(team_id: int, visit: Visit = view(Permission.TEAM, csrf=True)) -> Response:
        try:
            await desk.handoff.delete_team(actor(visit), team_id)
        except NotThere:
            raise await visit.missing("team") from None
        await desk.transactions.write(_record, visit, "team.delete", team_id)
        visit.flash("teams_deleted")
        return visit.go("/teams")


def _record(session: Session, visit: Visit, act: str, team_id: int) -> None:
    trail.record(session, visit.actor, act, ("team", str(team_id)))


def _places(text: str) -> list[str]:
    """Names between commas or on lines of their own."""
    parts = text.replace("،", ",").replace("\n", ",").split(",")
    return [part.strip()[:80] for part in parts if part.strip()][:_PLACES]
