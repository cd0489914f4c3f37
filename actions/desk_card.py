"""The card of a listing that a counsellor sends: GET /listing/<id>?language=fr, for the edge."""

import asyncio
from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker
from sanic import HTTPResponse, Request, Sanic
from sanic.response import json

from actions import cards, saved
from actions.translated import ask_for_missing
from actions.turn import Turn
from catalogue.search import get
from languages.registry import get_languages
from store.engine import get_database

Body = dict[str, Any]
_NOT_FOUND = 404


def add_to(app: Sanic[Any, Any]) -> None:
    """Add the route to the action server."""
    app.add_route(_answer, "/listing/<listing_id:int>", methods=["GET"])


async def _answer(request: Request[Any, Any], listing_id: int) -> HTTPResponse:
    language = request.args.get("language")
    known = language if language in get_languages() else None
    made = await asyncio.to_thread(body, listing_id, known)
    return json({"error": "no such listing"}, _NOT_FOUND) if made is None else json(made)


def body(listing_id: int, language: str | None) -> Body | None:
    """The message with one card; None when there is no such listing.

    Args:
        listing_id: the catalogue's.
        language: to show it in; None is the deployment's.
    """
    said = CollectingDispatcher()
    slots = {"language": language}
    turn = Turn(said, Tracker("desk", slots, {}, [], False, None, {}, None))  # noqa: FBT003 - its order
    with get_database().read() as session:
        listing = get(session, listing_id)
        if listing is None:
            return None
        # Without buttons: while a counsellor is there, the machine answers none.
        card = {**cards.card(session, turn, listing), "buttons": []}
    saved.utter(turn, turn.words("desk_listing"), [card], [])
    ask_for_missing(turn)
    [message] = said.messages
    return {name: message[name] for name in ("text", "custom") if message.get(name)}
