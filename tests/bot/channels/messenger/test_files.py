"""Files on Messenger: by the address in the event, which is believed only as far as it is Meta's."""

import pytest

from bot.channel import Outgoing, OutgoingFile
from bot.channels.messenger import make
from bot.models import ReplyRow
from bot.speech import Speech
from errors import Refused
from store.base import now
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

PDF = OutgoingFile("CV.pdf", "application/pdf", b"%PDF-")
PHOTO = OutgoingFile("a.jpg", "image/jpeg", b"", is_picture=True)
HERE = "https://chat.emploi.example/files/token"


@pytest.mark.parametrize(
    ("file", "instagram", "sent"),
    [
        (PDF, False, {"attachment": {"type": "file", "payload": {"url": HERE}}}),
        (PHOTO, False, {"attachment": {"type": "image", "payload": {"url": HERE}}}),
        (PHOTO, True, {"attachment": {"type": "image", "payload": {"url": HERE}}}),
        (PDF, True, {"text": f"📎 CV.pdf\nÀ ouvrir dans les 7 jours : {HERE}"}),
    ],
    ids=["document", "picture", "picture on Instagram", "document on Instagram"],
)
async def test_a_counsellors_file_is_fetched_from_us(page_settings, graph, file, instagram, sent):  # noqa: F811
    body = {"text": "📎 CV.pdf", "custom": {"file": {"url": "/files/token"}}}
    address = "instagram:7" if instagram else "7"
    outgoing = Outgoing(address, body, "fr", heard_at=now(), purpose="counsellor", file=file)
    for public_url in ("", "https://chat.emploi.example/"):
        settings = page_settings.model_copy(update={"public_url": public_url})
        channel = make(settings, Speech(settings))
        if public_url:
            await channel.send(outgoing)
        else:
            with pytest.raises(Refused, match="PUBLIC_URL"):
                await channel.send(outgoing)
        await channel.close()
    assert [one["message"] for one in graph.bodies] == [sent]


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
