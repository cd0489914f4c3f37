"""What a counsellor does in the console, and what nobody else can."""

import asyncio
import html
import re
from contextlib import aclosing
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.desk.inbox import routes
from bot.desk.permissions import Role
from bot.desk.shell import stream
from bot.handoff.models import HandoffStep, Reading, Team
from bot.models import IncomingRow, ReplyRow
from people.models import Contact
from store.base import now
from tests.bot.desk.talking import MARK, PARTIAL, Person, held, here
from tests.catalogue.listings import event, put

STRANGE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "{{ 7*7 }}{% raise %}",
    "javascript:alert(1)",
    "' onmouseover='alert(1)",
    "</textarea><b>x</b>",
    "مرحبا \u202eيسار",
    "a" * 900,
]


def tell(response):
    return html.unescape(response.text)


async def test_from_waiting_to_closed(console):
    browser = console.signed_in(language="fr", name="Salma")
    await here(browser)
    amal = Person(console, "amal")
    await amal.says("asked")
    page = await browser.get("/inbox")
    assert f"/desk{amal.page}" in page.text
    assert 'data-waiting="1"' in page.text
    opened = await browser.get(amal.page)
    assert "menuisier" in opened.text
    assert 'id="text"' not in opened.text.partition("<details")[0]
    assert (await browser.post(f"{amal.act}/take")).headers["location"] == f"/desk{amal.page}"
    await browser.post(f"{amal.act}/say", text="Bonjour Amal", mark="1")
    await browser.post(f"{amal.act}/say", text="Habite loin", kind="note")
    await amal.says("merci à vous")
    opened = await browser.get(amal.page)
    for words in ("Bonjour Amal", "Habite loin", "merci à vous", "Salma"):
        assert words in opened.text
    assert amal.told() == ["Bonjour Amal"]
    closed = await browser.post(f"{amal.act}/close", outcome="helped", ask="1")
    assert closed.status_code == 303
    assert amal.handoff.outcome == "helped"
    assert f"/desk{amal.page}" in (await browser.get("/inbox?show=closed")).text
    acts = [row.action for row in console.trail() if row.action.startswith("conversation.")]
    assert acts == [
        "conversation.open", "conversation.take", "conversation.send", "conversation.note",
        "conversation.open", "conversation.close",
    ]  # fmt: skip


async def test_given_back_the_machine_answers_again(console):
    browser = console.signed_in()
    amal = await held(console, browser)
    assert await amal.says("vous êtes là ?") != [{"text": "echo vous êtes là ?"}]
    assert (await browser.post(f"{amal.act}/give-back")).status_code == 303
    assert [one["text"] for one in await amal.says("encore")][-1] == "echo encore"


async def test_only_one_of_two_takes_it(console):
    first, second = console.signed_in(name="Salma"), console.signed_in(name="Omar")
    amal = await held(console, first)
    late = await second.post(f"{amal.act}/take", headers=PARTIAL)
    assert late.status_code == 409
    assert "Salma" in late.json()["words"]
    assert amal.handoff.account_id == first.account.id
    supervisor = console.signed_in(Role.SUPERVISOR)
    late = await supervisor.post(f"{amal.act}/take", headers=PARTIAL)
    assert late.status_code == 409
    assert "Salma" in late.json()["words"]


async def test_anothers_conversation_is_not_there_and_that_is_recorded(console):
    amal = await held(console, console.signed_in())
    other = console.signed_in()
    for path in ("", "/lines", "/card", "/listings", "/print", "/transcript.txt"):
        assert (await other.get(f"{amal.page}{path}")).status_code == 404
    # Who saw it wait a moment ago is told who was quicker, and not refused.
    late = await other.post(f"{amal.act}/take", headers=PARTIAL)
    assert (late.status_code, list(late.json())) == (409, ["words"])
    with console.database.write() as session:
        session.execute(update(HandoffStep).values(at=now() - timedelta(minutes=2)))
    for act in ("take", "say", "answer", "listing", "transfer", "close", "give-back"):
        fields = {"listing_id": "1", "key": "welcome", "text": "x", "outcome": "helped"}
        assert (await other.post(f"{amal.act}/{act}", fields)).status_code == 404
    denied = console.trail("denied")
    assert len(denied) == 13
    assert {row.account_id for row in denied} == {other.account.id}
    assert (await other.get("/conversations/nobody")).status_code == 404
    assert (await other.post("/handoffs/999/take")).status_code == 404
    assert amal.told() == []


async def test_who_waits_can_be_read_and_not_written_to(console):
    browser = console.signed_in()
    await here(browser)
    amal = Person(console)
    await amal.says("asked")
    refused = await browser.post(f"{amal.act}/say", headers=PARTIAL, text="Bonjour")
    assert refused.status_code == 403
    assert "Take it first" in refused.json()["words"]
    assert (await browser.post(f"{amal.act}/say", text="Bonjour")).status_code == 403
    assert len(console.trail("denied")) == 2


@pytest.mark.parametrize("path", ["/answers", "/answers/new"])
async def test_pages_of_another_role(console, path):
    assert (await console.signed_in().get(path)).status_code == 403
    assert console.trail("denied")[0].subject_id == f"/desk{path}"
    assert (await console.signed_in(Role.SUPERVISOR).get(path)).status_code == 200


async def test_a_form_that_is_sent_twice_is_one_message(console):
    browser = console.signed_in()
    amal = await held(console, browser)
    for _ in range(3):
        answer = await browser.post(f"{amal.act}/say", headers=PARTIAL, text="Une fois", mark="m1")
        assert answer.status_code == 204
    await browser.post(f"{amal.act}/say", headers=PARTIAL, text="Deux fois", mark="m2")
    assert amal.told() == ["Une fois", "Deux fois"]
    assert len(console.trail("conversation.send")) == 2


async def test_what_cannot_be_sent_says_why_and_can_be_sent_again(console):
    browser = console.signed_in()
    amal = await held(console, browser)
    for text in ("", " \n", "x" * 4001):
        refused = await browser.post(f"{amal.act}/say", headers=PARTIAL, text=text, mark="same")
        assert refused.status_code == 400
    with console.database.write() as session:
        session.execute(update(Contact).where(Contact.id == amal.id).values(gone_at=now()))
    gone = await browser.post(f"{amal.act}/say", headers=PARTIAL, text="Allô ?", mark="same")
    assert (gone.status_code, "blocked" in gone.json()["words"]) == (410, True)
    with console.database.write() as session:
        session.execute(update(Contact).where(Contact.id == amal.id).values(gone_at=None))
    again = await browser.post(f"{amal.act}/say", headers=PARTIAL, text="Allô ?", mark="same")
    assert again.status_code == 204
    assert amal.told() == ["Allô ?"]


async def test_transfer_and_assign(console):
    salma, omar = console.signed_in(name="Salma"), console.signed_in(name="Omar")
    await here(omar)
    amal = await held(console, salma)
    for to in ("", "account:", "team:x", "team:99", "account:nobody"):
        refused = await salma.post(f"{amal.act}/transfer", headers=PARTIAL, to=to)
        assert refused.status_code in {400, 404}, to
    to = f"account:{omar.account.id}"
    await salma.post(f"{amal.act}/transfer", headers=PARTIAL, to=to, note="Parle bien l'arabe")
    assert amal.handoff.account_id == omar.account.id
    assert "Parle bien" in (await omar.get(amal.page)).text
    supervisor = console.signed_in(Role.SUPERVISOR)
    assert f"/desk{amal.page}" in (await supervisor.get("/inbox?show=others")).text
    await supervisor.post(f"{amal.act}/transfer", to=f"account:{salma.account.id}")
    assert amal.handoff.account_id == salma.account.id


async def test_who_waits_is_passed_on_by_whoever_sees_them(console):
    salma, omar = console.signed_in(name="Salma"), console.signed_in(name="Omar", language="en")
    await here(salma)
    await here(omar)
    with console.database.write() as session:
        session.add(Team(name="Formation"))
    [team] = await console.desk.handoff.teams()
    amal = Person(console)
    await amal.says("asked")
    page = await salma.get(f"{amal.page}?show=waiting")
    assert "account:" + omar.account.id in page.text
    moved = await salma.post(f"{amal.act}/transfer", headers=PARTIAL, to=f"team:{team.id}")
    assert moved.status_code == 204
    assert (amal.handoff.state, amal.handoff.team_id) == ("waiting", team.id)
    assert [one["text"] for one in await amal.says("merci")][
        -1
    ] == "echo merci"  # still the machine
    await salma.post(f"{amal.act}/transfer", to=f"account:{omar.account.id}", note="Pour toi")
    assert (amal.handoff.state, amal.handoff.account_id) == ("held", omar.account.id)
    # What one has stands under "mine", wherever it was opened from.
    own = (await omar.get(f"{amal.page}?show=waiting")).text
    assert re.search(r'id="tab-mine"[^>]*aria-current="true"', own)
    assert re.search(rf'href="/desk{amal.page}[^>]*aria-current="page"', own)
    late = await salma.post(f"{amal.act}/transfer", headers=PARTIAL, to=f"team:{team.id}")
    assert late.status_code == 403


async def test_prepared_answers_go_out_in_the_persons_language(console):
    browser = console.signed_in(language="fr")
    amal = await held(console, browser, language="ar")
    await browser.post(f"{amal.act}/answer", key="welcome")
    assert amal.told()[0].startswith("مرحباً")
    supervisor = console.signed_in(Role.SUPERVISOR, language="en")
    saved = await supervisor.post("/answers", key="bus", text_fr="Ligne 12.", text_en=" ")
    assert saved.status_code == 303
    listed = MARK.sub("", tell(await supervisor.get("/answers")))
    assert "العربية is missing" in listed
    page = await browser.get(amal.page)
    assert MARK.sub("", page.text).count('class="tag warn">Pas en arabe') == 1
    await browser.post(f"{amal.act}/answer", key="bus")
    assert amal.told()[1] == "Ligne 12."
    refused = await browser.post(f"{amal.act}/answer", headers=PARTIAL, key="nothing")
    assert refused.status_code == 400
    for key, text in (("", "x"), ("A b", "x"), ("ok", ""), ("ok", "x" * 2001), ("../x", "x")):
        assert (await supervisor.post("/answers", key=key, text_en=text)).status_code == 400
    await supervisor.post("/answers/bus/delete")
    await supervisor.post("/answers/welcome/delete")
    assert "/desk/answers/welcome/restore" in (await supervisor.get("/answers")).text
    await supervisor.post("/answers/welcome/restore")
    assert (await supervisor.get("/answers/welcome")).status_code == 200
    assert (await supervisor.get("/answers/bus")).status_code == 404


async def test_a_listing_is_found_and_sent_as_a_card(console):
    put(console.database, event("Salon de l'emploi", place="online"), today=now().date())
    browser = console.signed_in(language="fr")
    amal = await held(console, browser)
    found = await browser.get(f"{amal.page}/listings?kind=event&what=salon&where=Casablanca")
    assert "Salon de l'emploi" in tell(found)
    nothing = await browser.get(f"{amal.page}/listings?kind=training&what=%00zz&where=x")
    assert nothing.status_code == 404  # no address of ours holds a NUL
    await browser.post(f"{amal.act}/listing", listing_id="7")
    assert amal.told() == ["Technicien informatique"]
    assert "Atlas Services" in (await browser.get(amal.page)).text
    missing = await browser.post(f"{amal.act}/listing", headers=PARTIAL, listing_id="99")
    assert missing.status_code == 404


async def test_strange_texts_are_shown_as_they_are(console):
    browser = console.signed_in(language="fr", name=STRANGE[0])
    amal = await held(console, browser)
    for text in STRANGE:
        await amal.says(text)
        await browser.post(f"{amal.act}/say", text=text)
        await browser.post(f"{amal.act}/say", text=text, kind="note")
    pages = [amal.page, f"{amal.page}/lines", f"{amal.page}/card", f"{amal.page}/print", "/inbox"]
    pages += [f"/inbox/search?q={text}" for text in ("script", "alert", "onload")]
    for path in pages:
        page = await browser.get(path)
        assert page.status_code == 200
        for bad in ("<script>alert", "<img src=x", "<svg onload", "</textarea><b>"):
            assert bad not in page.text, (path, bad)
    whole = tell(await browser.get(f"{amal.page}/print"))
    assert all(text in whole for text in STRANGE)
    for text in STRANGE[:-1]:
        found = await browser.get("/inbox/search", params={"q": text})
        assert text in tell(found).split("</form>", 4)[-1], text


async def test_a_translation_is_marked_and_its_original_is_there(console):
    browser = console.signed_in(language="fr")
    amal = await held(console, browser)
    await amal.says("أبحث عن <b>عمل</b>", language="ar")
    with console.database.write() as session:
        last = session.scalars(select(func.max(IncomingRow.id))).one()
        session.add(Reading(incoming_id=last, language="fr", text="Je cherche <b>du travail</b>"))
    page = await browser.get(amal.page)
    bubble = page.text.partition(f'id="i{last}"')[2].partition("</li>")[0]
    assert "Je cherche &lt;b&gt;du travail" in bubble.partition("<details")[0]
    assert "Traduit automatiquement" in bubble
    assert "أبحث عن &lt;b&gt;عمل" in bubble.partition("<details")[2]
    found = await browser.get("/inbox/search?q=du travail")
    assert "أبحث عن &lt;b&gt;عمل" in found.text


async def test_on_paper_with_and_without_names(console):
    browser = console.signed_in(language="en")
    amal = await held(console, browser)
    await amal.says("je m'appelle Karim Alaoui, 0661223344")
    await browser.post(f"{amal.act}/say", text="secret note", kind="note")
    full = await browser.get(f"{amal.page}/transcript.txt")
    assert full.headers["content-disposition"].startswith("attachment")
    assert "Karim Alaoui" in full.text
    assert "secret note" in full.text
    for path in ("print?redacted=true", "transcript.txt?redacted=true"):
        redacted = (await browser.get(f"{amal.page}/{path}")).text
        for private in ("Karim", "Alaoui", "0661223344", "secret note"):
            assert private not in redacted.partition("<main")[2] or "<main" not in redacted
        assert "‹phone›" in redacted
        assert 'class="line step"' not in redacted
    exports = console.trail("conversation.export")
    assert [row.detail["redacted"] for row in exports] == [False, True]


async def test_a_failure_is_told_with_its_reason(console):
    browser = console.signed_in(language="en")
    amal = await held(console, browser)
    await browser.post(f"{amal.act}/say", text="Salut")
    with console.database.write() as session:
        values = {"status": "failed", "reason": "the number is <b>gone</b>"}
        mine = ReplyRow.purpose == "counsellor"
        session.execute(update(ReplyRow).where(mine).values(**values))
    page = await browser.get(amal.page)
    assert "Not delivered" in page.text
    assert "the number is &lt;b&gt;gone" in page.text


@pytest.mark.parametrize(
    ("channel", "days", "template", "note", "shut"),
    [
        ("whatsapp", 0.9, False, "", False),
        ("whatsapp", 1.1, True, "window_template", False),
        ("whatsapp", 1.1, False, "window_closed", True),
        ("messenger", 0.9, False, "", False),
        ("messenger", 1.1, False, "window_late", False),
        ("messenger", 7.1, False, "window_over", True),
        ("telegram", 400, False, "", False),
    ],
)
async def test_a_closed_window_is_shown_and_no_message_lost_in_it(
    console, monkeypatch, channel, days, template, note, shut
):
    browser = console.signed_in(language="en")
    amal = await held(console, browser)
    with console.database.write() as session:
        values = {"channel": channel, "heard_at": now() - timedelta(days=days)}
        session.execute(update(Contact).where(Contact.id == amal.id).values(**values))
    monkeypatch.setattr(
        type(console.desk.speech.profile), "whatsapp_template", lambda *_: template or None
    )
    words = console.desk.pages.words
    page = (await browser.get(amal.page)).text
    assert ("Send as a template" in page) is template
    assert (" data-closed>" in page) is shut
    for key in ("window_template", "window_closed", "window_late", "window_over"):
        assert (html.escape(words.text(key, "en")) in page) is (key == note)
    # A page that stands open from before: the words stay with the counsellor.
    sent = await browser.post(f"{amal.act}/say", headers=PARTIAL, text="Bonjour", mark="m")
    assert sent.status_code == (409 if shut else 204)
    if shut:
        assert sent.json()["words"] == words.text(note, "en")
    assert len(amal.told()) == (0 if shut else 1)
    assert len(console.trail("conversation.send")) == (0 if shut else 1)
    note_kept = await browser.post(
        f"{amal.act}/say", headers=PARTIAL, text="Plus tard", kind="note"
    )
    assert note_kept.status_code == 204


async def test_unread_is_gone_once_it_is_opened(console):
    browser = console.signed_in()
    amal = await held(console, browser)
    await amal.says("une question")
    assert 'data-unread="1"' in (await browser.get("/inbox")).text
    await browser.get(amal.page)
    assert 'data-unread="0"' in (await browser.get("/inbox")).text
    await amal.says("une autre")
    lines = await browser.get(f"{amal.page}/lines")
    seen = lines.headers["x-desk-seen"]
    assert 'data-unread="1"' in (await browser.get("/inbox/list")).text
    assert (await browser.post(f"{amal.act}/seen", key=seen)).status_code == 204
    assert 'data-unread="0"' in (await browser.get("/inbox/list")).text


async def test_filters(console):
    browser = console.signed_in()
    await here(browser)
    people = [Person(console, "amal", "fr"), Person(console, "badr", "ar")]
    for person in people:
        await person.says("asked")
    one = (await browser.get("/inbox/list?show=waiting&language=ar")).text
    assert people[1].page in one
    assert people[0].page not in one
    for odd in ("show=zzz", "team=x", "team=99999999", "language=xx", "show=closed&team=1"):
        assert (await browser.get(f"/inbox/list?{odd}")).status_code == 200


async def test_earlier_lines_are_fetched_page_by_page(console):
    browser = console.signed_in()
    amal = await held(console, browser)
    for number in range(60):
        await browser.post(f"{amal.act}/say", text=f"ligne {number}.")
    page = await browser.get(amal.page)
    assert "ligne 59." in page.text
    assert "ligne 1." not in page.text
    before = page.text.partition("/lines?before=")[2].partition('"')[0]
    earlier = await browser.get(f"{amal.page}/lines?before={html.unescape(before)}")
    assert "ligne 1." in earlier.text
    assert (await browser.get(f"{amal.page}/lines?before=yesterday")).status_code == 400


async def test_being_here_and_what_is_worked_in(console):
    browser = console.signed_in(language="fr")
    await here(browser)
    form = {"languages": ["ar", "en"], "capacity": "3"}
    assert (await browser.post("/inbox/presence", form)).status_code == 303
    await browser.post("/inbox/here", status="away")
    [me] = await console.desk.handoff.colleagues()
    assert (me.languages, me.capacity, me.here) == (["ar", "en"], 3, False)
    assert (await browser.post("/inbox/here", status="asleep")).status_code == 400
    for wrong in ({"languages": ["xx"], "capacity": "3"}, {"languages": ["ar"], "capacity": "-1"}):
        assert (await browser.post("/inbox/presence", wrong)).status_code == 400


class Looking:
    """A visit that lasts until somebody signs out."""

    language = "fr"
    signed_in = True

    def __init__(self, account):
        self.account = account

    def may(self, _permission):
        return False

    async def holds(self):
        return self.signed_in


async def test_news_name_nobody_and_end_with_the_session(console, monkeypatch):
    monkeypatch.setattr(stream, "_HOLDS", 0.0)
    browser = console.signed_in()
    amal = await held(console, browser)
    visit = Looking(browser.account)
    async with aclosing(routes._news(console.desk, visit, amal.id)) as news:  # noqa: SLF001
        assert (await anext(news))["event"] == "hello"
        coming = asyncio.ensure_future(anext(news))
        await browser.post(f"{amal.act}/say", text="Bonjour")
        assert await coming == {"event": "lines", "data": ""}
        visit.signed_in = False
        assert all(one["data"] == "" for one in [one async for one in news])
