"""Each message is answered once, in order, whatever happens to the parts behind."""

import asyncio

import pytest
from sqlalchemy import func, select

from bot.models import IncomingRow, ReplyRow
from tests.bot.conftest import edge, say, settings_for, texts, until

HELLO = {"fr": "bonjour", "en": "hello", "ar": "مرحبا"}


@pytest.fixture
def settings(tmp_path, dialogue, database):
    """On both engines: what this file tests is what the rows remember."""
    url = database.engine.url.render_as_string(hide_password=False)
    return settings_for(tmp_path, dialogue, url)


def count(database, kind, **values):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(kind).filter_by(**values))


async def test_a_message_that_comes_fifty_times_at_once_is_answered_once(
    client, dialogue, database
):
    answers = await asyncio.gather(
        *(say(client, "je cherche un stage", message_id="same") for _ in range(50))
    )
    assert len(dialogue.asked) == 1
    assert all(answer == answers[0] for answer in answers)
    assert await say(client, "other words", message_id="same") == answers[0]
    assert count(database, IncomingRow, status="answered") == 1
    assert count(database, ReplyRow, status="sent") == len(answers[0]) == 3


async def test_a_repeat_waits_for_the_first_ones_answer(client, dialogue):
    dialogue.stall()
    first = asyncio.create_task(say(client, "salut", message_id="same"))
    await until(lambda: dialogue.asked)
    second = asyncio.create_task(say(client, "salut", message_id="same"))
    await asyncio.sleep(0)
    dialogue.go_on()
    assert await first == await second
    assert len(dialogue.asked) == 1


async def test_a_conversation_is_answered_one_message_at_a_time(client, dialogue, database):
    senders = [f"person {number}" for number in range(8)]
    rounds = range(6)
    talks = [say(client, f"salut {turn}", sender=sender) for turn in rounds for sender in senders]
    answers = await asyncio.gather(*talks)
    assert [texts(answer) for answer in answers] == [
        [f"echo salut {turn}"] for turn in rounds for _ in senders
    ]
    assert dialogue.overlaps == 0
    with database.read() as session:
        written = session.execute(
            select(IncomingRow.contact_id, IncomingRow.text).order_by(IncomingRow.id)
        ).all()
    for person in {row.contact_id for row in written}:
        asked = [a["message"] for a in dialogue.asked if a["sender"] == person]
        assert asked == [row.text for row in written if row.contact_id == person]


async def test_many_conversations_go_side_by_side_but_not_without_bound(client, dialogue):
    dialogue.stall()
    talks = [asyncio.create_task(say(client, "salut", sender=str(n))) for n in range(60)]
    await until(lambda: dialogue.under_way == 32)
    dialogue.go_on()
    await asyncio.gather(*talks)
    assert dialogue.most_under_way == 32


@pytest.mark.parametrize("language", HELLO)
async def test_when_the_dialogue_is_away_the_person_is_told_and_answered_later(
    client, dialogue, database, language
):
    dialogue.stop()
    slow = client.speech.body("slow_kept", language)["text"]
    assert texts(await say(client, HELLO[language], message_id="1", language=language)) == [slow]
    assert await say(client, HELLO[language], message_id="1") == []
    dialogue.start()
    await until(lambda: count(database, IncomingRow, status="answered") == 1)
    later = await say(client, HELLO[language], message_id="1")
    assert texts(later) == [f"echo {HELLO[language]}"]
    assert len(dialogue.asked) == 1


async def test_arabic_letters_are_told_so_in_arabic_when_nothing_else_is_known(client, dialogue):
    dialogue.status = 503
    slow = client.speech.body("slow_kept", "ar")["text"]
    assert texts(await say(client, "أبحث عن عمل")) == [slow]


async def test_what_was_answered_meanwhile_comes_before_the_next_answer(client, dialogue, database):
    dialogue.status = 503
    assert len(await say(client, "salut un")) == 1
    assert len(await say(client, "deux")) == 1
    dialogue.status = 200
    await until(lambda: count(database, IncomingRow, status="answered") == 2)
    said = texts(await say(client, "trois"))
    assert said == ["echo salut un", "echo deux", "echo trois"]
    assert texts(await say(client, "quatre")) == ["echo quatre"]
    assert count(database, ReplyRow, status="pending") == 0


async def test_a_message_waits_behind_one_that_waits(client, dialogue):
    dialogue.stall()
    first = asyncio.create_task(say(client, "salut un"))
    await until(lambda: dialogue.asked)
    second = asyncio.create_task(say(client, "deux"))
    dialogue.go_on()
    assert texts(await first) + texts(await second) == ["echo salut un", "echo deux"]


async def test_a_dialogue_that_stalls_makes_nobody_wait_for_ever(settings, dialogue, database):
    hasty = settings.model_copy(update={"dialogue_timeout": 0.05})
    dialogue.stall()
    async with edge(hasty) as client:
        slow = client.speech.body("slow_kept", "fr")["text"]
        assert texts(await say(client, "salut")) == [slow]
        dialogue.go_on()
        await until(lambda: count(database, IncomingRow, status="answered") == 1)
    assert count(database, ReplyRow, status="pending") == 1


async def test_what_waits_is_answered_after_a_restart(settings, dialogue, database):
    dialogue.stop()
    async with edge(settings) as client:
        await say(client, "salut un", message_id="1")
        await say(client, "deux", message_id="2")
        await say(client, "salut trois", sender="badr")
    dialogue.start()
    async with edge(settings) as client:
        await until(lambda: count(database, IncomingRow, status="answered") == 3)
        assert texts(await say(client, "deux", message_id="2")) == ["echo deux"]
        assert texts(await say(client, "quatre")) == ["echo salut un", "echo quatre"]
    assert [a["message"] for a in dialogue.asked if a["message"] != "salut trois"] == [
        "salut un",
        "deux",
        "quatre",
    ]


async def test_an_edge_that_stops_in_the_middle_loses_nothing(settings, dialogue, database):
    dialogue.stall()
    async with edge(settings) as client:
        talk = asyncio.create_task(say(client, "salut", message_id="1"))
        await until(lambda: dialogue.asked)
        talk.cancel()
        await asyncio.gather(talk, return_exceptions=True)
    assert count(database, IncomingRow, status="received") == 1
    dialogue.go_on()
    async with edge(settings) as client:
        assert texts(await say(client, "salut", message_id="1")) == ["echo salut"]
    assert count(database, IncomingRow) == 1


async def test_a_message_that_the_dialogue_chokes_on_holds_nobody_up(client, dialogue, database):
    dialogue.content = {"messages": "no list", "language": "fr"}
    slow = client.speech.body("slow_kept", "fr")["text"]
    assert texts(await say(client, "salut un", message_id="1")) == [slow]
    await until(lambda: count(database, IncomingRow, status="failed") == 1)
    dialogue.content = None
    sorry = client.speech.body("our_fault", "fr")["text"]
    assert texts(await say(client, "deux")) == [sorry, "echo deux"]
    assert len(dialogue.asked) == 4


async def test_one_conversation_in_trouble_leaves_the_others_alone(client, dialogue, database):
    dialogue.content, dialogue.status = {"error": "choked"}, 500
    await say(client, "salut un")
    dialogue.content, dialogue.status = None, 200
    assert texts(await say(client, "salut", sender="badr")) == ["echo salut"]
    await until(lambda: count(database, IncomingRow, status="answered") == 2)


async def test_a_dialogue_that_says_nothing_leaves_nobody_without_an_answer(client, dialogue):
    dialogue.content = {"messages": [], "language": "en"}
    sorry = client.speech.body("our_fault", "en")["text"]
    assert texts(await say(client, "hello")) == [sorry]
