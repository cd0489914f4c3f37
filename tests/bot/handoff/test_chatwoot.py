"""Chatwoot as the desk: payloads of its form, and a server that speaks its client API."""

import hashlib
import hmac
import json
import time
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.app import create_app
from errors import SettingsError
from tests.bot.conftest import until
from tests.bot.fake_dialogue import serve
from tests.bot.handoff.conftest import SALMA, desk, settings_of

PAYLOADS = Path(__file__).parent / "payloads"
SECRET = "chatwoot's own"
pytestmark = pytest.mark.asyncio(loop_scope="module")


class FakeChatwoot:
    """Its client API: contacts, conversations, messages, and whether they are resolved."""

    def __init__(self):
        self.contacts, self.said, self.resolved = [], [], []
        self.away = False

    async def contact(self, request):
        if self.away:
            return JSONResponse({}, 503)
        self.contacts.append(await request.json())
        return JSONResponse({"source_id": self.contacts[-1]["source_id"]})

    async def conversation(self, request):
        return JSONResponse({"id": 12})

    async def message(self, request):
        source = request.path_params["source"]
        self.said.append((source, (await request.json())["content"]))
        return JSONResponse({"id": len(self.said)})

    async def toggle(self, request):
        self.resolved.append(request.path_params["source"])
        return JSONResponse({})

    def start(self):
        contacts = "/public/api/v1/inboxes/box/contacts"
        one = f"{contacts}/{{source}}/conversations"
        routes = [
            Route(contacts, self.contact, methods=["POST"]),
            Route(one, self.conversation, methods=["POST"]),
            Route(f"{one}/12/messages", self.message, methods=["POST"]),
            Route(f"{one}/12/toggle_status", self.toggle, methods=["POST"]),
        ]
        config = uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=0, log_config=None)
        self._server, self._thread, port = serve(config)
        self.url = f"http://127.0.0.1:{port}"

    def stop(self):
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()


@pytest.fixture(scope="module")
def fake():
    made = FakeChatwoot()
    made.start()
    yield made
    made.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def edge(tmp_path_factory, served_dialogue, migrated, fake):
    settings = settings_of(tmp_path_factory.mktemp("chatwoot"), served_dialogue, migrated)
    given = {
        "chatwoot_url": fake.url,
        "chatwoot_inbox": "box",
        "chatwoot_secret": SecretStr(SECRET),
    }
    async with desk(settings.model_copy(update=given)) as made:
        yield made


@pytest.fixture
def running(edge, dialogue):
    edge.begin(SALMA)
    return edge


def payload(name, contact_id, **changes):
    text = (PAYLOADS / f"{name}.json").read_text("utf-8").replace("SOURCE", contact_id)
    return {**json.loads(text), **changes}


async def tell(running, update, *, secret=SECRET, at=None):
    body = json.dumps(update).encode()
    stamp = str(int(at or time.time()))
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-Chatwoot-Timestamp": stamp, "X-Chatwoot-Signature": f"sha256={digest}"}
    response = await running.client.post("/webhooks/chatwoot", content=body, headers=headers)
    return response.status_code


def said(fake, running):
    return [text for source, text in fake.said if source == running.contact().id]


async def waits(running, fake):
    """Somebody who waits, and of whom Chatwoot knows; their id."""
    await running.say("asked")
    await until(lambda: said(fake, running))
    return running.contact().id


async def test_who_waits_stands_in_chatwoot_with_their_card(running, fake):
    await waits(running, fake)
    [first] = said(fake, running)
    assert first.splitlines() == [
        "reason: asked", "language: fr", "place: Casablanca", "kind: offer", "what: menuisier",
        "> asked",
    ]  # fmt: skip


async def test_an_agent_takes_it_by_writing_and_both_read_each_other(running, fake):
    contact = await waits(running, fake)
    update = payload("message_created", contact)
    assert await tell(running, update) == 200
    assert await tell(running, update) == 200  # told again: said once
    assert running.fetch() == [
        running.text("handoff_taken", name="Leïla"), "Bonjour, ici Leïla.",
    ]  # fmt: skip
    assert await running.say("enchantée") == []
    await until(lambda: said(fake, running)[-1] == "enchantée")
    assert await tell(running, payload("conversation_status_changed", contact)) == 200
    assert running.row().state == "closed"
    assert running.text("handoff_helped") in running.fetch()


async def test_pending_gives_back_to_the_machine(running, fake):
    contact = await waits(running, fake)
    await tell(running, payload("message_created", contact))
    await tell(running, payload("conversation_status_changed", contact, status="pending"))
    assert running.row().state == "returned"


async def test_who_does_not_wait_any_more_is_resolved_there(running, fake):
    contact = await waits(running, fake)
    await running.say("cancel")
    await until(lambda: contact in fake.resolved)


async def test_notes_and_other_bots_are_not_said(running, fake):
    contact = await waits(running, fake)
    sender = {"id": 1, "name": "bot", "type": "agent_bot"}
    for change in (
        {"private": True}, {"sender": sender}, {"message_type": "incoming"}, {"content": None},
        {"event": "message_updated"}, {"conversation": None}, {"id": None},
    ):  # fmt: skip
        assert await tell(running, payload("message_created", contact, **change)) == 200
    assert running.row().state == "waiting"


async def test_who_talks_with_another_counsellor_is_left_to_them(running, fake):
    contact = await waits(running, fake)
    await running.service.take(SALMA, running.row().id)
    assert await tell(running, payload("message_created", contact)) == 200
    assert running.row().account_id == "salma"
    assert await tell(running, payload("conversation_status_changed", contact)) == 200
    assert running.row().state == "held"


@pytest.mark.parametrize("forged", [{"secret": "guessed"}, {"at": 1}])
async def test_a_wrong_or_old_signature_is_refused(running, fake, forged):
    contact = await waits(running, fake)
    assert await tell(running, payload("message_created", contact), **forged) == 403
    assert running.row().state == "waiting"
    assert (await running.client.post("/webhooks/chatwoot", content=b"{}")).status_code == 403


@pytest.mark.parametrize("body", [[], "x", {"event": 5}, {"event": "message_created"}, {}])
async def test_what_is_no_update_is_ignored(running, body):
    assert await tell(running, body) == 200


async def test_away_it_is_told_later(running, fake):
    fake.away = True
    await running.say("asked")
    fake.away = False
    await running.parts.chatwoot.tell()
    await until(lambda: said(fake, running))
    assert running.row().card["chatwoot"]["conversation"] == 12


async def test_half_set_up_it_says_which_setting(tmp_path, dialogue, migrated):
    settings = settings_of(tmp_path, dialogue, migrated)
    with pytest.raises(SettingsError, match="CHATWOOT_SECRET"):
        create_app(settings.model_copy(update={"chatwoot_url": "https://desk.example"}))
