"""Files on Messenger: by the address in the event, which is believed only as far as it is Meta's."""

from bot.models import ReplyRow
from store.engine import Database
from tests.bot.attachments import files
from tests.bot.attachments.rows import bytes_of, settled
from tests.bot.channels.messenger import payloads
from tests.bot.channels.messenger.payloads import message, update
from tests.bot.channels.messenger.test_messenger import (  # noqa: F401 - fixtures
    all_of,
    page,
    page_settings,
)
from tests.bot.conftest import until
from tests.bot.meta.signing import deliver


async def test_only_what_is_at_metas_hosts_is_fetched(page, page_settings, graph):  # noqa: F811
    graph.files["7"] = files.picture()
    await deliver(page, "messenger", update(payloads.text("distress")))
    await until(lambda: all_of(page_settings, ReplyRow.status) == ["sent"] * 3)
    attachments = [
        {"type": "image", "payload": {"url": f"{page_settings.public_url}/metrics"}},
        {"type": "file", "payload": {"url": "http://127.0.0.1:1/a"}},
        {"type": "image", "payload": {"url": f"{graph.url}/7", "sticker_id": 7}},
    ]
    await deliver(page, "messenger", update(message("m_2", attachments=attachments)))
    database = Database(page_settings.database)
    rows = await settled(database, 2)
    assert [(row.state, row.reason) for row in rows] == [("refused", "lost")] * 2
    assert all(bytes_of(database, row.id) is None for row in rows)
    assert graph.uploads == []
    database.close()
