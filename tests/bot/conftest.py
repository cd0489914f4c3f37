"""The edge in a test: its own database, a fake dialogue, real HTTP between them."""

from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import SecretStr

from bot.app import create_app
from settings import Settings
from tests.bot.fake_dialogue import FakeDialogue


@pytest.fixture
def dialogue():
    fake = FakeDialogue()
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture
def settings(tmp_path, dialogue):
    return Settings(
        _env_file=None,
        tawjih_home=tmp_path,
        database_url=f"sqlite:///{tmp_path}/edge.db",
        rasa_url=dialogue.url,
        actions_url=dialogue.url,
        dialogue_secret=SecretStr("tell-nobody"),
        dialogue_timeout=30,
    )


@asynccontextmanager
async def edge(settings):
    """A client of an edge that runs in this very loop."""
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://edge", timeout=60) as client,
    ):
        yield client


@pytest.fixture
async def client(settings):
    async with edge(settings) as client:
        yield client
