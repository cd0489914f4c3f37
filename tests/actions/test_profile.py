"""What people tell of themselves: kept when they agree, shown, corrected, deleted."""

from datetime import UTC, datetime, timedelta

import pytest

from actions import memory
from people import alerts, followups, profiles, verdicts
from people.followup_models import FollowUp
from people.models import Contact
from people.profiles import Facts


def kept():
    with memory.reading() as session:
        return profiles.get(session, "amal")


def tell(conversation, **entities):
    return conversation.say("tell_profile", "voilà qui je suis", **entities)


def test_nothing_is_kept_before_they_agree(talk):
    conversation = talk()
    said = tell(conversation, age="19 ans", occupation="soudeur", place="Fès")
    assert all(word in said.text for word in ("soudeur", "Fès", "18-24"))
    assert said.payloads == ["/affirm", "/deny"]
    assert kept() is None
    assert "18-24" in conversation.say("affirm", "oui").text
    assert kept() == Facts("soudeur", "Fès", age_band="18-24")


def test_who_says_no_is_not_asked_by_a_yes_later(talk):
    conversation = talk()
    tell(conversation, occupation="soudeur")
    assert conversation.say("deny", "non").is_reply("profile_not_kept")
    conversation.say("affirm", "oui")
    assert kept() is None


def test_a_yes_to_another_question_keeps_nothing(talk):
    conversation = talk()
    tell(conversation, occupation="soudeur")
    conversation.say("list_saved", "ma liste")
    assert conversation.say("affirm", "oui").is_reply("affirm_nothing")
    assert kept() is None


def test_a_later_word_corrects(talk):
    conversation = talk()
    tell(conversation, occupation="soudeur", place="Fès")
    conversation.say("affirm", "oui")
    said = tell(conversation, place="Rabat", education="bac")
    assert said.begins_with("profile_kept", facts="soudeur · Rabat · bac")


@pytest.mark.parametrize(
    ("years", "band"),
    [(16, "-17"), (17, "-17"), (18, "18-24"), (24, "18-24"), (29, "25-29"), (30, "30-"), (0, None),
     (999, None)],
)  # fmt: skip
def test_no_birthday_is_kept(years, band):
    assert profiles.age_band(years) == band


def test_all_that_is_held_is_shown(found, ids):
    tell(found, education="bac")
    found.say("affirm", "oui")
    found.tap(f'/save_item{{"item":"{ids["Plombier"]}"}}')
    found.tap("/subscribe_alert")
    said = found.say("my_data", "mes données")
    assert all(word in said.text for word in ("bac", "Plombier", "menuisier · Casablanca"))
    assert "/delete_my_data" in said.payloads


def test_when_they_are_asked_how_it_went_is_shown_and_goes_too(found):
    moment = datetime(2027, 1, 12, 12, tzinfo=UTC)
    with memory.writing() as session:
        for day, answered in ((30, moment), (90, None)):
            row = {"contact_id": "amal", "day": day, "answered_at": answered}
            session.add(FollowUp(**row, due_at=moment + timedelta(days=day - 30)))
    said = found.say("my_data", "mes données")
    assert "12 janvier 2027\u2069 (répondu)" in said.text
    assert "13 mars 2027" in said.text
    found.tap('/delete_my_data{"field":"confirmed"}')
    with memory.reading() as session:
        assert followups.of(session, "amal") == []


@pytest.mark.parametrize("answer", ["tap", "yes", "again"])
def test_all_of_it_goes_after_one_question(found, ids, answer):
    tell(found, education="bac")
    found.say("affirm", "oui")
    found.tap(f'/save_item{{"item":"{ids["Plombier"]}"}}')
    found.tap("/subscribe_alert")
    assert found.say("delete_my_data", "efface tout").is_reply("delete_ask")
    assert kept() is not None
    if answer == "tap":
        said = found.tap('/delete_my_data{"field":"confirmed"}')
    else:
        said = found.say("affirm" if answer == "yes" else "delete_my_data", "oui")
    assert said.is_reply("delete_done")
    with memory.reading() as session:
        assert profiles.get(session, "amal") is None
        assert alerts.of(session, "amal") == verdicts.ids(session, "amal", "saved") == []
        assert session.get(Contact, "amal").erase_at is not None
    assert found.search is None


def test_a_no_deletes_nothing(found, ids):
    found.tap(f'/save_item{{"item":"{ids["Plombier"]}"}}')
    found.say("delete_my_data", "efface tout")
    assert found.say("deny", "non").is_reply("delete_not_done")
    assert found.say("list_saved").titles == ["Plombier"]
