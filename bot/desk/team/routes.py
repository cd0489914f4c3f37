"""The page on which a supervisor sees queue and team, and gives conversations to others."""

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlalchemy.orm import Session
from sse_starlette import EventSourceResponse

from bot.desk.audit import trail
from bot.desk.conversation import once
from bot.desk.desk import Desk
from bot.desk.inbox.people import actor
from bot.desk.permissions import Permission
from bot.desk.shell import stream
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from bot.desk.team import watching
from errors import BadInput, Done, NotThere, NotYours, Taken
from store.base import now

Short = Annotated[str, Form(max_length=40)]


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/team")
    async def team(visit: Visit = view(Permission.TEAM, csrf=False)) -> Response:
        return await _page(visit, "team/team.html")

    @routes.get("/team/live")
    async def live(visit: Visit = view(Permission.TEAM, csrf=False, passive=True)) -> Response:
        return await _page(visit, "team/live.html")

    @routes.get("/team/events")
    async def events(
        visit: Visit = view(Permission.TEAM, csrf=False, passive=True),
    ) -> Response:
        return EventSourceResponse(_news(desk, visit), ping=20)

    @routes.post("/team/{handoff_id}/assign")
    async def assign(
        handoff_id: int,
        to: Short = "",
        mark: Annotated[str, Form(max_length=64)] = "",
        visit: Visit = view(Permission.TEAM, csrf=True),
    ) -> Response:
        try:
            await _give(visit, handoff_id, to, once.key_of(mark, handoff_id, "assign", to))
        except Done:
            pass
        except NotThere:
            raise await visit.missing("conversation") from None
        except (BadInput, NotYours, Taken):
            visit.flash("team_not_assigned", "bad")
        else:
            visit.flash("team_assigned")
        return visit.go("/team")

    return routes


async def _news(desk: Desk, visit: Visit) -> AsyncGenerator[dict[str, str], None]:
    """That the page is to be looked up anew; not why, nor whose conversation it is."""
    yield {"event": "hello", "data": ""}
    async for _ in stream.while_it_holds(visit, desk.handoff.events(actor(visit))):
        yield {"event": "look", "data": ""}


async def _give(visit: Visit, handoff_id: int, to: str, key: str) -> None:
    """To an account, or ("team:3") to a team's queue."""
    who = actor(visit)
    item = await visit.desk.handoff.item(who, handoff_id)

    def first(session: Session) -> None:
        once.claim(session, who.id, key)
        subject = ("conversation", item.contact_id)
        trail.record(session, visit.actor, "conversation.assign", subject, to=to)

    service = visit.desk.handoff.begun_by(first)
    kind, _, number = to.partition(":")
    if kind == "team" and number.isdecimal() and len(number) < 10:  # noqa: PLR2004 - a number's end
        await service.transfer(who, handoff_id, team=int(number))
    elif to:
        await service.assign(who, handoff_id, to)
    else:
        raise BadInput("to nobody")


async def _page(visit: Visit, template: str) -> Response:
    desk = visit.desk
    queue = await desk.handoff.queue(actor(visit))
    glance = watching.Glance(
        queue=queue,
        held=[*queue.mine, *queue.others],
        colleagues=await desk.handoff.colleagues(),
        pace=await desk.transactions.read(watching.pace, desk.zone),
        moment=now(),
    )
    names = {one.account_id: one.name for one in glance.colleagues}
    teams = await desk.handoff.teams()
    return visit.page(template, glance=glance, names=names, teams=teams)
