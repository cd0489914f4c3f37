"""GET /health: whether each part of the house answers."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.dialogue_client import DialogueClient
from bot.transactions import Transactions
from catalogue.feeds import history
from errors import PartUnavailable


def router(dialogue: DialogueClient, transactions: Transactions) -> APIRouter:
    """The route: 200 when all parts answer, else 503; either way each part by name."""
    routes = APIRouter()

    @routes.get("/health")
    async def health() -> JSONResponse:
        up = await asyncio.gather(
            dialogue.dialogue_is_up(), dialogue.actions_are_up(), _database_is_up(transactions)
        )
        names = ("dialogue", "actions", "database")
        parts = {name: "ok" if ok else "away" for name, ok in zip(names, up, strict=True)}
        healthy = all(up)
        body: dict[str, object] = {"status": "ok" if healthy else "degraded", "parts": parts}
        if alarms := await _alarms(transactions):
            body["alarms"] = alarms
        return JSONResponse(body, 200 if healthy else 503)

    return routes


async def _alarms(transactions: Transactions) -> list[str]:
    """What somebody should look at although every part answers."""
    try:
        found = await asyncio.wait_for(transactions.read(history.alarming), 3)
    except (PartUnavailable, TimeoutError):
        return []
    # Which feed and what became of it; what exactly went wrong, `tawjih feeds status` tells.
    return [f"feed {run.feed} {run.state}" for run in found]


async def _database_is_up(transactions: Transactions) -> bool:
    try:
        await asyncio.wait_for(transactions.read(_ask), 3)
    except (PartUnavailable, TimeoutError):
        return False
    return True


def _ask(session: Session) -> None:
    session.execute(text("SELECT 1"))
