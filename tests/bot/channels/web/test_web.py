"""The web channel over real WebSockets."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot.app import create_app
from bot.channels.web.frames import parse
from bot.channels.web.visitors import address_of
from bot.models import IncomingRow, ReplyRow
from bot.speech import Speech
from errors import BadInput
from people.models import Contact
from store.engine import Database
from tests.bot.conftest import until
from tests.bot.fake_dialogue import running


@pytest.fixture
def database(settings):
    database = Database(settings.database)
    yield database
    database.close()


@pytest.fixture
def address(settings):
    with running(create_app(settings)) as address:
        yield address.replace("http", "ws") + "/webhooks/web/socket"


class Visitor:
    def __init__(self, socket):
        self.socket = socket
        self.frames = []

    async def send(self, **frame):
        await self.socket.send(json.dumps(frame))

    async def get(self, kind):
        """The next frame of a kind; those before it are kept in `frames`."""
        async with asyncio.timeout(60):
            while True:
                frame = json.loads(await self.socket.recv())
                self.frames.append(frame)
                if frame["type"] == kind:
                    return frame

    async def hello(self, visitor=None, language="fr"):
        await self.send(type="hello", visitor=visitor, language=language, agreed=True)
        return await self.get("welcome")


@asynccontextmanager
async def visit(address, **options):
    async with connect(address, **options) as socket:
        yield Visitor(socket)


async def test_a_visitor_is_greeted_and_answered(address, dialogue, settings):
    async with visit(address) as visitor:
        welcome = await visitor.hello(language="ar")
        assert welcome["greeting"] == Speech(settings).greeting("ar")
        assert (welcome["language"], welcome["rtl"], welcome["history"]) == ("ar", True, [])
        await visitor.send(type="text", id="one", text="je cherche un stage")
        reply = await visitor.get("reply")
        assert (reply["to"], reply["language"], reply["rtl"]) == ("one", "ar", True)
        assert reply["messages"][0]["custom"]["cards"]
        assert {"type": "received", "id": "one"} in visitor.frames


async def test_while_a_counsellor_is_there_no_answer_is_waited_for(address, dialogue, database):
    async with visit(address) as visitor:
        await visitor.hello()
        await visitor.send(type="text", id="one", text="salut")
        await visitor.get("reply")
        with database.write() as session:
            session.query(Contact).update({"held_by": "salma"})
        await visitor.send(type="text", id="two", text="vous êtes là ?")
        received = await visitor.get("received")
        assert received == {"type": "received", "id": "two", "quiet": True}
        assert len(dialogue.asked) == 1
    assert dialogue.asked[0]["metadata"]["channel"] == "web"


async def test_a_button_sends_its_payload_and_keeps_its_title(address, dialogue, database):
    async with visit(address) as visitor:
        welcome = await visitor.hello()
        await visitor.send(type="button", id="b", payload="/show_more", title="Voir plus")
        await visitor.get("reply")
    async with visit(address) as visitor:
        again = await visitor.hello(welcome["visitor"])
        assert again["greeting"] is None
        assert [item.get("text") for item in again["history"]] == ["Voir plus", None]
    assert dialogue.asked[0]["message"] == "/show_more"


async def test_the_database_does_not_hold_the_visitors_token(address, database):
    async with visit(address) as visitor:
        welcome = await visitor.hello()
        await visitor.send(type="text", id="one", text="salut")
        await visitor.get("reply")
    with database.read() as session:
        identity = welcome["visitor"].partition(".")[0]
        assert session.query(Contact).one().address == address_of(identity)


async def test_a_token_that_we_did_not_make_is_replaced(address):
    async with visit(address) as visitor:
        assert (await visitor.hello("a" * 43))["visitor"] != "a" * 43


async def test_who_has_not_agreed_stays_outside(address, dialogue, database):
    async with visit(address) as visitor:
        await visitor.send(type="hello", visitor=None, language="fr")
        assert (await visitor.get("error"))["reason"] == "agree_first"
        await visitor.send(type="text", id="one", text="salut")
        assert (await visitor.get("error"))["reason"] == "hello_once_and_first"
    assert dialogue.asked == []
    assert _count(database, Contact) == 0


async def test_who_has_agreed_before_is_known_and_may_go_on(address):
    async with visit(address) as visitor:
        welcome = await visitor.hello()
    async with visit(address) as visitor:
        await visitor.send(type="hello", visitor=welcome["visitor"], language="fr")
        again = await visitor.get("welcome")
    identity = [frame["visitor"].partition(".")[0] for frame in (welcome, again)]
    assert identity[0] == identity[1]


async def test_a_page_of_an_allowed_site_may_come(settings):
    listed = settings.model_copy(update={"web_origins": "https://www.town.example"})
    with running(create_app(listed)) as address:
        socket = address.replace("http", "ws") + "/webhooks/web/socket"
        async with visit(socket, origin="https://www.town.example") as visitor:
            assert await visitor.hello()
        with pytest.raises(InvalidStatus, match="403"):
            async with visit(socket, origin="https://town.example"):
                pass


async def test_the_same_id_twice_is_answered_once(address, dialogue):
    async with visit(address) as visitor:
        await visitor.hello()
        await visitor.send(type="text", id="one", text="salut")
        first = await visitor.get("reply")
        await visitor.send(type="text", id="one", text="salut")
        assert (await visitor.get("reply"))["messages"] == first["messages"]
    assert len(dialogue.asked) == 1


async def test_answers_come_in_the_order_of_the_questions(address, dialogue):
    async with visit(address) as visitor:
        await visitor.hello()
        for number in range(10):
            await visitor.send(type="text", id=str(number), text=f"salut {number}")
        replies = [await visitor.get("reply") for _ in range(10)]
    assert [reply["to"] for reply in replies] == [str(number) for number in range(10)]
    assert dialogue.overlaps == 0


async def test_slow_is_said_once_and_the_answer_is_pushed(address, dialogue, settings):
    dialogue.status = 503
    async with visit(address) as visitor:
        await visitor.hello()
        await visitor.send(type="text", id="one", text="salut")
        slow = await visitor.get("reply")
        assert slow["slow"]
        assert slow["messages"] == [Speech(settings).body("slow_kept", "fr")]
        dialogue.status = 200
        reply = await visitor.get("reply")
        assert reply["messages"] == [{"text": "echo salut"}]
        assert "slow" not in reply


async def test_what_was_answered_while_away_is_in_the_history(address, dialogue, database):
    dialogue.stall()
    async with visit(address) as visitor:
        welcome = await visitor.hello()
        await visitor.send(type="text", id="one", text="salut")
        await visitor.get("received")
    async with visit(address) as visitor:
        waiting = await visitor.hello(welcome["visitor"])
        assert [item["waiting"] for item in waiting["history"]] == [True]
    dialogue.go_on()
    pending = {"status": "pending"}
    await until(lambda: _count(database, ReplyRow, **pending) == 1)
    async with visit(address) as visitor:
        back = await visitor.hello(welcome["visitor"])
        said = {"from": "service", "to": "one", "messages": [{"text": "echo salut"}]}
        assert back["history"][1].items() >= said.items()
        await until(lambda: _count(database, ReplyRow, **pending) == 0)
    assert _count(database, IncomingRow) == 1


def _count(database, kind, **values):
    with database.read() as session:
        return session.query(kind).filter_by(**values).count()


async def test_two_windows_of_one_visitor_both_get_the_answer(address):
    async with visit(address) as one:
        welcome = await one.hello()
        await one.send(type="text", id="one", text="salut")
        await one.get("reply")
        async with visit(address) as two:
            await two.hello(welcome["visitor"])
            await one.send(type="text", id="two", text="salut encore")
            assert (await two.get("reply"))["to"] == "two"
            assert (await one.get("reply"))["to"] == "two"


BAD = [
    "",
    "{",
    "[]",
    "null",
    '{"type": "hello", "visitor": 7}',
    '{"type": "text", "id": "a", "text": "x"}',
    '{"type": "dance"}',
    '{"type": "hello", "admin": true}',
    '{"type": "hello", "visitor": "\\ud800"}',
    "[" * 10_000,
    '{"type": "text", "id": "a", "text": "' + "a" * 100_000 + '"}',
    b"\x00\xff",
]


@pytest.mark.parametrize("frame", BAD, ids=range(len(BAD)))
async def test_a_bad_frame_gets_an_error_and_the_door_stays_open(address, dialogue, frame):
    async with visit(address) as visitor:
        await visitor.socket.send(frame)
        assert set(await visitor.get("error")) == {"type", "reason"}
        await visitor.hello()
        await visitor.send(type="text", id="one", text="salut")
        assert (await visitor.get("reply"))["to"] == "one"


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "text", "id": "", "text": "x"},
        {"type": "text", "id": "a b", "text": "x"},
        {"type": "text", "id": "a", "text": None},
        {"type": "button", "id": "a", "payload": "no slash", "title": "x"},
        {"type": "button", "id": "a", "payload": '/a{"b":', "title": "x"},
        {"type": "hello", "visitor": None},
    ],
)
async def test_bad_frames_after_the_hello(address, dialogue, frame):
    async with visit(address) as visitor:
        await visitor.hello()
        await visitor.send(**frame)
        await visitor.get("error")
    assert dialogue.asked == []


async def test_three_strikes_close_the_door(address):
    async with visit(address) as visitor:
        for _ in range(3):
            await visitor.socket.send("nonsense")
            await visitor.get("error")
        with pytest.raises(ConnectionClosed):
            await visitor.socket.recv()


async def test_a_page_from_elsewhere_is_turned_away(address):
    with pytest.raises(InvalidStatus, match="403"):
        async with visit(address, origin="https://elsewhere.example"):
            pass
    async with visit(address, origin=address.replace("ws", "http").rsplit("/", 3)[0]) as visitor:
        assert await visitor.hello()


@given(st.text() | st.recursive(st.none() | st.booleans() | st.text(), st.lists).map(json.dumps))
def test_any_frame_is_read_or_refused(raw):
    with suppress(BadInput):
        assert parse(raw).type in {"hello", "text", "button"}
