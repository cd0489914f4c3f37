"""An edge that is killed in the middle of its work loses nothing and keeps the order."""

import asyncio

import httpx
import pytest
from sqlalchemy import func, select

from bot.models import IncomingRow, ReplyRow
from tests.bot.conftest import settings_for, until
from tests.bot.killing import Edge, judge, post
from tests.bot.probe import Platform


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


def left(database):
    with database.read() as session:
        waiting = select(func.count()).where(IncomingRow.status == "received")
        pending = select(func.count()).where(ReplyRow.status == "pending")
        return session.scalar(waiting) + session.scalar(pending)


async def test_killed_under_load(settings, platform, dialogue, database):
    edge = Edge(settings, platform.url)
    people = [f"person {number}" for number in range(5)]
    sent = {person: [f"salut {turn} {person}" for turn in range(8)] for person in people}

    async def talk(client, person):
        for turn, text in enumerate(sent[person]):
            update = {"id": f"{person} {turn}", "from": person, "text": text}
            await post(client, [edge.url], update)

    edge.start()
    await edge.is_up()
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            talks = [asyncio.create_task(talk(client, person)) for person in people]
            for least in (10,):
                await until(lambda least=least: len(platform.sent) >= least)
                edge.kill()
                edge.start()
                await edge.is_up()
            await asyncio.gather(*talks)
        # Whatever a dead edge had in hand is another's after a while.
        async with asyncio.timeout(120):
            while left(database):  # noqa: ASYNC110 - what is awaited happens in another process
                await asyncio.sleep(0.1)
    finally:
        edge.stop()
    verdict = judge(platform, sent)
    assert (verdict["messages"], verdict["lost"], verdict["strange"]) == (40, 0, 0)
    assert verdict["out of order"] == 0
    # At most one reply of each conversation in hand may be repeated by its death.
    assert verdict["twice"] <= len(people)
