import pytest

from actions import market
from languages.registry import get_languages
from tests.actions.conftest import NOW, Conversation


@pytest.fixture(autouse=True)
def here(shelf, monkeypatch):
    monkeypatch.setattr(market, "get_database", lambda: shelf)
    monkeypatch.setattr(market, "now", lambda: NOW)


@pytest.mark.parametrize("language", sorted(get_languages()))
def test_a_job_in_a_town_is_told_with_what_it_rests_on(language):
    said = Conversation(language).say(
        "ask_labour_market", occupation="menuisier", place="Casablanca"
    )
    first = said.text.splitlines()[0]
    assert "5" in first
    assert "2025" in first
    assert '/search_offers{"occupation"' in said.payloads[0]
    assert len(said.text) < 500


def test_without_a_job_the_most_asked_for_are_told_and_drawn():
    said = Conversation("fr").say("ask_labour_market")
    assert "Les plus demandés" in said.text
    assert said.messages[0]["image"].startswith("/charts/")


def test_the_search_that_is_spoken_about_is_meant_when_nothing_is_named():
    talk = Conversation("fr")
    talk.say("search_offers", occupation="plombier", place="Rabat")
    assert "plomb" in talk.say("ask_labour_market").text.splitlines()[0].lower()


def test_a_job_that_nobody_has_offered_is_told_as_that():
    said = Conversation("en").say("ask_labour_market", occupation="boulanger", place="Rabat")
    assert "won't guess" in said.text


def test_an_unknown_word_asks_for_another():
    said = Conversation("fr").say("ask_labour_market", occupation="xkzwtb")
    assert said.is_reply("market_unknown", what="xkzwtb")


def test_too_few_offers_make_no_trend_and_no_pay():
    said = Conversation("fr").say("ask_labour_market", occupation="plombier")
    assert "trop peu pour parler d'une tendance" in said.text
    assert "je ne donne pas de chiffre" in said.text
