"""How much is taken in, and what is said to who writes too much."""

import pytest
from pydantic import SecretStr, ValidationError

from bot.app import create_app
from bot.incoming import Incoming
from bot.limits import Limits, Verdict
from bot.models import IncomingRow
from bot.speech import Speech
from errors import SettingsError, TooMany
from people.models import Contact
from settings import Settings
from store.engine import Database
from tests.bot.conftest import edge, post, say, texts, until
from tests.bot.fake_dialogue import running
from tests.bot.probe import Platform, posting, probe


@pytest.fixture
def platform():
    platform = Platform()
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture
def database(settings):
    database = Database(settings.database)
    yield database
    database.close()


def limits(**rates):
    return Limits(Settings(_env_file=None, **rates))


def message(address="amal", network=None):
    return Incoming("web", address, "1", text="x", network=network)


async def test_a_person_is_told_once_and_then_met_with_silence():
    few = limits(rate_person="3/minute")
    verdicts = [await few.check(message()) for _ in range(6)]
    assert verdicts == [Verdict.TAKE] * 3 + [Verdict.TELL] + [Verdict.SILENCE] * 2
    assert await few.check(message("badr")) is Verdict.TAKE
    assert await few.check(message(), trusted=True) is Verdict.TAKE


async def test_an_address_is_limited_over_all_its_persons():
    few = limits(rate_address="3/hour")
    for number in range(3):
        assert await few.check(message(str(number), "192.0.2.1")) is Verdict.TAKE
    with pytest.raises(TooMany) as refused:
        await few.check(message("x", "192.0.2.1"))
    assert refused.value.after == 3600
    assert await few.check(message("x", "192.0.2.2")) is Verdict.TAKE
    assert await few.check(message("x")) is Verdict.TAKE


async def test_a_channel_is_limited_as_a_whole():
    few = limits(rate_channel="2 per 10 second")
    assert [await few.check(message(str(n))) for n in range(2)] == [Verdict.TAKE] * 2
    with pytest.raises(TooMany):
        await few.check(message("x"))


async def test_without_its_redis_an_edge_counts_by_itself():
    alone = limits(rate_person="1/minute", redis_url=SecretStr("redis://127.0.0.1:1"))
    verdicts = [await alone.check(message()) for _ in range(2)]
    assert verdicts == [Verdict.TAKE, Verdict.TELL]


@pytest.mark.parametrize("rate", ["", "many", "0/minute", "-1/minute", "5/fortnight", "5"])
def test_a_rate_that_is_none_is_named(rate):
    with pytest.raises(ValidationError, match="rate_person"):
        Settings(_env_file=None, rate_person=rate)


def test_a_redis_that_is_none_is_named():
    with pytest.raises(SettingsError, match="REDIS_URL"):
        limits(redis_url=SecretStr("nonsense"))


async def test_who_writes_too_fast_reads_so_once_and_what_they_wrote_is_kept(
    settings, platform, dialogue, database
):
    few = settings.model_copy(update={"rate_person": "2/hour"})
    word = Speech(settings).body("slow_down", "fr")["text"]
    with running(create_app(few, [probe(platform)])) as url:
        async with posting(url) as send:
            for number in range(5):
                assert (await send(id=str(number), text="salut")).status_code == 200
            await send(id="other", to="badr")
            await until(lambda: platform.texts("badr") and len(platform.texts()) == 3)
    assert platform.texts().count(word) == 1
    assert len(dialogue.asked) == 3
    with database.read() as session:
        assert session.query(IncomingRow).filter_by(status="limited").count() == 3


async def test_nobody_is_silenced_before_a_counsellor(settings, platform, dialogue, database):
    few = settings.model_copy(update={"rate_person": "1/hour"})
    with running(create_app(few, [probe(platform)])) as url:
        async with posting(url) as send:
            await send(id="1")
            await until(lambda: len(platform.texts()) == 1)
            with database.write() as session:
                session.query(Contact).one().held_by = "salma"
            for number in range(2, 6):
                await send(id=str(number))
    assert len(platform.texts()) == 1
    with database.read() as session:
        assert session.query(IncomingRow).filter_by(status="held").count() == 4


async def test_a_client_that_speaks_for_many_is_limited_as_a_whole_alone(settings):
    few = settings.model_copy(update={"rate_person": "1/hour", "rate_channel": "3/hour"})
    async with edge(few) as client:
        for number in range(3):
            assert texts(await say(client, f"salut {number}")) == [f"echo salut {number}"]
        refused = await post(client, message="salut")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "3600"
    assert set(refused.json()) == {"error"}
