"""Alerts in the chat."""

import pytest

from actions import alerts as chat
from actions import memory
from people import alerts


def mine():
    with memory.reading() as session:
        return [(a.kind, a.what, a.place, a.every) for a in alerts.of(session, "amal")]


def number(at=0):
    with memory.reading() as session:
        return alerts.of(session, "amal")[at].id


def subscribe(conversation, what="électricien", place="Sfax"):
    return conversation.say("subscribe_alert", "alerte", occupation=what, place=place)


def test_what_the_message_names_is_watched_and_told_back(talk):
    said = subscribe(talk())
    assert said.begins_with("alert_made", wish="électricien · Sfax")
    assert mine() == [("offer", "électricien", "Sfax", "daily")]
    item = f'"item":"{number()}"'
    assert said.payloads == [
        f'/subscribe_alert{{{item},"field":"weekly"}}',
        f'/subscribe_alert{{{item},"field":"evening"}}',
        f"/stop_alert{{{item}}}",
    ]


def test_the_button_under_results_watches_that_search(found):
    found.tap("/subscribe_alert")
    assert mine() == [("offer", "menuisier", "Casablanca", "daily")]


def test_a_topic_is_a_course(talk):
    talk().say("subscribe_alert", "préviens-moi", topic="Excel")
    assert mine() == [("training", "Excel", None, "daily")]


def test_nothing_to_watch_for_is_asked(talk):
    assert talk().say("subscribe_alert", "préviens-moi").is_reply("alert_of_what")
    assert mine() == []


def test_a_place_that_nobody_knows(talk):
    said = subscribe(talk(), place="Zzyzxqville")
    assert said.is_reply("alert_place_unknown", place="Zzyzxqville")
    assert mine() == []


def test_the_same_wish_twice_is_one_alert(talk):
    subscribe(talk())
    said = subscribe(talk(), what="electricien", place="صفاقس")
    assert said.begins_with("alert_made_before", wish="électricien · Sfax")
    assert len(mine()) == 1


def test_no_more_than_a_person_may_have(talk):
    conversation = talk()
    for place in ("Sfax", "Tunis", "Rabat", "Casablanca", "Alger"):
        subscribe(conversation, place=place)
    assert subscribe(conversation, place="Oran").is_reply("alerts_full", count=5)
    assert len(mine()) == 5


def test_weekly_in_the_evening_with_two_taps(talk):
    conversation = talk()
    said = subscribe(conversation)
    said = conversation.tap(said.payloads[0])
    assert '"field":"daily"' in said.payloads[0]
    said = conversation.tap(said.payloads[1])
    assert "chaque semaine, le soir" in said.text
    assert mine()[0][3] == "weekly"
    with memory.reading() as session:
        assert alerts.of(session, "amal")[0].hour == memory.clock().evening


def test_the_list_has_a_stop_for_each(talk):
    conversation = talk()
    assert conversation.say("list_alerts").is_reply("alerts_none")
    subscribe(conversation)
    subscribe(conversation, place="Tunis")
    said = conversation.say("list_alerts", "mes alertes")
    assert said.begins_with("alerts_heading", count=2)
    assert said.payloads == [f'/stop_alert{{"item":"{number(at)}"}}' for at in (0, 1)]
    assert conversation.tap(said.payloads[1]).is_reply("alert_stopped", wish="électricien · Tunis")
    assert [row[2] for row in mine()] == ["Sfax"]
    assert conversation.tap(said.payloads[1]).is_reply("alert_gone")


@pytest.mark.parametrize(
    "text", ["STOP", "stop", "Stop.", "arrêter", "arreter", "توقف", "حبس", "إيقاف"]
)
@pytest.mark.parametrize("intent", ["stop_alert", "cancel", "nlu_fallback", "deny", "inform"])
def test_stop_ends_all_whatever_it_is_taken_for(talk, text, intent):
    conversation = talk()
    subscribe(conversation)
    subscribe(conversation, place="Tunis")
    assert conversation.say(intent, text).is_reply("alerts_stopped", count=2)
    assert mine() == []


def test_stop_in_a_search_ends_the_search_and_in_capitals_the_alerts(talk):
    conversation = talk()
    subscribe(conversation)
    conversation.say("search_offers", "un travail")
    assert conversation.form
    conversation.say("cancel", "stop")
    assert len(mine()) == 1
    conversation.say("search_offers", "un travail")
    conversation.say("cancel", "STOP")
    assert mine() == []


def test_stop_without_alerts_is_what_it_was(talk):
    conversation = talk()
    assert conversation.say("cancel", "stop").is_reply("nothing_to_cancel")
    assert conversation.say("stop_alert", "stop alertes").is_reply("alerts_none_to_stop")


def test_the_one_that_is_named_ends(talk):
    conversation = talk()
    subscribe(conversation)
    subscribe(conversation, place="Tunis")
    conversation.say("stop_alert", "arrête l'alerte de Tunis", place="tunis")
    assert [row[2] for row in mine()] == ["Sfax"]


def test_one_that_is_not_there_is_not_confused_with_another(talk):
    conversation = talk()
    subscribe(conversation)
    said = conversation.say("stop_alert", "arrête l'alerte de Rabat", place="Rabat")
    assert said.begins_with("alerts_heading", count=1)
    assert len(mine()) == 1


def test_somebody_elses_alert_is_out_of_reach(talk):
    with memory.writing() as session:
        from people.models import Contact  # noqa: PLC0415 - this test's own

        session.add(Contact(id="other", channel="test", address="other"))
    conversation = talk()
    subscribe(conversation)
    theirs = number()
    with memory.reading() as session:
        assert alerts.get(session, "other", theirs) is None


def test_an_alert_names_itself(talk):
    subscribe(talk())
    with memory.reading() as session:
        assert chat.wish_of(alerts.of(session, "amal")[0]) == ("offer", "électricien", "Sfax")
