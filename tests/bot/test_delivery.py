"""Replies reach a platform once and in order, whatever it answers, on both engines."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select, update

from bot import courier, outbox
from bot.app import create_app
from bot.models import DispatchRow, IncomingRow, ReplyRow
from bot.speech import Speech
from people.models import Contact
from store.base import now
from tests.bot.conftest import settings_for, until
from tests.bot.fake_dialogue import running
from tests.bot.probe import Platform, posting, probe


@pytest.fixture(scope="module")
def served_platform():
    platform = Platform()
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture
def platform(served_platform):
    served_platform.forget()
    return served_platform


@pytest.fixture
def settings(tmp_path, dialogue, database):
    url = database.engine.url.render_as_string(hide_password=False)
    return settings_for(tmp_path, dialogue, url)


@pytest.fixture
def quick(monkeypatch):
    """Tries again at once: what is tested is what happens, not when."""
    monkeypatch.setattr(courier, "backoff", lambda attempts: 0.0)


@pytest.fixture
async def send(settings, platform):
    with running(create_app(settings, [probe(platform)])) as url:
        async with posting(url) as post:
            yield post


def count(database, kind, **values):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(kind).filter_by(**values))


def echoes(platform, to="amal"):
    return [text for text in platform.texts(to) if text.startswith("echo")]


async def test_a_message_is_acknowledged_and_its_answer_sent_in_order(send, platform, database):
    assert (await send(id="1", text="je cherche un stage")).status_code == 200
    await until(lambda: count(database, ReplyRow, status="sent") == 3)
    assert [message["answers"] for message in platform.sent] == ["1", "1", "1"]
    assert "machine" in platform.texts()[0]
    assert platform.texts()[2] == "…"
    assert {"to": "amal", "id": "1"} in platform.seen


async def test_the_acknowledgement_waits_for_nobody(send, dialogue, platform, database):
    dialogue.stall()
    assert (await send(id="1")).status_code == 200
    assert count(database, IncomingRow, status="received") == 1
    dialogue.go_on()
    await until(lambda: count(database, ReplyRow, status="sent") == 1)


async def test_each_update_five_times_fifty_at_once(send, dialogue, platform, database):
    bound = asyncio.Semaphore(50)

    async def once(number):
        async with bound:
            sent = await send(id=str(number), text=f"salut {number}", to=f"person {number % 20}")
            assert sent.status_code == 200

    await asyncio.gather(*(once(number) for number in range(100) for _ in range(5)))
    await until(lambda: count(database, IncomingRow, status="answered") == 100)
    await until(lambda: count(database, ReplyRow, status="pending") == 0)
    assert len(dialogue.asked) == 100
    said = [m["body"]["text"] for m in platform.sent if m["body"]["text"].startswith("echo")]
    assert sorted(said) == sorted(f"echo salut {number}" for number in range(100))
    assert platform.overlaps == dialogue.overlaps == 0


async def test_what_is_put_off_is_sent_later_and_nothing_overtakes(send, platform, database, quick):
    platform.troubles = [(500, None), (429, {"Retry-After": "0"}), (503, None)]
    for number in range(4):
        await send(id=str(number), text=f"salut {number}")
    await until(lambda: count(database, ReplyRow, status="sent") == 4)
    assert echoes(platform) == [f"echo salut {number}" for number in range(4)]
    assert [message["attempt"] for message in platform.sent] == [4, 1, 1, 1]


async def test_the_platforms_own_time_is_kept(send, platform, database):
    platform.troubles = [(429, {"Retry-After": "3000"})]
    await send(id="1", text="salut un")
    await until(lambda: count(database, ReplyRow, attempts=1) == 1)
    await send(id="2", text="deux")
    await until(lambda: count(database, ReplyRow, status="pending") == 2)
    assert platform.sent == []
    with database.read() as session:
        waits = [reply.due_at - now() for reply in session.query(ReplyRow)]
        assert session.query(ReplyRow).first().reason == "too fast"
    assert all(timedelta(seconds=2900) < wait < timedelta(seconds=3001) for wait in waits)


async def test_a_message_that_is_refused_for_ever_holds_nobody_up(send, platform, database):
    platform.troubles = [(400, None)]
    await send(id="1", text="salut un")
    await until(lambda: count(database, ReplyRow, status="failed", reason="trouble 400") == 1)
    await send(id="2", text="deux")
    await until(lambda: count(database, ReplyRow, status="sent") == 1)
    assert platform.texts() == ["echo deux"]


async def test_an_error_that_nobody_knows_is_not_tried_for_ever(send, platform, database, quick):
    platform.troubles = [(500, None)] * 10
    await send(id="1", text="salut un")
    await until(lambda: count(database, ReplyRow, status="failed", reason="RuntimeError") == 1)
    await send(id="2", text="deux")
    await until(lambda: count(database, ReplyRow, status="sent") == 1)


async def test_nothing_is_sent_to_who_has_blocked_us_until_they_write(send, platform, database):
    platform.troubles = [(403, None)]
    await send(id="1", text="salut un")
    await until(lambda: count(database, ReplyRow, status="failed") == 1)
    with database.write() as session:
        person = session.query(Contact).one()
        assert person.gone_at is not None
        body = [{"text": "une offre"}]
        assert outbox.put(session, person.id, body, "fr", purpose="alert") == []
    await send(id="2", text="deux")
    await until(lambda: count(database, ReplyRow, status="sent") == 1)
    assert count(database, Contact, gone_at=None) == 1
    await send.client.post("/webhooks/probe", json={"gone": "amal"})
    await send.client.post("/webhooks/probe", json={"gone": "nobody"})
    assert count(database, Contact, gone_at=None) == 0


async def test_what_we_say_unasked_is_sent_within_the_next_look(send, platform, database):
    await send(id="1")
    await until(lambda: count(database, ReplyRow, status="sent") == 1)
    with database.write() as session:
        person = session.query(Contact).one()
        bodies = [{"text": "une offre"}, {"text": "et une autre"}]
        outbox.put(session, person.id, bodies, "fr", purpose="alert")
    await until(lambda: len(platform.sent) == 3)
    assert platform.texts()[1:] == ["une offre", "et une autre"]
    assert {m["purpose"] for m in platform.sent[1:]} == {"alert"}
    await until(lambda: count(database, Contact, claimed_by=None) == 1)


async def test_what_waited_is_sent_after_a_restart(settings, platform, database, quick):
    platform.troubles = [(503, None)] * 1000
    with running(create_app(settings, [probe(platform)])) as url:
        async with posting(url) as send:
            for number in range(3):
                await send(id=str(number), text=f"salut {number}")
            await until(lambda: count(database, ReplyRow, status="pending") == 3)
    platform.troubles = []
    with running(create_app(settings, [probe(platform)])):
        await until(lambda: count(database, ReplyRow, status="sent") == 3)
    assert echoes(platform) == [f"echo salut {number}" for number in range(3)]


async def test_a_channel_that_is_switched_off_loses_nothing(settings, platform, database, quick):
    platform.troubles = [(503, None)] * 1000
    with running(create_app(settings, [probe(platform)])) as url:
        async with posting(url) as send:
            await send(id="1")
            await until(lambda: count(database, ReplyRow, status="pending") == 1)
    with running(create_app(settings, [])):
        await until(lambda: count(database, ReplyRow, due_at=None) == 1)
    platform.troubles = []
    assert count(database, ReplyRow, status="pending") == 1


def test_what_was_not_sent_for_a_day_has_failed_and_is_seen(database):
    with database.write() as session:
        person = Contact(channel="probe", address="amal")
        session.add(person)
        session.flush()
        old = outbox.put(session, person.id, [{"text": "old"}], "fr", purpose="alert")
        outbox.put(session, person.id, [{"text": "new"}], "fr", purpose="alert")
        yesterday = {"created_at": now() - timedelta(hours=25), "reason": "too fast"}
        session.execute(update(ReplyRow).where(ReplyRow.id.in_(old)).values(yesterday))
        assert outbox.give_up_old(session) == 1
        assert outbox.give_up_old(session) == 0
        assert outbox.counts(session) == {"pending": 1, "failed": 1}
        assert session.get(ReplyRow, old[0]).reason == "too fast"


@pytest.mark.parametrize(
    ("receipts", "status", "reason"),
    [
        ([("p1", "delivered", None)], "delivered", None),
        ([("p1", "read", None), ("p1", "delivered", None)], "read", None),
        ([("p1", "delivered", None), ("p1", "failed", "late")], "delivered", None),
        ([("p1", "failed", "131047 window closed")], "failed", "131047 window closed"),
        ([("p1", "failed", "x"), ("p1", "read", None)], "read", None),
        ([("unknown", "read", None)], "sent", None),
    ],
)
async def test_receipts_in_any_order(send, platform, database, receipts, status, reason):
    await send(id="1")
    await until(lambda: count(database, ReplyRow, status="sent") == 1)
    for one in receipts * 2:
        told = await send.client.post("/webhooks/probe", json={"receipts": [one]})
        assert told.status_code == 200
    assert count(database, ReplyRow, status=status, reason=reason) == 1


async def test_a_receipt_may_come_before_we_know_what_it_tells_of(send, platform, database):
    early = {"receipts": [("p1", "read", None)]}
    assert (await send.client.post("/webhooks/probe", json=early)).status_code == 200
    await send(id="1")
    await until(lambda: count(database, ReplyRow, status="read") == 1)
    assert count(database, DispatchRow) == 1


async def test_when_a_part_is_away_the_person_is_told_once(send, dialogue, platform, settings):
    slow = Speech(settings).body("slow_kept", "fr")["text"]
    dialogue.status = 503
    await send(id="1", text="salut")
    await until(lambda: platform.texts() == [slow])
    dialogue.status = 200
    await until(lambda: echoes(platform) == ["echo salut"])
    assert platform.texts().count(slow) == 1


async def test_a_patience_that_ends_is_told(settings, dialogue, platform, database):
    hasty = settings.model_copy(update={"dialogue_timeout": 0.05})
    slow = Speech(settings).body("slow_kept", "fr")["text"]
    dialogue.stall()
    with running(create_app(hasty, [probe(platform)])) as url:
        async with posting(url) as send:
            await send(id="1")
            await until(lambda: platform.texts() == [slow])
            dialogue.go_on()
            await until(lambda: len(platform.sent) == 2)


async def test_a_full_conversation_is_told_once_and_all_of_it_is_answered(
    send, dialogue, platform, settings, database
):
    dialogue.stall()
    for number in range(14):
        await send(id=str(number), text=f"salut {number}")
    busy = Speech(settings).body("busy_with_yours", "fr")["text"]
    await until(lambda: busy in platform.texts())
    dialogue.go_on()
    await until(lambda: len(echoes(platform)) == 14)
    assert echoes(platform) == [f"echo salut {number}" for number in range(14)]
    assert platform.texts().count(busy) == 1


async def test_one_edge_alone_runs_what_a_channel_has_to_run(settings, platform):
    made = []

    def make(settings, speech):
        made.append(probe(platform)(settings, speech))
        return made[-1]

    with running(create_app(settings, [make])):
        await until(lambda: made[0].runs == 1)


def test_the_wait_grows_and_never_all_alike():
    waits = [courier.backoff(attempts) for attempts in range(12)]
    assert all(later > earlier for earlier, later in pairwise(waits[:7]))
    assert 700 < courier.backoff(30) < 1100
    assert len({courier.backoff(3) for _ in range(10)}) > 1
