"""Chatwoot as the desk, for those who have one: its API channel and signed webhooks.

Who waits becomes a conversation there, with the card as its first message; what agents write goes
to the person; resolving closes, setting to pending gives back to the machine. Set up as told in
docs/desk/chatwoot.md. Payloads: chatwoot/chatwoot, app/listeners/webhook_listener.rb; signature:
HMAC-SHA256 of "{timestamp}.{body}" (pull requests 13573 and 13892).
"""

import hashlib
import hmac
import time
from typing import Any, Self

import structlog
from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, ValidationError

from bot.edges import Edges
from bot.handoff import chatwoot_rows as rows
from bot.handoff.bell import Bell
from bot.handoff.chatwoot_client import ChatwootClient
from bot.handoff.service import HandoffService
from bot.handoff.views import Actor, Event
from bot.periodic import Periodic
from bot.security import same
from bot.transactions import Transactions
from errors import PartBroken, PartUnavailable, SettingsError, TawjihError
from settings import Settings

log = structlog.get_logger()

ACCOUNT = "chatwoot"
"""Who holds what agents of Chatwoot hold."""
_FRESH = 300  # seconds that a signature is good for
_EVERY = 10.0


class _Inbox(BaseModel):
    source_id: str


class _Conversation(BaseModel):
    contact_inbox: _Inbox | None = None
    status: str = ""


class _Sender(BaseModel):
    name: str = ""
    type: str = ""


class Update(BaseModel):
    """What a webhook tells; of a conversation's own events, its fields stand at the top."""

    event: str
    id: int | None = None
    content: str | None = None
    message_type: str | int | None = None
    private: bool = False
    sender: _Sender | None = None
    conversation: _Conversation | None = None
    contact_inbox: _Inbox | None = None
    status: str | None = None

    @property
    def contact_id(self) -> str:
        """Our own id of the person; empty for a conversation that is none of ours."""
        inbox = self.contact_inbox or (self.conversation and self.conversation.contact_inbox)
        return inbox.source_id if inbox else ""


class Chatwoot:
    """The connector; one edge of several, that which leads, tells Chatwoot.

    Args:
        settings: where it is, which inbox, and the inbox's secret.
        transactions: the database.
        edges: this edge among the others.
        bell: tells what happens.
        service: what counsellors do.
        language: what agents write in.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts it brings together
        self,
        settings: Settings,
        transactions: Transactions,
        edges: Edges,
        bell: Bell,
        service: HandoffService,
        language: str,
    ) -> None:
        self._secret = settings.chatwoot_secret.get_secret_value()
        if not (settings.chatwoot_inbox and self._secret):
            raise SettingsError("CHATWOOT_URL: it needs CHATWOOT_INBOX and CHATWOOT_SECRET")
        self._client = ChatwootClient(settings.chatwoot_url, settings.chatwoot_inbox)
        self._db = transactions
        self._service = service
        self._language = language
        self._rounds = Periodic("chatwoot", self.tell, _EVERY, when=lambda: edges.leads)
        bell.on_event(self._hear)

    async def __aenter__(self) -> Self:
        """Begin to tell."""
        await self._rounds.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop; what was not told is told by the next edge."""
        await self._rounds.__aexit__()
        await self._client.close()

    def routes(self) -> APIRouter:
        """Where Chatwoot's webhooks arrive."""
        routes = APIRouter()

        @routes.post("/webhooks/chatwoot")
        async def webhook(request: Request) -> dict[str, str]:
            body = await request.body()
            if not self._is_signed(body, request):
                raise HTTPException(403, "the signature is wrong, or too old")
            try:
                update = Update.model_validate_json(body)
            except ValidationError:
                return {"status": "ignored"}
            await self._update(update)
            return {"status": "ok"}

        return routes

    def _is_signed(self, body: bytes, request: Request) -> bool:
        at = request.headers.get("x-chatwoot-timestamp", "")
        if not at.isdecimal() or abs(time.time() - int(at[:15])) > _FRESH:
            return False
        digest = hmac.new(self._secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
        given = request.headers.get("x-chatwoot-signature", "")
        return same(given, f"sha256={digest.hexdigest()}")

    async def _update(self, update: Update) -> None:
        said = update.event == "message_created" and update.message_type in {"outgoing", 1}
        try:
            if said and not update.private and update.sender and update.sender.type == "user":
                await self._said(update, update.sender)
            elif update.event == "conversation_status_changed":
                await self._became(update)
        except PartUnavailable:
            raise
        except TawjihError as error:
            log.info("chatwoot_not_done", event_name=update.event, why=type(error).__name__)

    async def _said(self, update: Update, sender: _Sender) -> None:
        if not update.content or update.id is None:
            return
        actor = Actor(ACCOUNT, sender.name or "Chatwoot", self._language)
        ours = await self._db.write(rows.claim, update.contact_id, update.id)
        if ours is None:
            return
        try:
            if ours.state == "waiting":
                await self._service.take(actor, ours.id)
            await self._service.send(actor, ours.id, update.content)
        except PartUnavailable:  # Chatwoot tells it again
            await self._db.write(rows.release, ours.id, update.id)
            raise

    async def _became(self, update: Update) -> None:
        ours = await self._db.read(rows.current, update.contact_id)
        if ours is None or ours.account_id != ACCOUNT:
            return
        actor = Actor(ACCOUNT, "Chatwoot", self._language)
        if update.status == "resolved":
            await self._service.close(actor, ours.id, "other")
        elif update.status == "pending":
            await self._service.give_back(actor, ours.id)

    def _hear(self, _: Event) -> None:
        self._rounds.soon()

    async def tell(self) -> None:
        """Tell Chatwoot of everything that it does not know yet."""
        for news in await self._db.read(rows.untold):
            try:
                await self._tell(news)
            except PartBroken as error:  # this one it does not take; the others it may
                log.warning("chatwoot_does_not_take", handoff=news.id, why=str(error))

    async def _tell(self, news: rows.News) -> None:
        known = news.conversation
        if known is None:
            known = await self._client.begin(news.contact_id, news.name)
            await self._db.write(rows.begun, news.id, known)
        for line in news.lines:
            await self._client.say(news.contact_id, known, line.text)
            await self._db.write(rows.told, news.id, line.upto)
        if news.over:
            await self._client.resolve(news.contact_id, known)
            await self._db.write(rows.ended, news.id)


def make(**parts: Any) -> Chatwoot | None:  # noqa: ANN401 - Chatwoot's arguments
    """The connector, if its settings are set."""
    return Chatwoot(**parts) if parts["settings"].chatwoot_url else None
