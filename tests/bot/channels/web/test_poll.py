"""The web channel where WebSockets are blocked: the same frames in plain requests."""

import asyncio
import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import create_app
from bot.channels import rest
from bot.channels.web.channel import Web
from bot.channels.web.frames import parse_poll
from bot.channels.web.origins import Origins
from bot.channels.web.visitors import Visitors, address_of
from bot.channels.web.windows import OpenWindows, WaitingWindow
from bot.models import IncomingRow, ReplyRow
from errors import BadInput
from store.engine import Database
from tests.bot.conftest import until
from tests.bot.fake_dialogue import running

SITE = "https://www.town.example"
POLL = "/webhooks/web/poll"


@pytest.fixture
def database(settings):
    database = Database(settings.database)
    yield database
    database.close()


def made(poll_seconds):
    return lambda settings, speech: Web(
        speech, Visitors(settings.visitors_secret), Origins(SITE), poll_seconds
    )


@pytest.fixture
async def client(settings):
    with running(create_app(settings, [rest.make, made(60)])) as url:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
            yield client


class Window:
    """A browser window that polls, as the widget does."""

    def __init__(self, client, visitor=None):
        self.client = client
        self.hello = {"type": "hello", "visitor": visitor, "language": "en", "agreed": True}
        self.after = None

    async def ask(self, *frames, wait=False):
        body = {"hello": self.hello, "frames": frames, "after": self.after, "wait": wait}
        answer = (await self.client.post(POLL, content=json.dumps(body))).raise_for_status().json()
        self.after = max(self.after or 0, answer["after"])
        for frame in answer["frames"]:
            self.hello["visitor"] = frame.get("visitor", self.hello["visitor"])
        return answer["frames"]

    async def reply(self):
        """Ask until there is an answer."""
        async with asyncio.timeout(60):
            while True:
                for frame in await self.ask(wait=True):
                    if frame["type"] in {"reply", "missed"}:
                        return frame


def text(number, words="salut"):
    return {"type": "text", "id": str(number), "text": words}


def said(frame):
    """The service's words in a reply, or in what was missed."""
    if frame["type"] == "reply":
        return [body["text"] for body in frame["messages"]]
    items = [item for item in frame["history"] if item["from"] == "service"]
    return [body["text"] for item in items for body in item["messages"]]


async def test_a_visitor_is_greeted_and_answered(client, dialogue):
    window = Window(client)
    (welcome,) = await window.ask()
    assert welcome["type"] == "welcome"
    assert welcome["greeting"]["text"].startswith("Hello")
    taken = await window.ask(text(1))
    assert taken[0] == {"type": "received", "id": "1"}
    assert said(await window.reply()) == ["echo salut"]
    assert dialogue.asked[0]["metadata"]["channel"] == "web"


async def test_an_answer_is_told_once_to_each_window(client):
    one = Window(client)
    await one.ask()
    two = Window(client, one.hello["visitor"])
    await two.ask()
    waiting = asyncio.create_task(two.reply())
    await one.ask(text(1))
    assert said(await one.reply()) == ["echo salut"]
    assert said(await waiting) == ["echo salut"]
    for window in (one, two):
        assert await window.ask() == []


async def test_what_came_between_two_requests_is_not_lost(client, dialogue, database):
    window = Window(client)
    await window.ask()
    dialogue.stall()
    await window.ask(text(1))
    dialogue.go_on()
    await until(lambda: _count(database, ReplyRow, status="pending") == 1)
    assert said((await window.ask(wait=True))[0]) == ["echo salut"]
    await until(lambda: _count(database, ReplyRow, status="pending") == 0)


async def test_a_response_that_was_lost_is_told_again(client):
    window = Window(client)
    await window.ask()
    await window.ask(text(1))
    await window.reply()
    window.after = 0  # as if the answer had never arrived
    assert said((await window.ask())[0]) == ["echo salut"]


async def test_the_same_id_twice_is_one_message(client, dialogue, database):
    window = Window(client)
    await window.ask()
    await window.ask(text(1))
    await window.reply()
    again = await window.ask(text(1))
    assert [frame["type"] for frame in again] == ["received", "reply"]
    assert len(dialogue.asked) == _count(database, IncomingRow) == 1


async def test_a_request_without_news_ends_by_itself(settings):
    with running(create_app(settings, [rest.make, made(0.05)])) as url:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
            window = Window(client)
            await window.ask()
            assert await window.ask(wait=True) == []


async def test_a_window_that_was_left_is_closed_at_once(settings):
    webs = []

    def make(settings, speech):
        webs.append(made(60)(settings, speech))
        return webs[0]

    with running(create_app(settings, [rest.make, make])) as url:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
            window = Window(client)
            await window.ask()
            address = address_of(window.hello["visitor"].partition(".")[0])
            waiting = asyncio.create_task(window.ask(wait=True))
            await until(lambda: webs[0].here(address))
            waiting.cancel()
            await until(lambda: not webs[0].here(address))


def test_a_visitor_may_have_ten_windows():
    windows = OpenWindows()
    ten = [WaitingWindow(None) for _ in range(10)]
    assert all(windows.add("amal", window) for window in ten)
    assert not windows.add("amal", WaitingWindow(None))
    assert windows.add("badr", WaitingWindow(None))
    windows.forget(ten[0])
    assert windows.add("amal", WaitingWindow(None))


async def test_who_has_not_agreed_stays_outside(client, dialogue):
    window = Window(client)
    window.hello["agreed"] = False
    body = {"hello": window.hello, "frames": [text(1)]}
    answer = await client.post(POLL, json=body)
    assert answer.status_code == 400
    assert answer.json()["frames"] == [{"type": "error", "reason": "agree_first"}]
    assert dialogue.asked == []


async def test_allowed_sites_may_read_the_answer_and_others_may_not_ask(client, dialogue):
    body = {"hello": Window(client).hello, "frames": [text(1)]}
    ours = await client.post(POLL, json=body, headers={"Origin": SITE})
    assert ours.headers["access-control-allow-origin"] == SITE
    assert ours.headers["vary"] == "Origin"
    assert "set-cookie" not in ours.headers
    strange = await client.post(POLL, json=body, headers={"Origin": "https://evil.example"})
    assert strange.status_code == 403
    assert strange.json() == {"type": "error", "reason": "origin"}
    assert await _asked(dialogue) == 1


async def _asked(dialogue):
    await until(lambda: dialogue.asked)
    return len(dialogue.asked)


async def test_an_address_that_brings_too_much_is_told_to_come_later(settings):
    few = settings.model_copy(update={"rate_address": "2/day"})
    with running(create_app(few)) as url:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
            window = Window(client)
            await window.ask()
            frames = [await window.ask(text(number)) for number in range(3)]
    assert [{"type": "error", "reason": "unavailable"} in told for told in frames] == [
        False,
        False,
        True,
    ]


HELLO = {"type": "hello", "agreed": True}
BAD = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\x00",
    b"[" * 10_000,
    json.dumps({"hello": None}).encode(),
    json.dumps({"hello": HELLO, "after": -1}).encode(),
    json.dumps({"hello": HELLO, "after": 2**70}).encode(),
    json.dumps({"hello": HELLO, "after": "1"}).encode(),
    json.dumps({"hello": HELLO, "frames": [HELLO]}).encode(),
    json.dumps({"hello": HELLO, "frames": [text(1)] * 11}).encode(),
    json.dumps({"hello": HELLO, "frames": [{**text(1), "id": "a b"}]}).encode(),
    json.dumps(
        {"hello": HELLO, "frames": [{"type": "button", "id": "1", "payload": "x"}]}
    ).encode(),
    json.dumps({"hello": HELLO, "admin": True}).encode(),
]


async def test_a_bad_request_gets_an_error_and_changes_nothing(client, database):
    for body in BAD:
        answer = await client.post(POLL, content=body)
        assert answer.status_code == 400, body
        assert answer.json()["frames"] == [{"type": "error", "reason": "not_understood"}], body
    assert _count(database, IncomingRow) == 0


async def test_a_body_that_is_too_large_is_refused(client):
    answer = await client.post(POLL, content=b" " * 3_000_000)
    assert answer.status_code == 413


@given(st.binary() | st.recursive(st.none() | st.text(), st.lists).map(json.dumps).map(str.encode))
def test_any_body_is_read_or_refused(body):
    with pytest.raises(BadInput):
        parse_poll(body)


def _count(database, kind, **values):
    with database.read() as session:
        return session.query(kind).filter_by(**values).count()
