"""What a counsellor does in a conversation: each a form of its own, told of to the audit trail."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import JSONResponse, Response

from bot.desk.answers import service as answers
from bot.desk.conversation.once import Once
from bot.desk.desk import Desk
from bot.desk.inbox import people
from bot.desk.permissions import Permission
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from bot.handoff.views import Actor, Item
from errors import BadInput, Gone, NotThere, NotYours, PartUnavailable, Taken, TawjihError

CONVERSATIONS = Permission.CONVERSATIONS
Text = Annotated[str, Form(max_length=20_000)]
Short = Annotated[str, Form(max_length=64)]
Act = Callable[[Actor], Awaitable[Any]]
_ERRORS: tuple[tuple[type[TawjihError], int, str], ...] = (
    (NotYours, 403, "act_not_yours"),
    (Taken, 409, "act_taken"),
    (Gone, 410, "act_gone"),
    (BadInput, 400, "act_bad_input"),
    (PartUnavailable, 503, "act_away"),
)


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/handoffs/{handoff_id}")
    service = desk.handoff
    doing = Doing(desk)

    @routes.post("/take")
    async def take(handoff_id: int, visit: Visit = view(CONVERSATIONS, csrf=True)) -> Response:
        act = "conversation.take"
        return await doing.act(visit, handoff_id, act, lambda who: service.take(who, handoff_id))

    @routes.post("/say")
    async def say(  # noqa: PLR0913, PLR0917 - a form's fields
        handoff_id: int,
        text: Text = "",
        kind: Short = "reply",
        plain: Short = "",
        mark: Short = "",
        visit: Visit = view(CONVERSATIONS, csrf=True),
    ) -> Response:
        if kind == "note":
            return await doing.act(
                visit,
                handoff_id,
                "conversation.note",
                lambda who: service.note(who, handoff_id, text),
                mark,
            )
        return await doing.act(
            visit,
            handoff_id,
            "conversation.send",
            lambda who: service.send(who, handoff_id, text, translate=not plain),
            mark,
        )

    @routes.post("/answer")
    async def answer(
        handoff_id: int,
        key: Short,
        mark: Short = "",
        visit: Visit = view(CONVERSATIONS, csrf=True),
    ) -> Response:
        texts = await desk.transactions.read(answers.texts, desk.speech, key)
        return await doing.act(
            visit,
            handoff_id,
            "conversation.send",
            lambda who: service.send_texts(who, handoff_id, texts),
            mark,
        )

    @routes.post("/listing")
    async def listing(
        handoff_id: int,
        listing_id: Annotated[int, Form(ge=1, le=2**31 - 1)],
        mark: Short = "",
        visit: Visit = view(CONVERSATIONS, csrf=True),
    ) -> Response:
        return await doing.act(
            visit,
            handoff_id,
            "conversation.send",
            lambda who: service.send_listing(who, handoff_id, listing_id),
            mark,
        )

    @routes.post("/transfer")
    async def transfer(
        handoff_id: int,
        to: Short = "",
        note: Text = "",
        visit: Visit = view(CONVERSATIONS, csrf=True),
    ) -> Response:
        kind, _, which = to.partition(":")
        team = int(which) if kind == "team" and which.isascii() and which.isdecimal() else None
        account = which if kind == "account" and which else None
        return await doing.act(
            visit,
            handoff_id,
            "conversation.transfer",
            lambda who: service.transfer(who, handoff_id, account=account, team=team, note=note),
        )

    @routes.post("/close")
    async def close(
        handoff_id: int,
        outcome: Short = "",
        ask: Short = "",
        visit: Visit = view(CONVERSATIONS, csrf=True),
    ) -> Response:
        return await doing.act(
            visit,
            handoff_id,
            "conversation.close",
            lambda who: service.close(who, handoff_id, outcome, ask=bool(ask)),
        )

    @routes.post("/give-back")
    async def give_back(handoff_id: int, visit: Visit = view(CONVERSATIONS, csrf=True)) -> Response:
        return await doing.act(
            visit,
            handoff_id,
            "conversation.give_back",
            lambda who: service.give_back(who, handoff_id),
        )

    @routes.post("/seen")
    async def seen(
        handoff_id: int,
        key: Short = "",
        visit: Visit = view(CONVERSATIONS, csrf=True, passive=True),
    ) -> Response:
        await service.seen(people.actor(visit), handoff_id, key)
        return Response(status_code=204)

    return routes


class Doing:
    """Does an act, tells the audit trail, and puts into words why it could not be done."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._once = Once()

    async def act(
        self, visit: Visit, handoff_id: int, action: str, act: Act, mark: str = ""
    ) -> Response:
        """Do something in a conversation, and lead back to it."""
        actor = people.actor(visit)
        item = await self._item(visit, actor, handoff_id)

        async def done() -> None:
            await act(actor)
            await visit.record(action, ("conversation", item.contact_id), handoff=handoff_id)

        try:
            await self._once.do(actor.id, mark and f"{handoff_id} {mark}", done)
        except NotThere:
            return await self._refused(visit, item, NotThere(), 404, "act_not_there")
        except tuple(kind for kind, _, _ in _ERRORS) as error:
            status, word = next((s, w) for kind, s, w in _ERRORS if isinstance(error, kind))
            return await self._refused(visit, item, error, status, word)
        return Response(status_code=204) if visit.partial else _back(visit, item)

    async def _item(self, visit: Visit, actor: Actor, handoff_id: int) -> Item:
        """The conversation; 404, recorded, where it is not the visitor's to see."""
        try:
            return await self._desk.handoff.item(actor, handoff_id)
        except NotThere:
            raise await visit.missing("conversation") from None

    async def _refused(
        self, visit: Visit, item: Item, error: TawjihError, status: int, word: str
    ) -> Response:
        if isinstance(error, NotYours):
            await visit.denied("conversation")
            if not visit.partial:
                raise HTTPException(status)
        words = {"name": await self._name(error)} if isinstance(error, Taken) else {}
        if visit.partial:
            return JSONResponse({"words": visit.t(word, **words)}, status)
        visit.flash(word, "bad", **words)
        return _back(visit, item)

    async def _name(self, error: Taken) -> str:
        known = await self._desk.transactions.read(people.names, [error.account_id])
        return known.get(error.account_id or "", "–")


def _back(visit: Visit, item: Item) -> Response:
    return visit.go(f"/conversations/{item.contact_id}")
