"""Kept listings in the chat."""

import pytest

from actions import memory
from people import verdicts

LANGUAGES = ("en", "fr", "ar")


def tap(ids, title, field=None):
    more = f',"field":"{field}"' if field else ""
    return f'/save_item{{"item":"{ids[title]}"{more}}}'


def kept(verdict="saved"):
    with memory.reading() as session:
        return verdicts.ids(session, "amal", verdict)


def test_one_is_kept_shown_and_taken_off(found, ids):
    assert found.tap(tap(ids, "Menuisier poseur")).is_reply("item_saved", title="Menuisier poseur")
    said = found.say("list_saved", "ma liste")
    assert said.begins_with("saved_heading", count=1)
    assert said.titles == ["Menuisier poseur"]
    remove = said.cards[0]["buttons"][-1]["payload"]
    assert found.tap(remove).is_reply("item_removed", title="Menuisier poseur")
    assert found.say("list_saved", "ma liste").is_reply("saved_none")
    assert found.tap(remove).is_reply("item_not_kept", title="Menuisier poseur")


def test_the_same_is_kept_once(found, ids):
    found.tap(tap(ids, "Plombier"))
    assert found.tap(tap(ids, "Plombier")).is_reply("item_saved_before", title="Plombier")
    assert kept() == [ids["Plombier"]]


def test_by_its_place_in_the_list(found):
    second = found.search["shown"][1]
    found.say("save_item", "garde le deuxième", ordinal="deuxième")
    assert kept() == [second]


def test_which_one_is_asked_when_it_is_not_clear(found, talk):
    assert found.say("save_item", "garde-le").is_reply("which_one")
    assert talk().say("save_item", "garde-le").is_reply("no_results_yet")


def test_a_listing_that_is_nowhere(found):
    assert found.tap('/save_item{"item":"999999"}').is_reply("no_results_yet")
    assert kept() == []


def test_the_last_word_on_one_counts(found, ids):
    found.tap(tap(ids, "Plombier"))
    said = found.tap(tap(ids, "Plombier", "dismissed"))
    assert said.is_reply("item_dismissed", title="Plombier")
    assert (kept(), kept("dismissed")) == ([], [ids["Plombier"]])


def test_more_than_a_page(found, ids):
    for title in ("Plombier", "Menuisier poseur", "Menuisier apprenti", "Couture"):
        found.tap(tap(ids, title))
    first = found.say("list_saved")
    assert first.titles == ["Couture", "Menuisier apprenti", "Menuisier poseur"]
    assert found.tap(first.payloads[0]).titles == ["Plombier"]


def test_one_that_is_over_says_so(catalogue_of, talk, ids):
    from tests.catalogue.listings import offer  # noqa: PLC0415 - this test's own

    with catalogue_of(offer("Maçon", occupation="maçon", posted_days_ago=9, expires_in_days=-1)):
        conversation = talk()
        conversation.tap('/save_item{"item":"1"}')
        assert conversation.say("list_saved").cards[0]["reason"] == "plus ouverte"


@pytest.mark.parametrize("language", LANGUAGES)
def test_while_a_question_is_open_it_is_asked_again(talk, ids, language):
    conversation = talk(language=language)
    conversation.say("search_offers", occupation="menuisier")
    said = conversation.tap(tap(ids, "Plombier"))
    assert len(said.messages) == 2
    assert conversation.asked == "place"


def test_the_second_of_the_list_can_be_asked_about(found, ids):
    found.tap(tap(ids, "Plombier"))
    found.tap(tap(ids, "Couture"))
    found.say("list_saved")
    assert found.say("show_details", "le deuxième").text.startswith("Plombier")


def test_what_was_turned_down_is_not_found_again(found, ids):
    found.tap(tap(ids, "Menuisier poseur", "dismissed"))
    said = found.say("search_offers", occupation="menuisier", place="Casablanca")
    assert said.cards
    assert "Menuisier poseur" not in said.titles + found.say("show_more").titles
