"""Updates fetched: each once, in order, none lost for one that is no good."""

import pytest

from bot.app import create_app
from bot.channels.telegram.hearing import Hearing
from bot.models import IncomingRow
from errors import PartUnavailable
from store.engine import Database
from tests.bot.channels.telegram.conftest import Amal, maker
from tests.bot.channels.telegram.platform import trouble
from tests.bot.conftest import until
from tests.bot.fake_dialogue import running


@pytest.fixture
def polled(settings, platform):
    """What makes the edge, which fetches; and a person who writes to Telegram."""
    database = Database(settings.database)
    person = Amal(None, database, platform.chat)
    yield lambda: running(create_app(settings, [maker(platform, polls=True)])), person
    database.close()


def write(platform, amal, *texts, first=100):
    for number, text in enumerate(texts, first):
        platform.updates.append({"update_id": number, "message": amal.message(text=text)})


def offsets(platform):
    return [call.offset for call in platform.of("getUpdates")]


async def test_what_waits_is_taken_in_once_and_in_order(polled, platform, dialogue):
    start, amal = polled
    write(platform, amal, *(f"salut {number}" for number in range(5)))
    with start():
        await amal.answered(5)
        await until(lambda: "105" in offsets(platform))
        write(platform, amal, "encore", first=105)
        await amal.answered(6)
    assert [asked["message"] for asked in dialogue.asked] == [
        *(f"salut {number}" for number in range(5)),
        "encore",
    ]
    assert platform.of("deleteWebhook")
    assert platform.of("setWebhook") == []
    call = platform.of("getUpdates")[0]
    assert call.allowed_updates == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert int(call.timeout) >= 30
    assert platform.updates == []


async def test_what_came_while_nobody_fetched_is_answered_once_after_a_restart(
    polled, platform, dialogue
):
    start, amal = polled
    write(platform, amal, "salut")
    with start():
        await amal.answered()
    write(platform, amal, "deux", first=101)
    again = list(platform.updates)
    with start():
        await amal.answered(2)
    platform.updates = again
    with start():
        await until(lambda: "102" in offsets(platform))
    assert [asked["message"] for asked in dialogue.asked] == ["salut", "deux"]


async def test_an_update_that_is_no_good_holds_nobody_up(polled, platform, monkeypatch):
    start, amal = polled
    take = Hearing.take

    async def clumsy(self, content, intake):
        if content["update_id"] == 101:
            raise ZeroDivisionError
        await take(self, content, intake)

    monkeypatch.setattr(Hearing, "take", clumsy)
    platform.updates = [
        {"update_id": 99, "message": {"message_id": "x"}},
        {"update_id": 100, "novelty": {}},
        {"update_id": 101},
    ]
    write(platform, amal, "salut", first=102)
    with start():
        await amal.answered()
        await until(lambda: "103" in offsets(platform))


async def test_what_cannot_be_kept_now_is_fetched_again(polled, platform, monkeypatch):
    start, amal = polled
    take, tries = Hearing.take, []

    async def away(self, content, intake):
        tries.append(content["update_id"])
        if len(tries) < 4:
            raise PartUnavailable("the database is away")
        await take(self, content, intake)

    monkeypatch.setattr(Hearing, "take", away)
    write(platform, amal, "salut", "deux")
    with start():
        await amal.answered(2)
    assert tries == [100, 100, 100, 100, 101]


async def test_whatever_telegram_says_we_go_on_fetching(polled, platform):
    start, amal = polled
    platform.troubles["getUpdates"] = [
        trouble(409, "Conflict: terminated by other getUpdates request"),
        trouble(401, "Unauthorized"),
        trouble(500, "Internal Server Error"),
        trouble(429, "Too Many Requests: retry after 0.01", retry_after=0.01),
        (200, {"ok": True, "result": {"no": "list"}}),
        (200, {"ok": True, "result": ["no update"]}),
        (502, {"not": "Telegram's"}),
    ]
    write(platform, amal, "salut")
    with start():
        await amal.answered()
    assert amal.count(IncomingRow) == 1
    assert platform.troubles["getUpdates"] == []
