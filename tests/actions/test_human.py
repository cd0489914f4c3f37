"""When a counsellor is wanted, and what the edge is told beside the answer."""

import pytest

from actions import desk_card


def handoff(said):
    told = [message["custom"]["handoff"] for message in said.messages if message["custom"]]
    assert len(told) == 1
    return told[0]


@pytest.fixture
def searching(talk):
    conversation = talk()
    conversation.say("search_offers", "un emploi de menuisier", occupation="menuisier")
    return conversation


def test_a_person_is_asked_for_and_the_search_goes_along(found):
    said = found.say("talk_to_human", "je veux parler à quelqu'un")
    assert said.is_reply("talk_to_human")
    told = handoff(said)
    assert (told["reason"], told["topic"], told["place"]) == ("asked", "offer", "Casablanca")
    assert told["wish"] == {"kind": "offer", "what": "menuisier", "place": "Casablanca"}
    assert told["shown"] == found.search["shown"] != []


def test_without_a_search_nothing_is_made_up(talk):
    told = handoff(talk().say("talk_to_human"))
    assert told == {"reason": "asked", "topic": None, "place": None, "wish": {}, "shown": []}


def test_any_place_is_no_place(searching):
    searching.say("inform", "partout", place="partout")
    assert handoff(searching.say("talk_to_human"))["place"] is None


@pytest.mark.parametrize(
    ("intent", "reason", "key"),
    [
        ("talk_to_human", "asked", "talk_to_human"),
        ("express_distress", "distress", "express_distress"),
    ],
)
def test_no_question_comes_after_it_but_it_stays_open(searching, intent, reason, key):
    said = searching.say(intent, "un message qui dit autre chose que cela")
    assert said.is_reply(key)
    assert handoff(said)["reason"] == reason
    assert searching.say("inform", "Casablanca", place="Casablanca").cards


def test_a_scam_is_reported_with_a_tap(talk):
    said = talk().tap('/talk_to_human{"field":"scam"}')
    assert said.is_reply("scam_reported")
    assert (handoff(said)["reason"], handoff(said)["topic"]) == ("scam", "scam")


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
def test_the_third_misunderstanding_brings_a_person(talk, intent):
    conversation = talk()
    for _ in range(2):
        said = conversation.say(intent, "un message que personne ne comprend vraiment")
        assert not any(message["custom"] for message in said.messages)
    said = conversation.say(intent, "un message que personne ne comprend vraiment")
    assert said.is_reply("third_misunderstanding")
    assert handoff(said)["reason"] == "misunderstood"


def test_the_card_that_a_counsellor_sends(shelf, ids, monkeypatch):
    monkeypatch.setattr(desk_card, "get_database", lambda: shelf)
    made = desk_card.body(ids["Menuisier d'atelier"], "ar")
    [card] = made["custom"]["cards"]
    assert card["id"] == str(ids["Menuisier d'atelier"])
    assert card["organisation"] == "Bois & Cie"
    assert (card["buttons"], card["contract"]) == ([], "عقد غير محدد المدة")
    assert made["text"].startswith("قد يناسبك هذا:\n1.")
    assert desk_card.body(10**6, "fr") is None
