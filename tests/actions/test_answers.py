"""Answers that say no more than "I don't know", or what is not wanted."""

import pytest

from actions.frame import details

LANGUAGES = ("en", "fr", "ar")


def place(text, *values):
    entities = [{"entity": "place", "value": v, "start": text.index(v)} for v in values]
    return details(text, entities).place


@pytest.mark.parametrize(
    ("text", "values", "meant"),
    [
        ("pas à Casablanca, à Rabat", ("Casablanca", "Rabat"), "Rabat"),
        ("à Rabat, pas à Casablanca", ("Rabat", "Casablanca"), "Rabat"),
        ("not in Tunis but Sfax", ("Tunis", "Sfax"), "Sfax"),
        ("ماشي وهران، الجزائر", ("وهران", "الجزائر"), "الجزائر"),
        ("ليس في فاس بل في الرباط", ("فاس", "الرباط"), "الرباط"),
        ("machi f casa f rabat", ("casa", "rabat"), "rabat"),
        ("partout sauf Casablanca", ("Casablanca",), "anywhere"),
        ("je ne veux pas aller à Casablanca", ("Casablanca",), "Casablanca"),  # too far to tell
        ("Casablanca", ("Casablanca",), "Casablanca"),
        ("pas loin de Rabat", ("Rabat",), "Rabat"),
        ("non à Rabat", ("Rabat",), "Rabat"),
    ],
)
def test_what_is_turned_down_is_not_looked_for(text, values, meant):
    assert place(text, *values) == meant


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_town_turned_down_and_no_other_named_is_asked_for(found, language):
    found.slots["language"] = language
    text = "pas à Casablanca"
    assert found.say("inform", text, place={"value": "Casablanca", "start": 6}).is_reply(
        "which_place"
    )
    assert found.asked == "place"


@pytest.mark.parametrize(
    ("intent", "key", "words"),
    [
        ("search_offers", "no_occupation", "je ne sais pas"),
        ("search_offers", "no_occupation", "jsp trop"),
        ("search_trainings", "no_topic", "ما نعرفش"),
        ("search_offers", "no_occupation", "I don't know yet"),
    ],
)
def test_who_does_not_know_is_proposed_any(talk, intent, key, words):
    conversation = talk()
    conversation.say(intent)
    assert conversation.say("inform", words).is_reply(key)
    conversation.say("affirm", "oui")
    assert conversation.search["what"] == "anything"


@pytest.mark.parametrize("intent", ["tell_profile", "ask_orientation", "nlu_fallback"])
def test_not_knowing_is_heard_whatever_it_looks_like(talk, intent):
    conversation = talk()
    conversation.say("search_offers")
    assert conversation.say(intent, "je sais pas trop").is_reply("no_occupation")


@pytest.mark.parametrize(
    ("intent", "text", "key"),
    [
        ("search_offers", "any job", "ask_place_bare"),
        ("search_offers", "أي عمل", "ask_place_bare"),
        ("search_offers", "un travail svp", "ask_occupation"),
        ("search_trainings", "n'importe quelle formation", None),
    ],
)
def test_any_job_answers_which_job_although_it_looks_like_a_search(talk, intent, text, key):
    conversation = talk()
    conversation.say(intent)
    said = conversation.say(intent, text)
    assert said.is_reply(key) if key else said.cards


def test_a_town_in_another_subject_is_no_answer(talk):
    conversation = talk()
    conversation.say("search_offers", occupation="menuisier")
    said = conversation.say("out_of_scope", "qui a gagné le match de Fès hier", place="Fès")
    assert said.begins_with("out_of_scope")
    assert conversation.search["place"] is None


def test_who_does_not_know_the_town(talk):
    conversation = talk()
    conversation.say("search_offers", occupation="menuisier")
    assert conversation.say("inform", "aucune idée").is_reply("no_place")
    assert conversation.say("inform", "Casablanca", place="Casablanca").cards


def test_not_knowing_when_nothing_was_asked(talk):
    assert talk().say("inform", "je ne sais pas").is_reply("deny_nothing")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_says_nothing_about_a_search_is_asked_in_other_words(found, language):
    found.slots["language"] = language
    assert found.say("inform", "truc muche").is_reply("clarify_first")
    assert found.say("inform", "truc muche").is_reply("clarify_again")
    assert found.say("inform", "truc muche").is_reply("third_misunderstanding")
