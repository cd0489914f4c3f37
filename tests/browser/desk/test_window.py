"""WhatsApp's closed window, from the counsellor's button to what Meta is handed."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pydantic import SecretStr

from bot.app import create_app
from bot.handoff import holding, queue
from bot.handoff.models import Presence
from bot.handoff.queue import Wanted
from bot.models import IncomingRow, ReplyRow
from people.models import Contact
from store.base import now
from store.engine import Database
from tests.bot.channels.conftest import graph, served_graph  # noqa: F401 - fixtures
from tests.bot.channels.whatsapp.conftest import prism  # noqa: F401 - a fixture
from tests.bot.conftest import settings_for
from tests.bot.fake_dialogue import running
from tests.browser.desk.conftest import ServedDesk, shot, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def served_desk(tmp_path, dialogue, graph):  # noqa: F811
    settings = settings_for(tmp_path, dialogue, f"sqlite:///{tmp_path}/edge.db").model_copy(
        update={
            "whatsapp_token": SecretStr("EAAB"),
            "whatsapp_number_id": "106540352242922",
            "whatsapp_app_secret": SecretStr("signs"),
            "whatsapp_verify_token": SecretStr("shake"),
            "whatsapp_base_url": graph.url,
        }
    )
    app = create_app(settings)
    database = Database(settings.database)
    with running(app) as address:
        yield ServedDesk(app, database, address)
    database.close()


def held(served_desk, account_id):
    """Somebody on WhatsApp whom the account holds, and who last wrote two days ago."""
    long_ago = now() - timedelta(days=2)
    with served_desk.database.write() as session:
        session.add(
            Contact(
                id="amal", channel="whatsapp", address="212600000001", language="ar",
                heard_at=long_ago,
            )
        )  # fmt: skip
        session.flush()
        session.add(
            IncomingRow(
                channel="whatsapp", message_id="wamid.1", contact_id="amal", status="held",
                text="هل من جديد؟", received_at=long_ago,
            )
        )  # fmt: skip
        session.add(Presence(account_id=account_id, name="Salma"))
        row = queue.ask(session, "amal", Wanted("asked", "ar"), "waiting")
        holding.take(session, row.id, account_id, account_id)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_template_button_reaches_meta_as_its_description_wants(
    open_desk,
    served_desk,
    graph,  # noqa: F811
    prism,  # noqa: F811
    language,
):
    page = open_desk(language, path="/", name="Salma")
    held(served_desk, page.account.id)
    words = served_desk.desk.pages.words
    page.goto(f"{served_desk.address}/desk/conversations/amal")
    page.locator("body[data-live=yes]").wait_for()
    expect(page.locator("#composer .note")).to_have_text(words.text("window_template", language))
    assert violations(page) == []
    shot(page, f"window-{language}")
    page.locator("#text").fill("لدينا عرض يناسبك")
    page.get_by_role("button", name=words.text("say_template", language)).click()
    page.locator(".line.counsellor .status.sent").wait_for()
    [body] = graph.bodies
    assert prism.wrong(body) == []
    assert (body["to"], body["type"]) == ("212600000001", "template")
    [part] = body["template"]["components"]
    assert "لدينا عرض يناسبك" in part["parameters"][0]["text"]
    assert body["template"]["name"] == "demo_counsellor"
    with served_desk.database.read() as session:
        assert session.query(ReplyRow).filter_by(purpose="counsellor").one().status == "sent"


def test_what_meta_refuses_is_told_and_not_lost(open_desk, served_desk, graph):  # noqa: F811
    graph.fail(132001)  # the template's name does not exist in the translation
    page = open_desk("fr", path="/", name="Salma")
    held(served_desk, page.account.id)
    page.goto(f"{served_desk.address}/desk/conversations/amal")
    page.locator("body[data-live=yes]").wait_for()
    page.locator("#text").fill("Bonjour Amal")
    page.locator("#send").click()
    line = page.locator(".line.counsellor")
    line.locator(".status.failed").wait_for()
    expect(line).to_contain_text("Bonjour Amal")
    expect(line.locator(".why")).to_contain_text("132001")
