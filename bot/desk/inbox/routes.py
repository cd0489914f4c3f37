"""The list's pages: the list, its news as they happen, search, and being at the desk."""

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response
from sse_starlette import EventSourceResponse

from bot.desk.desk import Desk
from bot.desk.inbox import listing, people
from bot.desk.inbox.listing import Filters
from bot.desk.permissions import Permission
from bot.desk.shell import stream
from bot.desk.shell.routes import inside
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from errors import BadInput

_CAPACITY = 5
_MOST = 50
_LOOK = {name: {"event": name, "data": ""} for name in ("hello", "lines", "list")}
CONVERSATIONS = Permission.CONVERSATIONS


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/inbox")
    async def inbox(
        given: Annotated[Filters, Query()], visit: Visit = view(CONVERSATIONS, csrf=False)
    ) -> Response:
        shown = await listing.shown(desk, people.actor(visit), given)
        presence = await desk.transactions.read(people.own_presence, visit.account.id)
        return visit.page("inbox/inbox.html", shown=shown, open_contact="", presence=presence)

    @routes.get("/inbox/list")
    async def part(
        given: Annotated[Filters, Query()],
        contact: Annotated[str, Query(max_length=64)] = "",
        visit: Visit = view(CONVERSATIONS, csrf=False, passive=True),
    ) -> Response:
        shown = await listing.shown(desk, people.actor(visit), given)
        return visit.page("inbox/list.html", shown=shown, open_contact=contact)

    @routes.get("/inbox/events")
    async def events(
        contact: Annotated[str, Query(max_length=64)] = "",
        visit: Visit = view(CONVERSATIONS, csrf=False, passive=True),
    ) -> Response:
        return EventSourceResponse(_news(desk, visit, contact), ping=20)

    @routes.post("/inbox/here")
    async def here(
        status: Annotated[str, Form()] = "here",
        visit: Visit = view(CONVERSATIONS, csrf=True, passive=True),
    ) -> Response:
        await _be_here(desk, visit, status)
        return Response(status_code=204)

    @routes.post("/inbox/presence")
    async def presence(
        capacity: Annotated[int, Form(ge=0, le=100)],
        spoken: Annotated[list[str], Form(alias="languages")],
        back: Annotated[str, Form()] = "/inbox",
        visit: Visit = view(CONVERSATIONS, csrf=True),
    ) -> Response:
        if not set(spoken) <= set(desk.speech.languages):
            raise BadInput("no such language")
        await desk.handoff.here(people.actor(visit), languages=spoken, capacity=capacity)
        visit.flash("inbox_presence_kept")
        return visit.go(inside(back))

    @routes.get("/inbox/search")
    async def search(
        q: Annotated[str, Query(max_length=200)] = "",
        visit: Visit = view(CONVERSATIONS, csrf=False),
    ) -> Response:
        found = await desk.handoff.search(people.actor(visit), q, limit=_MOST)
        await visit.record("conversation.search", found=len(found))
        return visit.page("inbox/search.html", q=q, found=found, most=_MOST)

    return routes


async def _be_here(desk: Desk, visit: Visit, status: str) -> None:
    """A sign of life, with the languages and the number of conversations that were said last."""
    kept = await desk.transactions.read(people.own_presence, visit.account.id)
    languages = kept.languages if kept and kept.languages else [visit.language]
    capacity = kept.capacity if kept else _CAPACITY
    actor = people.actor(visit)
    await desk.handoff.here(actor, languages=languages, capacity=capacity, status=status)


async def _news(desk: Desk, visit: Visit, contact: str) -> AsyncGenerator[dict[str, str], None]:
    """What has to be looked up anew: the list, or the lines of the conversation that is open.

    Nothing of a conversation goes this way, not even whose it is.
    """
    yield _LOOK["hello"]
    async for event in stream.while_it_holds(visit, desk.handoff.events(people.actor(visit))):
        if contact and event.contact_id == contact:
            yield _LOOK["lines"]
        else:
            yield _LOOK["list"]
