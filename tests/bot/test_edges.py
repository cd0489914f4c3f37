"""Several edges on PostgreSQL share the work; SQLite has one."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from websockets.asyncio.client import connect

from bot.app import create_app
from bot.channels import rest, web
from bot.edges import Edges
from bot.models import EdgeProcess, IncomingRow, ReplyRow
from bot.transactions import Transactions
from errors import SettingsError
from people.models import Contact
from store.base import now
from tests.bot.conftest import edge, settings_for, texts, until
from tests.bot.fake_dialogue import running
from tests.bot.probe import Platform, posting, probe
from tests.bot.rowing import receive

on_postgresql = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def platform():
    platform = Platform()
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture
def settings(tmp_path, dialogue, database):
    url = database.engine.url.render_as_string(hide_password=False)
    return settings_for(tmp_path, dialogue, url)


@pytest.fixture
def two(settings, platform, database):
    """The addresses of two edges that know of each other."""
    makers = [rest.make, web.make, probe(platform)]
    with (
        running(create_app(settings, makers)) as one,
        running(create_app(settings, makers)) as other,
    ):
        yield one, other


def count(database, kind, **values):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(kind).filter_by(**values))


@asynccontextmanager
async def joined(database, beat=0.05):
    """An edge that is alone with its sign of life: it works on nothing."""
    transactions = Transactions(database)
    async with Edges(database, transactions, beat) as edges:
        yield edges
    await transactions.settle()


@on_postgresql
async def test_each_update_at_both_edges_is_answered_once(two, dialogue, platform, database):
    async with posting(two[0]) as one, posting(two[1]) as other:
        bound = asyncio.Semaphore(50)

        async def once(send, number):
            async with bound:
                sent = await send(id=str(number), text=f"salut {number}", to=f"person {number % 9}")
                assert sent.status_code == 200

        updates = [(send, number) for number in range(60) for send in (one, other, one, other)]
        await asyncio.gather(*(once(*update) for update in updates))
        await until(lambda: count(database, IncomingRow, status="answered") == 60)
        await until(lambda: count(database, ReplyRow, status="pending") == 0)
    assert len(dialogue.asked) == 60
    said = [m["body"]["text"] for m in platform.sent if m["body"]["text"].startswith("echo")]
    assert sorted(said) == sorted(f"echo salut {number}" for number in range(60))
    assert platform.overlaps == dialogue.overlaps == 0
    with database.read() as session:
        written = session.execute(
            select(Contact.address, IncomingRow.text)
            .join(Contact, Contact.id == IncomingRow.contact_id)
            .order_by(IncomingRow.id)
        ).all()
    for address in {row.address for row in written}:
        wanted = [f"echo {row.text}" for row in written if row.address == address]
        assert [text for text in platform.texts(address) if text.startswith("echo")] == wanted
    await until(lambda: count(database, Contact, claimed_by=None) == 9)


@on_postgresql
async def test_a_conversation_stays_with_one_edge_until_it_is_free(two, dialogue, platform):
    async with posting(two[0]) as one, posting(two[1]) as other:
        dialogue.stall()
        await one(id="1", text="salut un")
        await until(lambda: dialogue.asked)
        await other(id="2", text="deux")
        await asyncio.sleep(0)
        assert len(dialogue.asked) == 1
        dialogue.go_on()
        await until(lambda: len(platform.sent) == 2)
    assert platform.texts() == ["echo salut un", "echo deux"]


@on_postgresql
async def test_who_asks_one_edge_is_answered_by_the_other(two, dialogue, database):
    hook = "/webhooks/rest/webhook"
    async with posting(two[0]) as one, posting(two[1]) as other:
        dialogue.stall()
        first = asyncio.create_task(
            one.client.post(hook, json={"sender": "amal", "message": "salut un"})
        )
        await until(lambda: dialogue.asked)
        second = asyncio.create_task(
            other.client.post(hook, json={"sender": "amal", "message": "deux"})
        )
        await until(lambda: count(database, IncomingRow) == 2)
        dialogue.go_on()
        assert texts((await first).json()) == ["echo salut un"]
        assert texts((await second).json()) == ["echo deux"]
    assert count(database, ReplyRow, status="sent") == 2


@on_postgresql
async def test_an_answer_reaches_the_window_that_is_open_at_the_other_edge(two, dialogue, database):
    one, other = (f"{url.replace('http', 'ws')}/webhooks/web/socket" for url in two)
    async with connect(one, proxy=None) as here, connect(other, proxy=None) as there:
        await here.send(
            json.dumps({"type": "hello", "visitor": None, "language": "fr", "agreed": True})
        )
        visitor = json.loads(await here.recv())["visitor"]
        await here.send(json.dumps({"type": "text", "id": "a", "text": "salut un"}))
        assert (await _reply(here))["to"] == "a"
        await there.send(
            json.dumps({"type": "hello", "visitor": visitor, "language": "fr", "agreed": True})
        )
        assert len(json.loads(await there.recv())["history"]) == 2
        await here.send(json.dumps({"type": "text", "id": "b", "text": "salut deux"}))
        assert (await _reply(here))["messages"] == [{"text": "echo salut deux"}]
        assert (await _reply(there))["messages"] == [{"text": "echo salut deux"}]
    await until(lambda: count(database, ReplyRow, status="sent") == 2)


async def _reply(socket):
    async with asyncio.timeout(60):
        while (frame := json.loads(await socket.recv()))["type"] != "reply":
            pass
        return frame


@on_postgresql
async def test_what_a_dead_edge_had_in_hand_is_taken_up_by_another(settings, database, dialogue):
    with database.write() as session:
        then = now() - timedelta(minutes=1)
        session.add(EdgeProcess(id="dead", started_at=then, seen_at=then))
    receive(database, "x:1", "salut un", edge="dead")
    receive(database, "x:2", "deux", edge="dead")
    async with edge(settings):
        await until(lambda: count(database, IncomingRow, status="answered") == 2)
    assert [asked["message"] for asked in dialogue.asked] == ["salut un", "deux"]
    assert count(database, EdgeProcess) == 0


@on_postgresql
async def test_edges_know_of_each_other_and_one_leads(database):
    async with joined(database) as one:
        await until(lambda: one.leads)
        async with joined(database) as other:
            await until(lambda: one.count == other.count == 2)
            assert not other.leads
        await until(lambda: one.alone)
        assert one.leads


@on_postgresql
async def test_another_edge_leads_when_the_first_has_gone(database):
    async with joined(database) as one:
        await until(lambda: one.leads)
        async with joined(database) as other:
            await until(lambda: other.count == 2)
            assert not other.leads
            await one.__aexit__()
            await until(lambda: other.leads)


@on_postgresql
async def test_an_edge_that_was_taken_for_dead_comes_back(database):
    async with joined(database) as one:
        with database.write() as session:
            session.query(EdgeProcess).delete()
        await until(lambda: count(database, EdgeProcess, id=one.id) == 1)


@on_postgresql
async def test_news_go_to_the_others_and_nonsense_to_nobody(database):
    async with joined(database) as one, joined(database) as other:
        heard = {one.id: [], other.id: []}
        for edges in (one, other):
            edges.on_news(heard[edges.id].append, lambda: None)
        await until(lambda: one.leads or other.leads)
        told = {"edge": one.id, "contact": "c", "channel": "web", "address": "a"}
        told |= {"incoming": 7, "replies": [8]}
        with database.write() as session:
            for payload in ("nonsense", "{}", "[]", json.dumps(told)):
                session.execute(select(func.pg_notify("tawjih", payload)))
        await until(lambda: heard[other.id])
    assert heard[one.id] == []
    assert [(news.incoming_id, news.reply_ids) for news in heard[other.id]] == [(7, (8,))]


@on_sqlite
async def test_sqlite_has_one_edge(database, settings):
    async with joined(database) as one:
        assert one.leads
        assert one.alone
        with pytest.raises(SettingsError, match="DATABASE_URL: another edge"):
            async with edge(settings):
                pass
    async with joined(database):
        assert count(database, EdgeProcess) == 1


@on_sqlite
async def test_what_a_dead_edge_had_claimed_is_free_at_once(database):
    receive(database, "x:1", edge="dead")
    async with joined(database):
        assert count(database, Contact, claimed_by=None) == 1
