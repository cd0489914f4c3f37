import pytest
from pydantic import SecretStr

from store.engine import Database
from tests.bot.conftest import edge
from tests.bot.meta.prism import Prism


@pytest.fixture(scope="session")
def prism(tmp_path_factory):
    prism = Prism(tmp_path_factory.mktemp("prism"))
    yield prism
    prism.stop()


@pytest.fixture
def whatsapp_settings(settings, graph):
    return settings.model_copy(
        update={
            "whatsapp_token": SecretStr("EAAB"),
            "whatsapp_number_id": "106540352242922",
            "whatsapp_app_secret": SecretStr("signs"),
            "whatsapp_verify_token": SecretStr("shake"),
            "whatsapp_base_url": graph.url,
            "public_url": "https://chat.emploi.example",
        }
    )


@pytest.fixture
async def phone(whatsapp_settings):
    """A client of an edge with WhatsApp."""
    async with edge(whatsapp_settings) as client:
        yield client


@pytest.fixture
def rows(whatsapp_settings):
    database = Database(whatsapp_settings.database)
    yield database
    database.close()
