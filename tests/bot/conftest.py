"""The edge in a test: its own database, a fake dialogue, real HTTP between them."""

import asyncio
import re
import shutil
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import SecretStr

from bot.app import create_app
from bot.speech import Speech
from settings import Settings
from store.engine import Database
from store.migrate import upgrade
from tests.bot.fake_dialogue import FakeDialogue


@pytest.fixture(scope="session")
def served_dialogue():
    fake = FakeDialogue()
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture
def dialogue(served_dialogue):
    served_dialogue.reset()
    return served_dialogue


def settings_for(home, dialogue, database_url):
    return Settings(
        _env_file=None,
        tawjih_home=home,
        database_url=database_url,
        rasa_url=dialogue.url,
        actions_url=dialogue.url,
        dialogue_secret=SecretStr("tell-nobody"),
        dialogue_timeout=30,
    )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    path = tmp_path_factory.mktemp("edge") / "empty.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture
def settings(tmp_path, dialogue, migrated):
    path = shutil.copy(migrated, tmp_path / "edge.db")
    return settings_for(tmp_path, dialogue, f"sqlite:///{path}")


@asynccontextmanager
async def edge(settings):
    """A client of an edge that runs in this very loop."""
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://edge", timeout=60) as client,
    ):
        client.speech = Speech(settings)
        yield client


@pytest.fixture
async def client(settings):
    async with edge(settings) as client:
        yield client


async def post(client, headers=None, sender="amal", **body):
    body = {"sender": sender, **body}
    return await client.post("/webhooks/rest/webhook", json=body, headers=headers)


async def say(client, message, sender="amal", **metadata):
    """What the edge answers to one message."""
    response = await post(client, sender=sender, message=message, metadata=metadata)
    assert response.status_code == 200, response.text
    return response.json()


def texts(bodies):
    """The texts of an answer, without the introduction."""
    said = [body["text"] for body in bodies]
    return said[1:] if said and re.search("machine|آلة", said[0]) else said


async def until(condition):
    """Wait until something is so; the test's own bound is the only clock."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - what is awaited happens in a thread
            await asyncio.sleep(0.01)
