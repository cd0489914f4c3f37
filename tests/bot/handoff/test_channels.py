"""A counsellor's words on their way: over a platform, and between two edges."""

import asyncio
from contextlib import AsyncExitStack, aclosing

import pytest
import pytest_asyncio

from bot.channel import Bounds
from store.engine import Database
from store.migrate import upgrade
from tests.bot.conftest import settings_for, until
from tests.bot.handoff.conftest import MARK, SALMA, desk, profile, settings_of
from tests.bot.probe import Platform, probe

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def served_platform():
    platform = Platform()
    platform.start()
    yield platform
    platform.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phone_edge(tmp_path_factory, served_dialogue, migrated, served_platform):
    folder = tmp_path_factory.mktemp("phone")
    settings = settings_of(folder, served_dialogue, migrated)
    async with desk(settings, probe(served_platform, Bounds())) as made:
        yield made


class Phone:
    """Somebody on a platform."""

    def __init__(self, running, platform):
        self.running, self.platform = running, platform
        self.name = f"amal{running.round}"
        self._count = 0

    async def write(self, text):
        self._count += 1
        update = {"id": f"{self.name}-{self._count}", "from": self.name, "text": text}
        response = await self.running.client.post("/webhooks/probe", json=update)
        assert response.status_code == 200

    async def receipt(self, status, reason=None):
        """What the platform tells of the last message."""
        last = f"p{len(self.platform.sent)}"
        told = {"receipts": [[last, status, reason]]}
        await self.running.client.post("/webhooks/probe", json=told)

    def read(self):
        return [MARK.sub("", text) for text in self.platform.texts(self.name)]

    async def reads(self, text):
        await until(lambda: text in self.read())


@pytest.fixture
def phone(phone_edge, served_platform, dialogue):
    phone_edge.begin(SALMA)
    return Phone(phone_edge, served_platform)


async def test_both_ways_over_a_platform(phone):
    running = phone.running
    await phone.write("asked")
    await phone.reads(running.text("handoff_asked", position=1))
    handoff_id = running.row().id
    await running.service.take(SALMA, handoff_id)
    await phone.reads(running.text("handoff_taken", name="Salma"))
    await phone.write("bonjour")
    await running.service.send(SALMA, handoff_id, "Bonjour, je vous écoute.")
    await phone.reads("Bonjour, je vous écoute.")
    await running.service.close(SALMA, handoff_id, "helped")
    await phone.reads(running.text("handoff_helped"))
    await phone.write("salut")
    await phone.reads("echo salut")
    purposes = [
        message["purpose"] for message in phone.platform.sent if message["to"] == phone.name
    ]
    assert purposes.count("counsellor") == 1
    assert len(phone.read()) == len(set(phone.read()))


async def test_ticks_and_a_failure_with_its_reason(phone):
    running, heard = phone.running, []
    await phone.write("asked")
    await phone.reads(running.text("handoff_asked", position=1))
    handoff_id = running.row().id
    await running.service.take(SALMA, handoff_id)
    await phone.reads(running.text("handoff_taken", name="Salma"))

    async def last():
        lines = await running.service.transcript(SALMA, running.contact().id)
        return lines[-1]

    async def becomes(status):
        async with asyncio.timeout(60):
            while (await last()).status != status:  # noqa: ASYNC110 - rows are looked at
                await asyncio.sleep(0.01)

    running.parts.bell.on_event(heard.append)
    await running.service.send(SALMA, handoff_id, "Bonjour.")
    await phone.reads("Bonjour.")
    await becomes("sent")
    for status in ("delivered", "read"):
        before = len(heard)
        await phone.receipt(status)
        await becomes(status)
        assert [event.kind for event in heard[before:]] == ["message"]
    phone.platform.troubles.append((400, None))
    await running.service.send(SALMA, handoff_id, "Encore là ?")
    await becomes("failed")
    assert "trouble 400" in (await last()).reason


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two_edges(tmp_path_factory, served_dialogue, postgres):
    name = postgres.create()
    database = Database(postgres.url(name))
    upgrade(database)
    async with AsyncExitStack() as stack:
        made = []
        for number in range(2):
            folder = tmp_path_factory.mktemp(f"edge{number}")
            settings = settings_for(folder, served_dialogue, postgres.url(name))
            settings = settings.model_copy(update={"profile": profile(folder)})
            made.append(await stack.enter_async_context(desk(settings)))
        yield made
    database.close()
    postgres.drop(name)


async def test_what_happens_on_one_edge_is_heard_on_the_other(two_edges, dialogue):
    here, there = two_edges
    here.begin(SALMA)
    there.round = here.round
    await until(lambda: not here.parts.bell.alone and not there.parts.bell.alone)
    heard = []

    async def listen():
        async with aclosing(there.service.events(SALMA)) as events:
            async for event in events:
                heard.append((event.kind, event.contact_id))  # noqa: PERF401 - it never ends

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0)
    await here.say("asked")
    contact = here.contact().id
    await until(lambda: ("queue", contact) in heard)
    await there.service.take(SALMA, here.row().id)
    assert await here.say("bonjour") == [here.text("handoff_taken", name="Salma")]
    await until(lambda: ("message", contact) in heard)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
