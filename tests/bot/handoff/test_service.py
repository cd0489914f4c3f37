"""What a counsellor does and reads."""

import asyncio
import contextlib
import shutil
from contextlib import aclosing
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.handoff.models import Reading
from bot.handoff.views import Actor
from bot.models import ReplyRow
from catalogue.models import Listing
from errors import BadInput, Gone, NotThere, NotYours, Taken
from languages.translation.install import install
from languages.translation.packages import Packages
from people.models import Contact, PersonProfile, Verdict
from tests.bot.conftest import until
from tests.bot.handoff.conftest import NADIA, OMAR, SALMA, desk, settings_of
from tests.catalogue.listings import event, put
from tests.languages.translation.make_argos import FOLDER

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def transcript(running, actor=SALMA, sender="amal", **options):
    return await running.service.transcript(actor, running.contact(sender).id, **options)


async def test_the_transcript_holds_all_that_was_said_in_order(running):
    handoff_id = await running.held()
    await running.say("merci de votre aide")
    await running.service.send(SALMA, handoff_id, "Avec plaisir.")
    await running.service.note(SALMA, handoff_id, "Cherche depuis un an.")
    lines = await transcript(running)
    assert [line.kind for line in lines] == [
        "person", "step", "bot", "bot", "bot", "step", "bot", "person", "counsellor", "note",
    ]  # fmt: skip
    assert [line.step for line in lines if line.step] == ["asked", "taken"]
    said = lines[-2]
    assert (said.text, said.author, said.status, said.automatic) == (
        "Avec plaisir.", "salma", "pending", False,
    )  # fmt: skip
    assert len({line.key for line in lines}) == len(lines)


async def test_page_by_page_nothing_is_lost(running):
    handoff_id = await running.held()
    for number in range(7):
        await running.service.send(SALMA, handoff_id, f"ligne {number}")
    whole = [line.key for line in await transcript(running)]
    paged, before = [], None
    while page := await transcript(running, before=before, limit=2):
        paged = [line.key for line in page] + paged
        before = page[0].at
    assert paged == whole


async def test_the_card_is_put_together_from_rows(running):
    put(running.database, *(event(title, place="online") for title in ("Menuisier", "Soudeur")))
    await running.say("salut")
    contact_id = running.contact().id
    with running.database.write() as session:
        ids = [one.id for one in session.query(Listing).order_by(Listing.id)][:2]
        session.add(PersonProfile(contact_id=contact_id, occupation="menuisier", age_band="18-24"))
        session.add(Verdict(contact_id=contact_id, listing_id=ids[1], verdict="dismissed"))
        body = {"text": "1 offre", "custom": {"cards": [{"id": str(ids[0])}]}}
        session.add(ReplyRow(contact_id=contact_id, position=0, body=body, status="sent"))
    await running.say("asked")
    card = await running.service.card(SALMA, contact_id)
    assert card.wish == {"kind": "offer", "what": "menuisier", "place": "Casablanca"}
    assert card.profile == {"occupation": "menuisier", "age_band": "18-24"}
    assert card.consented_at is not None
    assert [(one.title, one.state) for one in card.listings] == [
        ("Soudeur", "dismissed"), ("Menuisier", "shown"),
    ]  # fmt: skip
    assert (card.item.language, card.item.channel, card.item.position) == ("fr", "rest", 1)
    assert 0 <= card.waited < 60


async def test_without_consent_there_is_no_profile(running):
    await running.say("asked")
    card = await running.service.card(SALMA, running.contact().id)
    assert (card.profile, card.consented_at, card.failed) == ({}, None, [])


async def test_unread_marks_and_who_answers_first(running):
    first = await running.held(sender="amal")
    second = await running.held(sender="badr")
    await running.service.send(SALMA, first, "Oui ?")
    await running.service.send(SALMA, second, "Oui ?")
    await running.say("une question", sender="badr")
    await running.say("encore une", sender="badr")
    await until(lambda: running.row("badr").unanswered_since is not None)
    mine = (await running.service.queue(SALMA)).mine
    assert [(item.id, item.unread) for item in mine] == [(second, 2), (first, 0)]
    assert mine[0].preview == "encore une"
    last = (await transcript(running, sender="badr"))[-1]
    await running.service.seen(SALMA, second, last.key)
    await running.service.seen(OMAR, first, "i999999")
    await running.service.seen(SALMA, second, "nonsense")
    assert [item.unread for item in (await running.service.queue(SALMA)).mine] == [0, 0]


async def test_others_conversations_are_for_who_supervises(running):
    handoff_id = await running.held()
    assert (await running.service.queue(OMAR)).others == []
    assert [item.id for item in (await running.service.queue(NADIA)).others] == [handoff_id]
    with pytest.raises(NotThere):
        await transcript(running, OMAR)
    with pytest.raises(NotThere):
        await running.service.note(OMAR, handoff_id, "x")
    assert await transcript(running, NADIA)


@pytest.mark.parametrize("text", ["", "  \n", "\x00", "\ud800", "x" * 4001])
async def test_what_is_no_message_is_refused(running, text):
    handoff_id = await running.held()
    with pytest.raises(BadInput):
        await running.service.send(SALMA, handoff_id, text)
    with pytest.raises(BadInput):
        await running.service.note(SALMA, handoff_id, text)


async def test_nobody_else_acts_on_it(running):
    handoff_id = await running.held()
    acts = (
        running.service.send(OMAR, handoff_id, "Bonjour"),
        running.service.send_texts(OMAR, handoff_id, {"fr": "Bonjour"}),
        running.service.close(OMAR, handoff_id, "helped"),
        running.service.give_back(OMAR, handoff_id),
        running.service.transfer(OMAR, handoff_id, account="salma"),
        running.service.assign(OMAR, handoff_id, "omar"),
        running.service.delete_team(OMAR, 1),
    )
    for act in acts:
        with pytest.raises(NotYours):
            await act
    with pytest.raises(Taken) as taken:
        await running.service.take(OMAR, handoff_id)
    assert taken.value.account_id == "salma"
    with pytest.raises(BadInput):
        await running.service.close(SALMA, handoff_id, "a new car")
    for to in ({}, {"account": "omar", "team": 1}, {"account": "salma"}):
        with pytest.raises(BadInput):
            await running.service.transfer(SALMA, handoff_id, **to)
    for to in ({"team": 99}, {"account": "nobody"}):
        with pytest.raises(NotThere):
            await running.service.transfer(SALMA, handoff_id, note="x", **to)
    assert [line.kind for line in await transcript(running)].count("note") == 0
    with pytest.raises(NotThere):
        await running.service.item(SALMA, 10**9)


async def test_who_supervises_assigns_and_takes_over(running):
    await running.say("asked")
    handoff_id = running.row().id
    assert (await running.service.assign(NADIA, handoff_id, "omar")).account_id == "omar"
    assert (await running.service.assign(NADIA, handoff_id, "salma")).account_id == "salma"
    with pytest.raises(BadInput):
        await running.service.assign(NADIA, handoff_id, "salma")
    assert (await running.service.close(NADIA, handoff_id, "other")).state == "closed"
    assert running.text("handoff_ended", name="Salma") in running.fetch()


async def test_who_wants_no_name_told_is_our_team(running):
    quiet = replace(SALMA, named=False)
    await running.service.here(quiet, languages=["fr"])
    handoff_id = await running.held(quiet)
    await running.service.send(quiet, handoff_id, "Bonjour")
    await running.service.transfer(quiet, handoff_id, account="omar")
    await running.service.transfer(OMAR, handoff_id, account="salma")
    await running.service.close(quiet, handoff_id, "other")
    said = running.fetch()
    assert running.text("handoff_taken_unnamed") in said
    assert running.text("handoff_taken", name="Omar") in said
    assert running.text("handoff_ended_unnamed") in said
    assert not [one for one in said if "Salma" in one]
    with running.database.read() as session:
        query = session.query(ReplyRow).filter_by(purpose="counsellor")
        bodies = [row.body for row in query if row.body["text"] == "Bonjour"]
    assert bodies[-1]["custom"] == {"counsellor": {}}


async def test_a_prepared_answer_goes_in_the_persons_language(running):
    await running.say('/change_language{"language":"ar"}')
    handoff_id = await running.held()
    line = await running.service.send_texts(SALMA, handoff_id, {"fr": "Bonjour", "ar": "مرحبا"})
    assert (line.text, line.language, line.author) == ("مرحبا", "ar", "salma")
    line = await running.service.send_texts(SALMA, handoff_id, {"fr": "Bonjour"})
    assert (line.text, line.language) == ("Bonjour", "fr")
    with pytest.raises(BadInput):
        await running.service.send_texts(SALMA, handoff_id, {"en": "Hello"})


async def test_a_listing_that_is_not_there(running):
    handoff_id = await running.held()
    with pytest.raises(NotThere):
        await running.service.send_listing(SALMA, handoff_id, 10**6)


async def test_who_has_blocked_us_is_not_written_to(running):
    handoff_id = await running.held()
    with running.database.write() as session:
        row = session.get(Contact, running.contact().id)
        row.gone_at = row.created_at
    with pytest.raises(Gone):
        await running.service.send(SALMA, handoff_id, "Bonjour")
    assert not [line for line in await transcript(running) if line.kind == "counsellor"]


async def test_search_in_ones_own_conversations(running):
    handoff_id = await running.held()
    await running.say("mon attestation 100% perdue")
    await running.service.send(SALMA, handoff_id, "Votre attestation arrive.")
    found = await running.service.search(SALMA, "ATTESTATION")
    assert [one.line.kind for one in found] == ["counsellor", "person"]
    assert {one.item.id for one in found} == {handoff_id}
    assert [one.line.kind for one in await running.service.search(NADIA, "100%")] == ["person"]
    for actor, text in ((OMAR, "attestation"), (SALMA, "1%0"), (SALMA, ""), (SALMA, "_")):
        assert await running.service.search(actor, text) == []


async def test_what_happens_is_heard_at_once_and_says_nothing(running):
    heard = []
    note = heard.append

    async def listen():
        async with aclosing(running.service.events(SALMA)) as events:
            async for event in events:
                note(event)

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0)
    handoff_id = await running.held()
    await running.say("bonjour Salma")
    await running.service.send(SALMA, handoff_id, "Bonjour")
    await running.service.close(SALMA, handoff_id, "helped")
    await until(lambda: [event.kind for event in heard].count("held") == 2)
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening
    kinds = [event.kind for event in heard]
    assert kinds[:2] == ["queue", "held"]
    assert kinds.count("message") >= 2  # what became of a message is told as well, if in time
    assert {event.contact_id for event in heard} == {running.contact().id}
    assert "Bonjour" not in repr(heard)


async def test_fifty_conversations_and_twenty_counsellors(running):
    counsellors = [Actor(f"c{number}", f"C{number}", "fr") for number in range(20)]
    senders = [f"p{number}" for number in range(50)]
    await asyncio.gather(*(running.say("asked", sender=one) for one in senders))
    ids = {running.row(one).id: one for one in senders}

    async def work(actor):
        taken = []
        for handoff_id in ids:
            with contextlib.suppress(Taken):
                taken.append((await running.service.take(actor, handoff_id)).id)
        for handoff_id in taken:
            for number in range(3):
                await running.service.send(actor, handoff_id, f"{actor.id} {number}")
        return taken

    async def talk(sender):
        return [await running.say(f"question {number}", sender=sender) for number in range(3)]

    taken = await asyncio.gather(*(work(actor) for actor in counsellors), *map(talk, senders))
    won = [one for some in taken[:20] for one in some]
    assert sorted(won) == sorted(ids)
    for actor, some in zip(counsellors, taken[:20], strict=True):
        for handoff_id in some:
            lines = await transcript(running, actor, sender=ids[handoff_id], limit=200)
            said = [line.text for line in lines if line.kind == "counsellor"]
            assert said == [f"{actor.id} {number}" for number in range(3)]
            asked = [line.text for line in lines if line.text.startswith("question")]
            assert asked == [f"question {number}" for number in range(3)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def translating_edge(tmp_path_factory, served_dialogue, migrated):
    """An edge whose models know a few words."""
    folder = tmp_path_factory.mktemp("translating")
    settings = settings_of(folder, served_dialogue, migrated)
    packages = Packages(tmp_path_factory.mktemp("models"))
    for path in FOLDER.glob("*.argosmodel"):
        install(path, packages, known=None)
    shutil.copytree(packages.home, settings.tawjih_home / "translation")
    async with desk(settings) as made:
        yield made


@pytest.fixture
def translating(translating_edge, dialogue):
    translating_edge.begin(SALMA, OMAR)
    return translating_edge


async def test_each_side_reads_its_own_language(translating):
    await translating.say('/change_language{"language":"ar"}')
    handoff_id = await translating.held()
    line = await translating.service.send(SALMA, handoff_id, "Bonjour")
    assert (line.text, line.automatic, line.original.split("\n")[0]) == ("Bonjour", True, "مرحبا")
    [body] = await translating.bodies("مرحبا")
    assert body["text"] == f"مرحبا\n{translating.text('handoff_translated', 'ar')}"
    [button] = body["buttons"]
    await transcript(translating)
    await until(lambda: count(translating) == 1)
    read = (await transcript(translating))[-1]
    assert (read.text, read.original, read.language, read.automatic) == (
        "Bonjour", "مرحبا", "fr", True,
    )  # fmt: skip
    # One tap away, while a human holds the conversation too
    await translating.bodies(button["payload"])
    await until(
        lambda: translating.text("handoff_original", "ar", text="Bonjour") in waiting(translating)
    )
    await translating.service.give_back(SALMA, handoff_id)
    translating.fetch()
    original = await translating.say(button["payload"])
    assert original == [translating.text("handoff_original", "ar", text="Bonjour")]
    gone = await translating.say('/handoff_original{"id":1}', sender="badr")
    assert translating.text("handoff_original_gone") in gone


def waiting(running):
    with running.database.read() as session:
        query = session.query(ReplyRow).filter_by(contact_id=running.contact().id, status="pending")
        return [row.body["text"].replace("\u2068", "").replace("\u2069", "") for row in query]


def count(running):
    with running.database.read() as session:
        return session.query(Reading).filter(Reading.incoming_id.is_not(None)).count()


async def test_without_a_model_both_originals_show(running):
    await running.say('/change_language{"language":"ar"}')
    handoff_id = await running.held()
    line = await running.service.send(SALMA, handoff_id, "Bonjour")
    assert (line.text, line.original, line.automatic) == ("Bonjour", None, False)
    assert await running.say("مرحبا") == ["Bonjour"]
    assert (await transcript(running))[-1].text == "مرحبا"
    assert count(running) == 0
