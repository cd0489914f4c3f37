"""Files on WhatsApp: fetched only when somebody is awaited, from Meta's hosts alone."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update

from bot.channel import Outgoing, OutgoingFile
from bot.channels.whatsapp import make
from bot.meta.files import is_metas
from bot.speech import Speech
from errors import FileRefused, Refused
from people.attachment_models import Attachment
from store.base import now
from tests.bot.attachments import files
from tests.bot.attachments.clamd import Clamd
from tests.bot.attachments.rows import bytes_of, files_of
from tests.bot.attachments.rows import settled as checked
from tests.bot.channels.whatsapp import payloads
from tests.bot.channels.whatsapp.test_whatsapp import hear, replies, settled, words
from tests.bot.conftest import edge, until


@pytest.fixture
async def channel(whatsapp_settings):
    channel = make(whatsapp_settings, Speech(whatsapp_settings))
    yield channel
    await channel.close()


def document(name="cv.pdf", message_id="wamid.doc", **more):
    return payloads.message("document", message_id, document={"id": "77", "filename": name, **more})


async def test_while_the_machine_alone_answers_nothing_is_fetched(phone, graph, rows):
    graph.files["77"] = files.pdf()
    await hear(phone, document())
    await settled(rows, 2)
    assert words(graph.bodies[1]) == phone.speech.body("not_document", "fr")["text"]
    assert files_of(rows) == []
    assert graph.tokens == ["Bearer EAAB"] * len(graph.sent)  # nobody asked where it is


async def test_who_waits_hands_in_their_cv_once(phone, graph, rows):
    graph.files["77"] = files.pdf()
    await hear(phone, payloads.text("distress"))
    await settled(rows, 3)
    for _ in range(2):
        await hear(phone, document("../CV\u202efdp.exe"))
    [kept] = await checked(rows, 1)
    assert (kept.state, kept.name, kept.media_type) == ("kept", "CVfdp.pdf", "application/pdf")
    assert kept.source is None
    assert bytes_of(rows, kept.id) == graph.files["77"]
    await until(lambda: words(graph.bodies[-1]) == phone.speech.body("file_taken", "fr")["text"])


async def test_what_is_not_taken_is_told_kindly_and_nothing_of_it_stays(phone, graph, rows):
    graph.files["77"] = files.docx_with("word/vbaProject.bin")
    await hear(phone, payloads.text("distress"))
    await settled(rows, 3)
    await hear(phone, document("cv.docx"))
    [refused] = await checked(rows, 1)
    assert (refused.state, refused.reason) == ("refused", "active")
    assert bytes_of(rows, refused.id) is None
    told = phone.speech.body("file_active", "fr")["text"]
    await until(lambda: told in [words(body) for body in graph.bodies])
    assert "pending" not in dict(replies(rows))


def put_off(row):
    """Whether a file was tried, and is to be tried again soon."""
    return row.attempts > 0 and row.due_at < now() + timedelta(minutes=1)


async def test_nothing_passes_a_scanner_that_is_set_up(whatsapp_settings, graph, rows):
    clamd = Clamd()
    settings = whatsapp_settings.model_copy(update={"clamd": clamd.address})
    graph.files["77"] = files.EICAR
    async with edge(settings) as phone:
        await hear(phone, payloads.text("distress"))
        await settled(rows, 3)
        await hear(phone, document())
        [infected] = await checked(rows, 1)
        assert (infected.state, infected.reason) == ("refused", "infected")
        clamd.stop()
        graph.files["77"] = files.pdf()
        await hear(phone, document(message_id="wamid.2"))
        await until(lambda: len(files_of(rows)) == 2 and put_off(files_of(rows)[1]))
        waits = files_of(rows)[1]
        with rows.write() as session:  # six hours later
            late = {"at": now() - timedelta(hours=7), "due_at": now()}
            session.execute(update(Attachment).where(Attachment.id == waits.id).values(late))
        await hear(phone, document(message_id="wamid.2"))  # a repeat has it looked at
        [_, given_up] = await checked(rows, 2)
        assert (given_up.state, given_up.reason) == ("refused", "unchecked")
        assert bytes_of(rows, given_up.id) is None
        told = phone.speech.body("file_unchecked", "fr")["text"]
        await until(lambda: told in [words(body) for body in graph.bodies])


async def test_a_file_larger_than_allowed_is_not_read_to_its_end(channel, graph):
    graph.files["77"] = b"x" * 1000
    assert len(await channel.fetch("77", 1000)) == 1000
    with pytest.raises(FileRefused, match="large"):
        await channel.fetch("77", 999)
    with pytest.raises(Refused):
        await channel.fetch("78", 1000)


async def test_a_counsellors_file_is_handed_over_and_named(channel, graph):
    for sent in (
        OutgoingFile("CV ملاحظات.pdf", "application/pdf", files.pdf()),
        OutgoingFile("a.jpg", "image/jpeg", files.picture(), is_picture=True),
    ):
        await channel.send(
            Outgoing("212600000001", {"text": "📎"}, "fr", heard_at=now(), file=sent)
        )
    assert [body.get("document") or body.get("image") for body in graph.bodies] == [
        {"id": "media-1", "filename": "CV ملاحظات.pdf"},
        {"id": "media-2"},
    ]
    assert files.pdf()[:100] in graph.uploads[0][1]
    with pytest.raises(Refused, match="24 hours"):
        await channel.send(Outgoing("212600000001", {"text": "📎"}, "fr", file=sent))


@pytest.mark.parametrize(
    ("where", "fine"),
    [
        ("https lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", True),
        ("https scontent.xx.fbcdn.net/a.jpg", True),
        ("https graph.facebook.com/v23.0/1", True),
        ("http lookaside.fbsbx.com/a", False),
        ("https lookaside.fbsbx.com:8443/a", False),
        ("https lookaside.fbsbx.com.evil.example/a", False),
        ("https evilfbsbx.com/a", False),
        ("https amal@lookaside.fbsbx.com/a", False),
        ("https 169.254.169.254/latest/meta-data", False),
        ("http 127.0.0.1:8000/metrics", False),
        ("file /etc/passwd", False),
    ],
)
def test_metas_hosts_alone_are_asked(where, fine):
    url = httpx.URL(where.replace(" ", "://"))
    assert is_metas(url, httpx.URL("https://graph.facebook.com/v23.0/")) == fine
