"""Files on Telegram: fetched by their id when a counsellor is awaited; sent as documents."""

import pytest

from bot.channel import Outgoing, OutgoingFile
from bot.channels.telegram.api import Api
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.showing import Showing
from errors import FileRefused
from tests.bot.attachments import files
from tests.bot.attachments.rows import bytes_of, files_of, settled
from tests.bot.channels.telegram.platform import TOKEN


@pytest.fixture
async def api(platform):
    api = Api(TOKEN, platform.url)
    yield api
    await api.close_connections()


async def test_an_album_is_one_message_and_all_its_pictures_are_kept(amal, platform):
    platform.files |= {name: files.picture(size=(50 + n, 50)) for n, name in enumerate("abc")}
    await amal.says("distress")
    await amal.answered()
    sizes = [{"file_id": "small"}, {"file_id": "a"}]
    for photo in (sizes, [{"file_id": "b"}], [{"file_id": "b"}], [{"file_id": "c"}]):
        assert await amal.sends(photo=photo, media_group_id="album") == 200
    rows = await settled(amal.database, 3, amal.person().id)
    assert [(row.state, row.kind) for row in rows] == [("kept", "picture")] * 3
    assert len({row.incoming_id for row in rows}) == 1
    assert sorted(call.name for call in platform.of("file")) == ["a", "b", "c"]


async def test_while_the_machine_alone_answers_nothing_is_fetched(amal, platform):
    assert await amal.sends(document={"file_id": "cv", "file_name": "cv.pdf"}) == 200
    await amal.answered()
    assert files_of(amal.database, amal.person().id) == []
    assert platform.of("getFile") == []


async def test_a_voice_message_is_kept_and_a_video_refused_with_what_would_work(amal, platform):
    platform.files |= {"v": files.ogg(), "film": files.m4a(b"vide")}
    await amal.says("distress")
    await amal.answered()
    await amal.sends(voice={"file_id": "v", "file_size": 60})
    await amal.sends(video={"file_id": "film", "file_name": "moi.mp4"})
    voice, video = await settled(amal.database, 2, amal.person().id)
    assert (voice.media_type, voice.name) == ("audio/ogg", "sound.ogg")
    assert (video.state, video.reason) == ("refused", "type")
    assert bytes_of(amal.database, voice.id) == files.ogg()


async def test_a_file_larger_than_allowed_is_not_read_to_its_end(api, platform):
    platform.files["a"] = b"x" * 1000
    assert len(await api.file("a", 1000)) == 1000
    with pytest.raises(FileRefused, match="large"):
        await api.file("a", 999)


async def test_a_counsellors_file_is_sent_as_one(api, platform):
    sender = Sender(api, Showing(None, ""), 0)
    for sent in (
        OutgoingFile("CV.pdf", "application/pdf", files.pdf()),
        OutgoingFile("a.jpg", "image/jpeg", files.picture(), is_picture=True),
    ):
        await sender.send(Outgoing("77", {"text": "📎 CV.pdf"}, "fr", file=sent))
    [document], [photo] = platform.of("sendDocument"), platform.of("sendPhoto")
    named = next(value for value in document.params.values() if isinstance(value, tuple))
    assert named == ("CV.pdf", "application/pdf", files.pdf())
    assert any(isinstance(value, tuple) for value in photo.params.values())
