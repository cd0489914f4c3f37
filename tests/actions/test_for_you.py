"""What do you have for me: by wishes and nothing else."""

import pytest

from actions import memory, router
from people import profiles
from people.profiles import Facts

ASK = '/ask_orientation{"field":"for_you"}'


def told(**facts):
    with memory.writing() as session:
        profiles.keep(session, "amal", Facts(**facts))


def test_too_little_is_known(talk):
    assert talk().tap(ASK).is_reply("for_you_none")


def test_what_they_wish_with_the_reason(talk):
    told(occupation="plombier", place="Rabat")
    said = talk().tap(ASK)
    assert said.titles[0] == "Plombier"
    assert "plombier" in said.cards[0]["reason"]


def test_words_ask_for_it_too_and_a_job_is_looked_for_as_ever(talk):
    told(occupation="plombier", place="Rabat")
    conversation = talk()
    said = conversation.say("search_offers", "qu'est-ce que tu as pour moi ?")
    assert said.begins_with("for_you_heading", count=len(said.cards))
    said = conversation.say(
        "search_offers", "menuisier pour moi", occupation="menuisier", place="Casablanca"
    )
    assert said.titles[0].startswith("Menuisier")


def test_like_what_they_kept_but_not_that_again(talk, ids):
    conversation = talk()
    conversation.tap(f'/save_item{{"item":"{ids["Menuisier poseur"]}"}}')
    titles = conversation.tap(ASK).titles
    assert titles[0].startswith("Menuisier")
    assert "Menuisier poseur" not in titles


def test_what_was_turned_down_never_comes(found, ids):
    before = found.tap(ASK).titles
    found.tap(f'/save_item{{"item":"{ids[before[0]]}","field":"dismissed"}}')
    assert before[0] not in found.tap(ASK).titles


@pytest.mark.parametrize(
    "facts",
    [{"age_band": "-17"}, {"age_band": "30-"}, {"education": "aucun"}, {"experience": "20"}],
)
@pytest.mark.parametrize(
    "words", ["je suis une femme", "ana rajel", "je viens du Sénégal", "أنا امرأة"]
)
def test_age_gender_and_origin_change_nothing(talk, facts, words):
    told(occupation="menuisier", place="Casablanca")
    plain = talk().tap(ASK).cards
    told(**facts)
    conversation = talk()
    conversation.say("tell_profile", words)
    conversation.say("affirm", "oui")
    assert conversation.tap(ASK).cards == plain


def test_who_does_not_know_is_asked_what_they_like(talk):
    assert talk().say("ask_orientation", "je ne sais pas quoi faire").is_reply("ask_orientation")


def test_every_task_has_its_handler():
    for intent in ("save_item", "list_saved", "list_alerts", "stop_alert", "my_data"):
        assert intent in router.HANDLERS
