"""A conversation's pages: the whole, its newest lines, its card, listings to send, and on paper."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from bot.desk.answers import service as answers
from bot.desk.conversation import facts, listings, paper
from bot.desk.desk import Desk
from bot.desk.inbox import listing, people
from bot.desk.inbox.listing import Filters
from bot.desk.permissions import Permission
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from bot.handoff.service import OUTCOMES
from bot.handoff.views import Card, Line
from errors import NotThere

CONVERSATIONS = Permission.CONVERSATIONS
_PAGE = 50


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/conversations/{contact_id}")
    async def conversation(
        contact_id: str,
        given: Annotated[Filters, Query()],
        visit: Visit = view(CONVERSATIONS, csrf=False),
    ) -> Response:
        card, lines = await _read(desk, visit, contact_id)
        await visit.record("conversation.open", ("conversation", contact_id))
        if seen := facts.last_of_person(lines):
            await desk.handoff.seen(people.actor(visit), card.item.id, seen)
        context = await _context(desk, visit, given, card, lines)
        return visit.page("conversation/conversation.html", **context)

    @routes.get("/conversations/{contact_id}/lines")
    async def newest(
        contact_id: str,
        before: Annotated[datetime | None, Query()] = None,
        visit: Visit = view(CONVERSATIONS, csrf=False, passive=True),
    ) -> Response:
        card, lines = await _read(desk, visit, contact_id, before)
        response = visit.page("conversation/lines.html", **await _lines(desk, card, lines))
        return _with_state(response, card, lines)

    @routes.get("/conversations/{contact_id}/card")
    async def details(
        contact_id: str, visit: Visit = view(CONVERSATIONS, csrf=False, passive=True)
    ) -> Response:
        card, _ = await _read(desk, visit, contact_id)
        names = await facts.names_in(desk, card.notes, card.item, *card.before)
        booked = await desk.transactions.read(facts.booked, contact_id)
        return visit.page("conversation/card.html", card=card, names=names, booked=booked)

    @routes.get("/conversations/{contact_id}/listings")
    async def found(
        contact_id: str,
        wanted: Annotated[listings.Wanted, Query()],
        visit: Visit = view(CONVERSATIONS, csrf=False),
    ) -> Response:
        card, _ = await _read(desk, visit, contact_id)
        rows = await desk.transactions.read(
            listings.find, wanted, visit.language, desk.speech.profile.country
        )
        return visit.page("conversation/listings.html", card=card, rows=rows, wanted=wanted)

    paper.add(routes, desk)
    return routes


async def _read(
    desk: Desk, visit: Visit, contact_id: str, before: datetime | None = None
) -> tuple[Card, list[Line]]:
    """The card and a page of lines; 404, recorded, where they are not the visitor's to see."""
    actor = people.actor(visit)
    try:
        card = await desk.handoff.card(actor, contact_id)
        lines = await desk.handoff.transcript(actor, contact_id, before=before, limit=_PAGE)
    except NotThere:
        raise await visit.missing("conversation") from None
    return card, lines


async def _lines(desk: Desk, card: Card, lines: list[Line]) -> dict[str, Any]:
    return {
        "contact_id": card.item.contact_id,
        "days": list(facts.days(lines, desk.zone)),
        "names": await facts.names_in(desk, [*lines, *card.notes], card.item, *card.before),
        "teams": {one.id: one.name for one in await desk.handoff.teams()},
        "older": lines[0].at if len(lines) >= _PAGE else None,
    }


def _with_state(response: HTMLResponse, card: Card, lines: list[Line]) -> Response:
    response.headers["X-Desk-State"] = facts.state(card.item)
    response.headers["X-Desk-Seen"] = facts.last_of_person(lines)
    return response


async def _context(
    desk: Desk, visit: Visit, given: Filters, card: Card, lines: list[Line]
) -> dict[str, Any]:
    actor = people.actor(visit)
    presence = await desk.transactions.read(people.own_presence, visit.account.id)
    offered = await desk.transactions.read(answers.everything, desk.speech)
    return {
        **await _lines(desk, card, lines),
        "shown": await listing.shown(desk, actor, listing.around(given, card.item, actor)),
        "open_contact": card.item.contact_id,
        "booked": await desk.transactions.read(facts.booked, card.item.contact_id),
        "presence": presence,
        "card": card,
        "item": card.item,
        "mine": card.item.state == "held" and card.item.account_id == actor.id,
        "may_act": card.item.state == "held"
        and (card.item.account_id == actor.id or actor.supervises),
        "state": facts.state(card.item),
        "composer": facts.composer(desk, actor, card.item),
        "colleagues": [
            one for one in await desk.handoff.colleagues() if one.account_id != actor.id
        ],
        "outcomes": OUTCOMES,
        "most_bytes": desk.settings.files_megabytes * 1024 * 1024,
        "answers": offered,
        "kinds": listings.KINDS,
    }
