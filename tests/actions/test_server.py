"""The action server over real HTTP."""

import socket

import httpx
import pytest
import yaml
from sanic import Sanic

from actions.__main__ import make_app
from languages.replies import get_replies
from settings import ROOT

# The two follow different numbers; the protocol between them is the same.
pytestmark = pytest.mark.filterwarnings("ignore:Your versions of rasa")


@pytest.fixture
async def server(monkeypatch):
    monkeypatch.setattr(Sanic, "test_mode", True)  # several of one name in a process
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        made = await make_app().create_server(
            sock=listening, return_asyncio_server=True, access_log=False
        )
        await made.startup()
        await made.before_start()
        await made.start_serving()
        port = listening.getsockname()[1]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield client
        await made.close()


def call(action, **tracker):
    return {
        "next_action": action,
        "sender_id": "amal",
        "domain": {},
        "version": "3.6.21",
        "tracker": {
            "sender_id": "amal",
            "slots": {"language": "ar", "search": None},
            "latest_message": {"text": "x", "intent": {"name": "cancel"}, "entities": []},
            "events": [],
            "active_loop": {},
            **tracker,
        },
    }


async def test_it_says_that_it_lives(server):
    answer = await server.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_an_action_answers_as_rasa_expects(server):
    answer = await server.post("/webhook", json=call("action_cancel"))
    assert answer.status_code == 200
    body = answer.json()
    (said,) = body["responses"]
    assert said["text"] == get_replies().text("nothing_to_cancel", "ar")
    assert body["events"][-1]["name"] == "action_listen"
    assert {"event": "slot", "timestamp": None, "name": "search", "value": None} in body["events"]


async def test_every_action_of_the_domain_is_there(server):
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    served = {row["name"] for row in (await server.get("/actions")).json()}
    assert served == set(domain["actions"])


async def test_an_action_nobody_knows_is_refused(server):
    answer = await server.post("/webhook", json=call("action_of_nobody"))
    assert (answer.status_code, answer.json()["action_name"]) == (404, "action_of_nobody")


@pytest.mark.parametrize("search", [{"kind": "offer", "salary": 3}, "x", [1]])
async def test_a_slot_of_another_version_is_no_failure(server, search):
    slots = {"language": None, "search": search}
    answer = await server.post("/webhook", json=call("action_show_more", slots=slots))
    assert answer.status_code == 200
    assert answer.json()["responses"]
