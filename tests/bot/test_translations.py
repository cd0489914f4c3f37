import shutil

import pytest

from bot.transactions import Transactions
from bot.translations import TranslationQueue
from languages.translation import cache
from languages.translation.cache import TranslatedText
from languages.translation.install import install
from languages.translation.packages import Packages
from languages.translation.process import TranslationProcess
from languages.translation.result import Translation, Wish
from store.base import now
from store.engine import Database
from tests.bot.conftest import edge, say, texts, until
from tests.languages.translation.make_argos import FOLDER

WISH = Wish("Bonjour", "fr", "ar")
BACK = Wish("مرحبا", "ar", "fr")


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    packages = Packages(tmp_path_factory.mktemp("models"))
    for path in FOLDER.glob("*.argosmodel"):
        install(path, packages, known=None)
    return packages.home


@pytest.fixture
def with_models(settings, models):
    """The edge's settings, where its folder has models."""
    shutil.copytree(models, settings.tawjih_home / "translation")
    return settings


@pytest.fixture
def rows(settings):
    database = Database(settings.database)
    yield database
    database.close()


def want(rows, *wishes):
    with rows.write() as session:
        cache.want(session, wishes)


def find(rows, wish=WISH):
    with rows.read() as session:
        return cache.find(session, wish)


async def test_the_running_edge_translates_what_waits(with_models, rows):
    want(rows, WISH, BACK)
    async with edge(with_models) as client:
        await until(lambda: find(rows) and find(rows, BACK))
        assert texts(await say(client, "salut")) == ["echo salut"]
    assert find(rows) == Translation("مرحبا", automatic=True, original="Bonjour")
    assert find(rows, BACK).text == "Bonjour"


async def test_without_models_the_edge_leaves_the_queue_alone(settings, rows):
    want(rows, WISH)
    transactions = Transactions(rows)
    async with TranslationProcess(Packages(settings.tawjih_home / "translation")) as process:
        assert await TranslationQueue(transactions, process).once() is False
        assert process.pid is None
    await transactions.settle()
    with rows.read() as session:
        assert session.get(TranslatedText, WISH.key).attempts == 0


@pytest.fixture
async def queue(with_models, rows):
    transactions = Transactions(rows)
    async with TranslationProcess(Packages(with_models.tawjih_home / "translation")) as process:
        yield TranslationQueue(transactions, process)
    await transactions.settle()


async def test_one_after_another_and_then_nothing(queue, rows):
    want(rows, WISH, BACK, Wish("Zorb blick quanv trem", "fr", "ar"))
    assert [await queue.once() for _ in range(4)] == [True, True, True, False]
    assert find(rows, Wish("Zorb blick quanv trem", "fr", "ar")).automatic is False


async def test_what_cannot_be_translated_now_waits_and_is_given_up_in_the_end(
    queue, rows, monkeypatch
):
    monkeypatch.setattr("languages.translation.process.sys.executable", "/nowhere/python")
    want(rows, WISH)
    for _ in range(cache.ATTEMPTS):
        assert find(rows) is None
        assert await queue.once() is False
    assert find(rows) == Translation.none("Bonjour")


async def test_what_is_old_is_forgotten_once_a_day(queue, rows):
    want(rows, WISH)
    with rows.write() as session:
        row = session.get(TranslatedText, WISH.key)
        row.changed_at = row.changed_at.replace(year=now().year - 1)
    assert await queue.once() is False
    assert find(rows) is None
    with rows.read() as session:
        assert session.get(TranslatedText, WISH.key) is None
