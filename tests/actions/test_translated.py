import contextlib
import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from actions import results, search, translated
from catalogue.models import Listing
from languages.replies import get_replies
from languages.translation import cache
from languages.translation.cache import TranslatedText
from languages.translation.install import install
from languages.translation.packages import Packages
from languages.translation.result import Translation
from store.engine import Database
from tests.catalogue.listings import offer, put, training
from tests.languages.translation.make_argos import FOLDER

SUMMARY = "Nous cherchons un menuisier. Salaire 4000 MAD."
APPLY = "Envoyez votre candidature à rh@bois.ma"
JOB = offer(
    "Menuisier",
    place="Rabat",
    summary={"fr": SUMMARY},
    apply={"fr": APPLY},
    organisation="Bois & Cie",
)
COURSE = training("Poser des portes", topics=["portes"], place="Rabat")


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    packages = Packages(tmp_path_factory.mktemp("models"))
    for path in FOLDER.glob("*.argosmodel"):
        install(path, packages, known=None)
    return packages


@pytest.fixture
def own(shelf, tmp_path, monkeypatch, models):
    """A catalogue of two listings, which may be written to, and models."""
    with contextlib.closing(sqlite3.connect(shelf.engine.url.database)) as connection:
        connection.execute("VACUUM INTO ?", [str(tmp_path / "own.db")])
    database = Database(f"sqlite:///{tmp_path / 'own.db'}")
    put(database, JOB, COURSE, source="own")
    for module in (search, results, translated):
        monkeypatch.setattr(module, "get_database", lambda: database)
    monkeypatch.setattr(translated, "packages", lambda: models)
    yield database
    database.close()


def rows(database):
    with database.read() as session:
        return {row.text: row for row in session.query(TranslatedText)}


def translate(database, text, result):
    """As the edge would."""
    with database.write() as session:
        key = rows(database)[text].key
        made = (
            Translation(result, automatic=True, original=text) if result else Translation.none(text)
        )
        cache.finish(session, key, made)


def number(database, title):
    with database.read() as session:
        (found,) = [one for one in session.query(Listing) if title in one.titles.values()]
        return found.id


def told(key, language, **words):
    return get_replies().text(key, language, **words)


@pytest.fixture
def details(own, talk):
    """Asks for the details of the job, in a language."""

    def ask(language, **more):
        item = str(number(own, "Menuisier"))
        return talk(language).say("show_details", "/show_details", item=item, **more)

    return ask


def payloads(said):
    return [payload.partition("{")[0] for payload in said.payloads]


def test_the_original_first_and_the_translation_once_it_is_made(own, details):
    first = details("ar")
    assert SUMMARY in first.text
    assert told("translation_soon", "ar") in first.text
    translate(own, SUMMARY, "نبحث عن نجار. الأجر 4000 MAD.")
    then = details("ar")
    assert "نبحث عن نجار. الأجر 4000 MAD." in then.text
    assert SUMMARY not in then.text
    assert told("translated", "ar") in then.text
    assert told("translation_soon", "ar") not in then.text


def test_the_original_is_one_tap_away(own, details, talk):
    details("ar")
    translate(own, SUMMARY, "نبحث عن نجار")
    said = details("ar")
    button = said.messages[-1]["buttons"][-1]
    assert button["title"] == get_replies().button("see_original", "ar")["title"]
    assert len(said.payloads) == 3
    original = talk("ar").tap(button["payload"])
    assert SUMMARY in original.text
    assert "نبحث عن نجار" not in original.text
    assert told("translated", "ar") not in original.text


def test_a_translation_that_was_dropped_leaves_the_original_without_a_promise(own, details):
    details("ar")
    translate(own, SUMMARY, None)
    said = details("ar")
    assert SUMMARY in said.text
    assert told("translated", "ar") not in said.text
    assert told("translation_soon", "ar") not in said.text


def test_in_its_own_language_nothing_is_translated(own, details):
    said = details("fr")
    assert SUMMARY in said.text
    assert told("translated", "fr") not in said.text
    assert rows(own) == {}


def test_without_models_the_original_is_shown_and_nothing_is_asked_for(
    own, details, monkeypatch, tmp_path
):
    monkeypatch.setattr(translated, "packages", lambda: Packages(tmp_path / "none"))
    said = details("ar")
    assert SUMMARY in said.text
    assert told("translation_soon", "ar") not in said.text
    assert rows(own) == {}


def test_how_to_apply(own, talk):
    item = str(number(own, "Menuisier"))
    first = talk("en").say("how_to_apply", "/how_to_apply", item=item)
    assert APPLY in first.text
    translate(own, APPLY, "Send your application to rh@bois.ma")
    then = talk("en").say("how_to_apply", "/how_to_apply", item=item)
    assert "Send your application to rh@bois.ma" in then.text
    assert told("translated", "en") in then.text
    assert len(then.payloads) == 3
    original = talk("en").tap(then.payloads[0])
    assert APPLY in original.text


def test_cards_ask_beforehand_for_what_details_will_show(own, talk):
    said = talk("en").say("search_offers", occupation="menuisier", place="Rabat")
    assert said.cards
    assert SUMMARY in rows(own)
    assert rows(own)[SUMMARY].names == ["Bois & Cie", "Rabat"]


def test_a_title_that_the_taxonomy_knows_needs_no_model(own, talk):
    for _ in range(2):
        said = talk("en").say("search_offers", occupation="menuisier", place="Rabat")
        for text in [one for one in rows(own) if rows(own)[one].status == "waiting"]:
            assert "Menuisier" not in text
    assert {card["title"] for card in said.cards} == {"Carpenter"}
    assert not any("translated" in card for card in said.cards)


def test_another_title_is_translated_and_marked(own, talk):
    conversation = talk("en")
    first = conversation.say("search_trainings", topic="portes", place="Rabat")
    card = next(one for one in first.cards if one["title"] == "Poser des portes")
    assert "original_title" not in card
    translate(own, "Poser des portes", "fit the doors")
    then = talk("en").say("search_trainings", topic="portes", place="Rabat")
    card = next(one for one in then.cards if one.get("original_title") == "Poser des portes")
    assert (card["title"], card["translated"]) == ("Fit the doors", told("translated", "en"))
    assert told("translated", "en") in then.text


def test_a_database_that_is_busy_costs_the_reader_nothing(own, details, monkeypatch, caplog):
    def busy(_):
        raise OperationalError("INSERT", None, Exception("locked"))

    monkeypatch.setattr(Database, "write", busy)
    assert SUMMARY in details("ar").text
    assert "not asked for" in caplog.text
    assert SUMMARY not in caplog.text
