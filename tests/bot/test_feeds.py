"""The schedule of feeds in a running edge: due feeds run, in a process of their own, once."""

import asyncio
import json
import threading

import pytest
from sqlalchemy import select

from bot.feeds import FeedSchedule
from catalogue.feeds import history
from catalogue.feeds.models import FeedRun, State
from catalogue.models import Listing
from settings import Settings
from store.engine import Database
from store.migrate import upgrade

OFFER = {"id": "1", "title": "Menuisier", "place": "Sfax"}
FEED = """
publisher: Chamber
licence: test
format: jsonl
language: fr
country: TN
kind: offer
file: offers.jsonl
schedule: "0 4 * * *"
mapping: {id: id, title: title, place: place}
"""


@pytest.fixture
def feeding(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "PROFILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "chamber.yml").write_text(FEED)
    (tmp_path / "feeds" / "offers.jsonl").write_text(json.dumps(OFFER) + "\n")
    return Settings(_env_file=None, tawjih_home=tmp_path)


@pytest.fixture
def home(feeding):
    database = Database(feeding.database)
    upgrade(database)
    yield database
    database.close()


def runs(database):
    with database.read() as session:
        return list(session.scalars(select(FeedRun)))


async def until(done):
    # Another process does it: nobody here could set an event.
    while not done():  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def test_a_due_feed_runs_while_the_edge_runs(home, feeding):
    async with FeedSchedule(home, feeding, every=0.2), asyncio.timeout(60):
        await until(lambda: any(run.finished_at for run in runs(home)))
    [run] = runs(home)
    assert (run.feed, run.state, run.added) == ("chamber", State.DONE, 1)
    with home.read() as session:
        assert session.scalars(select(Listing)).one().source == "chamber"


def test_several_edges_run_it_once(home, feeding):
    edges = [FeedSchedule(home, feeding) for _ in range(2)]
    looks = [threading.Thread(target=edge.look) for edge in edges]
    for look in looks:
        look.start()
    for look in looks:
        look.join()
    for edge in edges:
        edge.look()
    assert [run.state for run in runs(home)] == [State.DONE]


def test_a_feed_that_fails_keeps_no_other_from_running(home, feeding, capfd):
    folder = feeding.tawjih_home / "feeds"
    (folder / "away.yml").write_text(FEED.replace("offers.jsonl", "away.jsonl"))
    (folder / "wrong.yml").write_text("like: nobody")
    FeedSchedule(home, feeding).look()
    assert {run.feed: run.state for run in runs(home)} == {
        "away": State.FAILED, "chamber": State.DONE,
    }  # fmt: skip
    said = capfd.readouterr()
    assert "away.jsonl: no such file" in said.err + said.out
    with home.read() as session:
        assert [run.feed for run in history.alarming(session)] == ["away"]


async def test_an_edge_that_stops_does_not_wait_for_a_long_run(home, feeding, monkeypatch):
    started = feeding.tawjih_home / "started"
    endless = f"open({str(started)!r}, 'w').close(); import time; time.sleep(600)"
    monkeypatch.setattr("bot.feeds._WORKER", ("python", "-c", endless))
    schedule = FeedSchedule(home, feeding)
    async with asyncio.timeout(60):
        async with schedule:
            await until(started.exists)


async def test_health_names_feeds_that_somebody_should_look_at(client, settings):
    database = Database(settings.database)
    number = history.begin(database, "chamber")
    outcome = history.Outcome(State.REFUSED, "3 usable listings, usually 90: nothing was changed")
    history.end(database, number, outcome)
    told = await client.get("/health")
    assert told.status_code == 200
    assert told.json()["status"] == "ok"
    assert told.json()["alarms"] == ["feed chamber refused"]
    number = history.begin(database, "chamber")
    history.end(database, number, history.Outcome(State.DONE, None))
    database.close()
    assert "alarms" not in (await client.get("/health")).json()
