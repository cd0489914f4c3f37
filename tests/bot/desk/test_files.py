"""Files at the desk: handed in on the web site, looked at, saved, sent, and nobody else's."""

import httpx
import pytest
from sqlalchemy import select

from bot.channels.web.visitors import Visitors, address_of
from bot.desk.permissions import Role
from bot.models import IncomingRow
from tests.bot.attachments import files
from tests.bot.attachments.rows import bytes_of, files_of, settled
from tests.bot.conftest import until
from tests.bot.desk.talking import MARK, PARTIAL, Person, here


class Visitor(Person):
    """Somebody in the chat of a web site."""

    def __init__(self, console, **options):
        identity = Visitors.new()
        super().__init__(console, address_of(identity), **options)
        self.token = Visitors(console.desk.settings.visitors_secret).token(identity)

    async def polls(self, *frames, language="fr"):
        hello = {"type": "hello", "visitor": self.token, "language": language, "agreed": True}
        asked = {"hello": hello, "frames": list(frames), "after": None, "wait": bool(frames)}
        response = await self._http.post("/webhooks/web/poll", json=asked)
        return {frame["type"]: frame for frame in response.json()["frames"]}

    async def writes(self, text):
        await self.polls({"type": "text", "id": "a", "text": text})
        await until(lambda: self.answered)

    @property
    def answered(self):
        with self.console.database.read() as session:
            return set(session.scalars(select(IncomingRow.status))) == {"answered"}

    async def brings(self, content, name="CV Amal.pdf", own="f1", token=None, **more):
        form = {"visitor": token or self.token, "id": own}
        sent = {"file": (name, content, more.get("type", "application/pdf"))}
        return await self._http.post("/webhooks/web/file", data=form, files=sent)

    async def close(self):
        await self._http.aclose()


@pytest.fixture
async def visitor(console):
    """Somebody whom a counsellor is awaited by."""
    made = Visitor(console)
    await made.writes("distress")
    yield made
    await made.close()


@pytest.fixture
async def salma(console, visitor):
    """Their counsellor."""
    browser = console.signed_in(name="Salma")
    await here(browser)
    assert (await browser.post(f"{visitor.act}/take")).status_code == 303
    return browser


async def kept(console, visitor, content=None, **more):
    assert (await visitor.brings(content or files.pdf(), **more)).json()["type"] == "received"
    return (await settled(console.database, 1))[0]


async def test_the_button_is_there_while_somebody_is_awaited(console):
    visitor = Visitor(console)
    welcome = await visitor.polls()
    assert welcome["welcome"]["files"] is None
    await visitor.writes("distress")
    assert (await visitor.polls())["welcome"]["files"] == 5 * 1024 * 1024
    await visitor.close()


async def test_while_nobody_is_awaited_a_file_gets_the_kind_line_and_is_not_kept(console):
    visitor = Visitor(console)
    await visitor.polls()
    assert (await visitor.brings(files.pdf())).json() == {"type": "received", "id": "f1"}
    told = console.desk.speech.body("not_document", "fr")
    await until(lambda: visitor.answered)
    history = (await visitor.polls())["welcome"]["history"]
    assert told in [m for item in history for m in item.get("messages", ())]
    assert history[0]["text"] == "📎"
    assert files_of(console.database) == []
    await visitor.close()


async def test_a_counsellor_sees_and_saves_a_cv_and_it_is_written_down(console, visitor, salma):
    cv = await kept(console, visitor)
    page = (await salma.get(visitor.page)).text
    assert f'href="/desk/files/{cv.id}"' in page
    assert "CV Amal.pdf" in page
    saved = await salma.get(f"/files/{cv.id}")
    assert saved.content == files.pdf() == bytes_of(console.database, cv.id)
    headers = saved.headers
    assert headers["content-disposition"] == "attachment; filename*=UTF-8''CV%20Amal.pdf"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    [line] = console.trail("conversation.file")
    assert (line.subject_id, line.detail) == (visitor.id, {"file": cv.id})


async def test_a_picture_is_shown_small_and_without_what_it_told(console, visitor, salma):
    photo = await kept(
        console, visitor, files.photo_with_place(), name="IMG.jpg", type="image/jpeg"
    )
    assert f'src="/desk/files/{photo.id}/preview"' in (await salma.get(visitor.page)).text
    small = await salma.get(f"/files/{photo.id}/preview")
    assert small.headers["content-type"] == "image/jpeg"
    for content in (small.content, (await salma.get(f"/files/{photo.id}")).content):
        assert b"Exif" not in content
        assert b"Amal" not in content


async def test_a_file_of_another_conversation_is_not_there(console, visitor, salma):
    cv = await kept(console, visitor)
    omar = console.signed_in(name="Omar")
    for path in (f"/files/{cv.id}", f"/files/{cv.id}/preview", "/files/999999"):
        assert (await omar.get(path)).status_code == 404
    assert len(console.trail("denied")) == 3
    assert (await console.browser().get(f"/files/{cv.id}")).status_code == 303
    assert (await console.signed_in(Role.SUPERVISOR).get(f"/files/{cv.id}")).status_code == 200


async def test_what_was_refused_is_told_to_both(console, visitor, salma):
    await visitor.brings(
        files.docx_with("word/vbaProject.bin"), "<img src=x onerror=alert(1)>.docm"
    )
    [refused] = await settled(console.database, 1)
    assert refused.reason == "active"
    page = (await salma.get(visitor.page)).text
    assert "it holds a macro, a script or another file" in page
    assert "<img src=x" not in page
    history = (await visitor.polls())["welcome"]["history"]
    told = [m["text"] for item in history for m in item.get("messages", ())]
    assert console.desk.speech.body("file_active", "fr")["text"] in told
    assert (await salma.get(f"/files/{refused.id}")).status_code == 404


async def test_only_who_holds_a_token_brings_and_only_so_much(console, visitor):
    for token in ("x", visitor.token + "x", Visitors("other").token("amal")):
        assert (await visitor.brings(files.pdf(), token=token)).status_code == 400
    assert (await visitor.brings(files.pdf(), own="../1")).status_code == 400
    large = await visitor.brings(b"x" * (6 * 1024 * 1024))
    assert large.status_code == 413
    origin = {"origin": "https://evil.example"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(console.app), base_url="http://edge", headers=origin
    ) as elsewhere:
        assert (await elsewhere.post("/webhooks/web/file", files={"file": b"x"})).status_code == 403
    assert files_of(console.database) == []


async def test_the_same_file_sent_twice_is_one(console, visitor):
    for _ in range(2):
        assert (await visitor.brings(files.pdf())).status_code == 200
    assert len(await settled(console.database, 1)) == 1


async def test_a_counsellor_sends_a_file_by_an_address_that_ends(console, visitor, salma):
    form = {"file": ("دليل الترشح.pdf", files.pdf(), "application/pdf")}
    address = f"/desk/files/send/{visitor.handoff.id}"
    data = {"csrf": salma.csrf, "mark": "1"}
    for _ in range(2):  # a second try of the same form
        sent = await salma.http.post(address, data=data, files=form, headers=PARTIAL)
        assert sent.status_code == 204
    [row] = files_of(console.database)
    [told] = visitor.told()
    assert "دليل الترشح.pdf" in MARK.sub("", told)
    history = (await visitor.polls())["welcome"]["history"]
    url = history[-1]["messages"][0]["custom"]["file"]["url"]
    assert url == f"/files/{row.token}"
    fetched = await visitor._http.get(url)  # noqa: SLF001
    assert fetched.content == files.pdf()
    assert fetched.headers["content-disposition"].startswith("attachment")
    assert (await visitor._http.get("/files/" + "x" * 43)).status_code == 404  # noqa: SLF001
    with console.database.write() as session:
        session.get(type(row), row.id).open_until = row.at
    assert (await visitor._http.get(url)).status_code == 404  # noqa: SLF001
    assert [one.action for one in console.trail("conversation.send_file")] == [
        "conversation.send_file"
    ]


@pytest.mark.parametrize(
    ("content", "status"),
    [(files.pdf(action="JavaScript"), 422), (files.ogg(), 422), (b"", 422), (None, 400)],
    ids=["active", "sound", "empty", "none"],
)
async def test_what_a_counsellor_may_not_send(console, visitor, salma, content, status):
    form = {"file": ("a.pdf", content, "application/pdf")} if content is not None else {}
    form = form or {"other": ("a", b"", "text/plain")}
    address = f"/desk/files/send/{visitor.handoff.id}"
    sent = await salma.http.post(address, data={"csrf": salma.csrf}, files=form, headers=PARTIAL)
    assert sent.status_code == status
    assert sent.json()["words"]
    assert files_of(console.database) == []
    assert visitor.told() == []


async def test_nobody_sends_into_anothers_conversation(console, visitor, salma):
    omar = console.signed_in(Role.SUPERVISOR)
    form = {"file": ("a.pdf", files.pdf(), "application/pdf")}
    address = f"/desk/files/send/{visitor.handoff.id}"
    sent = await omar.http.post(address, data={"csrf": omar.csrf}, files=form, headers=PARTIAL)
    assert sent.status_code == 403
    forged = await salma.http.post(address, data={"csrf": "x"}, files=form, headers=PARTIAL)
    assert forged.status_code == 403
    assert files_of(console.database) == []


async def test_on_paper_a_file_is_a_line_and_without_names_it_has_none(console, visitor, salma):
    await kept(console, visitor)
    for path in ("print", "transcript.txt"):
        page = (await salma.get(f"{visitor.page}/{path}")).text
        assert "CV Amal.pdf" in page
        assert "Document, 1 kB" in page
        assert "/desk/files/" not in page
        without = (await salma.get(f"{visitor.page}/{path}?redacted=true")).text
        assert "Amal.pdf" not in without
        assert "Document" in without
