"""Asked after 30 and 90 days by who agreed to it, in two taps; stopped with one."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.followups import asking
from bot.followups.taps import FollowUpTaps
from bot.handoff.models import Handoff
from bot.handoff.views import Rated
from bot.models import ReplyRow
from bot.speech import Speech
from bot.transactions import Transactions
from people.followup_models import FollowUp
from people.models import Contact
from people.timing import Clock
from settings import Settings
from store.base import now

CLOCK = Clock(ZoneInfo("Africa/Casablanca"), 0, 0)
CLOSED = now() - timedelta(minutes=5)


@pytest.fixture
async def desk(database):
    """Amal, whose conversation was just closed."""
    transactions, speech = Transactions(database), Speech(Settings())
    with database.write() as session:
        session.add(Contact(id="amal", channel="test", address="amal", language="fr"))
        session.flush()
        row = Handoff(
            contact_id="amal", state="closed", reason="asked", language="fr", closed_at=CLOSED
        )
        session.add(row)
    taps = FollowUpTaps(transactions, speech)

    async def tap(payload, language="fr"):
        own = await taps.compose(SimpleNamespace(contact_id="amal", payload=payload), language)
        return own and own.bodies[0]["text"]

    def text(key, language="fr", **words):
        return speech.body(key, language, **words)["text"]

    async def look(after):
        return await asking.look(transactions, speech, CLOCK, CLOSED + after)

    yield SimpleNamespace(db=database, tap=tap, text=text, look=look, speech=speech)
    await transactions.settle()


def rows(desk):
    with desk.db.read() as session:
        return session.scalars(select(FollowUp).order_by(FollowUp.day)).all()


def said(desk):
    with desk.db.read() as session:
        return [row.body["text"] for row in session.scalars(select(ReplyRow))]


def offered(desk):
    with desk.db.write() as session:
        return asking.offer(session, Rated(1, "amal", 3, 3, "fr"), desk.speech)


async def test_nobody_is_asked_who_did_not_agree(desk):
    assert offered(desk)[0]["text"] == desk.text("followup_offer")
    assert await desk.tap("/followup_no") == desk.text("followup_declined")
    assert rows(desk) == []
    assert await desk.look(timedelta(days=100)) == 0


async def test_who_agrees_is_asked_after_30_and_after_90_days_once(desk):
    assert await desk.tap("/followup_yes") == desk.text("followup_agreed")
    assert await desk.tap("/followup_yes") == desk.text("followup_agreed")  # a second tap
    assert [(row.day, row.due_at - CLOSED) for row in rows(desk)] == [
        (30, timedelta(days=30)),
        (90, timedelta(days=90)),
    ]
    assert offered(desk) == []
    assert await desk.look(timedelta(days=29)) == 0
    assert await desk.look(timedelta(days=30)) == 1
    assert await desk.look(timedelta(days=31)) == 0
    assert await desk.look(timedelta(days=90)) == 1
    assert said(desk) == [desk.text("followup_ask", count=day) for day in (30, 90)]


async def asked(desk, days=30):
    await desk.tap("/followup_yes")
    with desk.db.write() as session:
        for row in session.scalars(select(FollowUp).where(FollowUp.day <= days)):
            row.asked_at = now()


@pytest.mark.parametrize(
    ("value", "days", "key"),
    [
        ("work", 30, "followup_thanks_more"),
        ("training", 90, "followup_thanks"),
        ("neither", 30, "followup_thanks_looking"),
    ],
)
async def test_two_taps_are_the_outcome(desk, value, days, key):
    await asked(desk, days)
    assert await desk.tap('/followup_helped{"value":"3"}') == desk.text("followup_now")
    assert await desk.tap(f'/followup_now{{"value":"{value}"}}') == desk.text(key)
    row = next(row for row in rows(desk) if row.answered_at)
    assert (row.helped, row.situation) == (3, value)


async def test_stop_ends_it_and_keeps_what_was_answered(desk):
    await asked(desk)
    await desk.tap('/followup_helped{"value":"1"}')
    assert await desk.tap("/followup_stop") == desk.text("followup_stopped")
    assert [(row.day, row.helped) for row in rows(desk)] == [(30, 1)]


@pytest.mark.parametrize(
    "payload", ['/followup_helped{"value":"9"}', '/followup_now{"value":"<b>"}', "/followup_now"]
)
async def test_answers_that_nobody_offered_are_not_kept(desk, payload):
    await asked(desk)
    assert await desk.tap(payload) == desk.text("followup_late")
    assert {(row.helped, row.situation) for row in rows(desk)} == {(None, None)}


async def test_an_answer_to_what_was_never_asked_is_not_kept(desk):
    assert await desk.tap('/followup_helped{"value":"3"}') == desk.text("followup_late")
    with desk.db.write() as session:
        session.query(Handoff).delete()
    assert await desk.tap("/followup_yes") == desk.text("followup_late")


async def test_others_messages_are_not_ours(desk):
    for payload in (None, "/greet", "/followup", '/followup_other{"value":"1"}'):
        assert await desk.tap(payload) is None


async def test_it_waits_while_a_counsellor_is_there_and_ends_when_they_block_us(desk):
    await desk.tap("/followup_yes")
    with desk.db.write() as session:
        session.get(Contact, "amal").held_by = "salma"
    assert await desk.look(timedelta(days=30)) == 0
    with desk.db.write() as session:
        contact = session.get(Contact, "amal")
        contact.held_by, contact.gone_at = None, now()
    assert await desk.look(timedelta(days=32)) == 0
    assert [row.day for row in rows(desk)] == [90]
    assert said(desk) == []


async def test_nobody_is_asked_at_night(desk):
    await desk.tap("/followup_yes")
    night = datetime(2099, 1, 1, 23, tzinfo=UTC)
    quiet = Clock(ZoneInfo("UTC"), 21, 8)
    transactions = Transactions(desk.db)
    assert await asking.look(transactions, desk.speech, quiet, night) == 0
    assert await asking.look(transactions, desk.speech, quiet, night + timedelta(hours=10)) == 1
    await transactions.settle()


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
async def test_it_speaks_the_three_languages(desk, language):
    await asked(desk)
    said = await desk.tap('/followup_now{"value":"work"}', language)
    assert said == desk.text("followup_thanks_more", language)
