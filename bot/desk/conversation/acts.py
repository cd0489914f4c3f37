"""What a counsellor does in a conversation: each a form of its own, told of to the audit trail."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from bot.desk.answers import service as answers
from bot.desk.audit import trail
from bot.desk.conversation import facts, once
from bot.desk.desk import Desk
from bot.desk.inbox import people
from bot.desk.permissions import Permission
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from bot.handoff import looks
from bot.handoff.service import HandoffService
from bot.handoff.views import Actor, Item
from errors import (
    BadInput,
    Done,
    Gone,
    NotThere,
    NotYours,
    PartUnavailable,
    Refused,
    Taken,
    TawjihError,
)

CONVERSATIONS = Permission.CONVERSATIONS
Text = Annotated[str, Form(max_length=20_000)]
Short = Annotated[str, Form(max_length=64)]
Act = Callable[[HandoffService, Actor], Awaitable[Any]]
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
    _words(routes, desk)
    _moves(routes, desk)
    return routes


def _words(routes: APIRouter, desk: Desk) -> None:
    doing = Doing(desk)

    @routes.post("/say")
    async def say(  # noqa: PLR0913, PLR0917 - a form's fields
        handoff_id: int,
        text: Text = "",
        kind: Short = "reply",
        plain: Short = "",
        mark: Short = "",
        visit: Visit = view(CONVERSATIONS, csrf=True),
    ) -> Response:
        async def write(service: HandoffService, who: Actor) -> None:
            if kind == "note":
                await service.note(who, handoff_id, text)
            else:
                await service.send(who, handoff_id, text, translate=not plain)

        action = "conversation.note" if kind == "note" else "conversation.send"
        form = Sent(handoff_id, action, once.key_of(mark, handoff_id, kind, text))
        return await doing.act(visit, form, write)

    @routes.post("/answer")
    async def answer(
        handoff_id: int,
        key: Short,
        mark: Short = "",
        visit: Visit = view(CONVERSATIONS, csrf=True),
    ) -> Response:
        texts = await desk.transactions.read(answers.texts, desk.speech, key)
        form = Sent(handoff_id, "conversation.send", once.key_of(mark, handoff_id, "answer", key))
        return await doing.act(
            visit, form, lambda service, who: service.send_texts(who, handoff_id, texts)
        )

    @routes.post("/listing")
    async def listing(
        handoff_id: int,
        listing_id: Annotated[int, Form(ge=1, le=2**31 - 1)],
        mark: Short = "",
        visit: Visit = view(CONVERSATIONS, csrf=True),
    ) -> Response:
        key = once.key_of(mark, handoff_id, "listing", listing_id)
        return await doing.act(
            visit,
            Sent(handoff_id, "conversation.send", key),
            lambda service, who: service.send_listing(who, handoff_id, listing_id),
        )

    @routes.post("/seen")
    async def seen(
        handoff_id: int,
        key: Short = "",
        visit: Visit = view(CONVERSATIONS, csrf=True, passive=True),
    ) -> Response:
        await desk.handoff.seen(people.actor(visit), handoff_id, key)
        return Response(status_code=204)


def _moves(routes: APIRouter, desk: Desk) -> None:
    doing = Doing(desk)

    @routes.post("/take")
    async def take(
        handoff_id: int, mark: Short = "", visit: Visit = view(CONVERSATIONS, csrf=True)
    ) -> Response:
        form = Sent(handoff_id, "conversation.take", once.key_of(mark, handoff_id, "take"))
        return await doing.act(visit, form, lambda service, who: service.take(who, handoff_id))

    @routes.post("/transfer")
    async def transfer(
        handoff_id: int,
        to: Short = "",
        note: Text = "",
        mark: Short = "",
        visit: Visit = view(CONVERSATIONS, csrf=True),
    ) -> Response:
        kind, _, which = to.partition(":")
        team = int(which) if kind == "team" and which.isascii() and which.isdecimal() else None
        account = which if kind == "account" and which else None
        key = once.key_of(mark, handoff_id, "transfer", to, note)
        return await doing.act(
            visit,
            Sent(handoff_id, "conversation.transfer", key),
            lambda service, who: service.transfer(
                who, handoff_id, account=account, team=team, note=note
            ),
        )

    @routes.post("/close")
    async def close(
        handoff_id: int,
        outcome: Short = "",
        ask: Short = "",
        mark: Short = "",
        visit: Visit = view(CONVERSATIONS, csrf=True),
    ) -> Response:
        key = once.key_of(mark, handoff_id, "close", outcome, ask)
        return await doing.act(
            visit,
            Sent(handoff_id, "conversation.close", key),
            lambda service, who: service.close(who, handoff_id, outcome, ask=bool(ask)),
        )

    @routes.post("/give-back")
    async def give_back(
        handoff_id: int, mark: Short = "", visit: Visit = view(CONVERSATIONS, csrf=True)
    ) -> Response:
        key = once.key_of(mark, handoff_id, "give_back")
        return await doing.act(
            visit,
            Sent(handoff_id, "conversation.give_back", key),
            lambda service, who: service.give_back(who, handoff_id),
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """What came: in which conversation, what it does (its word in the audit trail), its key."""

    handoff_id: int
    action: str
    key: str


class Doing:
    """Does an act, its line in the audit trail with it, and says why it could not be done."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def act(self, visit: Visit, form: Sent, act: Act) -> Response:
        """Do something in a conversation, and lead back to it."""
        actor = people.actor(visit)
        try:
            item = await self._item(visit, actor, form)
        except Taken as error:
            return await self._refused(visit, "/inbox", error, 409, "act_taken")
        if item is None:
            return _over(visit, "/inbox")

        shut = facts.window_of(self._desk, item)
        if shut.shut and form.action.startswith("conversation.send"):
            return await self._refused(visit, _page(item), Refused(shut.note), 409, shut.note)

        def first(session: Session) -> None:
            once.claim(session, actor.id, form.key)
            subject = ("conversation", item.contact_id)
            trail.record(session, visit.actor, form.action, subject, handoff=form.handoff_id)

        try:
            await act(self._desk.handoff.begun_by(first), actor)
        except Done:
            pass
        except NotThere:
            return await self._refused(visit, _page(item), NotThere(), 404, "act_not_there")
        except tuple(kind for kind, _, _ in _ERRORS) as error:
            status, word = next((s, w) for kind, s, w in _ERRORS if isinstance(error, kind))
            return await self._refused(visit, _page(item), error, status, word)
        return _over(visit, _page(item))

    async def _item(self, visit: Visit, actor: Actor, form: Sent) -> Item | None:
        """The conversation; 404, recorded, where it is not the visitor's to see.

        None: it was, until this very form came for the first time.

        Raises:
            Taken: it was, until a colleague took it just now.
        """
        try:
            return await self._desk.handoff.item(actor, form.handoff_id)
        except NotThere:
            if await self._desk.transactions.read(once.is_done, actor.id, form.key):
                return None
            taker = await self._desk.transactions.read(looks.just_taken, form.handoff_id)
            if taker and form.action == "conversation.take":
                raise Taken(taker) from None
            raise await visit.missing("conversation") from None

    async def _refused(
        self, visit: Visit, path: str, error: TawjihError, status: int, word: str
    ) -> Response:
        if isinstance(error, NotYours):
            await visit.denied("conversation")
            if not visit.partial:
                raise HTTPException(status)
        words = {"name": await self._name(error)} if isinstance(error, Taken) else {}
        if visit.partial:
            return JSONResponse({"words": visit.t(word, **words)}, status)
        visit.flash(word, "bad", **words)
        return visit.go(path)

    async def _name(self, error: Taken) -> str:
        known = await self._desk.transactions.read(people.names, [error.account_id])
        return known.get(error.account_id or "", "–")


def _over(visit: Visit, path: str) -> Response:
    return Response(status_code=204) if visit.partial else visit.go(path)


def _page(item: Item) -> str:
    return f"/conversations/{item.contact_id}"
