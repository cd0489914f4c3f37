import pytest

from languages.replies import get_replies

LANGUAGES = ("en", "fr", "ar")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("intent", "key"), [("affirm", "affirm_nothing"), ("deny", "deny_nothing")]
)
def test_yes_and_no_to_nothing(talk, language, intent, key):
    assert talk(language).say(intent, "ok").is_reply(key)


def test_yes_to_an_open_question_brings_it_again(talk):
    conversation = talk()
    conversation.say("search_offers", occupation="menuisier")
    assert conversation.say("affirm", "oui").is_reply("ask_place", what="menuisier")
    assert conversation.form == "offer_form"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_to_a_question_proposes_anywhere_and_yes_takes_it(talk, language):
    conversation = talk(language)
    conversation.say("search_offers", occupation="menuisier")
    assert conversation.say("deny", "non").is_reply("no_place")
    assert (conversation.form, conversation.asked) == ("offer_form", "place")
    assert conversation.say("affirm", "oui").cards
    assert conversation.search["place"] == "anywhere"


@pytest.mark.parametrize(
    ("intent", "key", "shown"),
    [("search_offers", "no_occupation", False), ("search_trainings", "no_topic", True)],
)
def test_no_to_which_job_or_topic_proposes_any(talk, intent, key, shown):
    conversation = talk()
    conversation.say(intent)
    assert conversation.say("deny", "non").is_reply(key)
    assert bool(conversation.say("affirm", "oui").cards) is shown
    assert conversation.search["what"] == "anything"
    assert conversation.asked == (None if shown else "place")


def test_no_to_that_as_well_ends_the_search(talk):
    conversation = talk()
    conversation.say("search_offers")
    conversation.say("deny", "non")
    assert conversation.say("deny", "non").is_reply("cancelled")
    assert (conversation.form, conversation.search) == (None, None)


@pytest.mark.parametrize(("intent", "text"), [("ask_help", "aide"), ("inform", "Xkzwt")])
def test_when_the_question_is_asked_again_nothing_is_proposed_any_more(talk, intent, text):
    conversation = talk()
    conversation.say("search_offers", occupation="menuisier")
    conversation.say("deny", "non")
    assert conversation.search["proposed"] is True
    conversation.say(intent, text)
    assert conversation.search["proposed"] is False
    assert not conversation.say("affirm", "oui").cards


@pytest.mark.parametrize(("intent", "text"), [("affirm", "oui à Rabat"), ("deny", "non, Rabat")])
def test_a_detail_beside_yes_or_no_counts(talk, intent, text):
    conversation = talk()
    conversation.say("search_offers", occupation="plombier")
    assert conversation.say(intent, text, place="Rabat").cards
    assert conversation.search["place"] == "Rabat"


@pytest.mark.parametrize("language", LANGUAGES)
def test_stop_within_a_question(talk, language):
    conversation = talk(language)
    conversation.say("search_offers")
    assert conversation.say("cancel", "stop").is_reply("cancelled")
    assert (conversation.form, conversation.search) == (None, None)
    assert conversation.slots["requested_slot"] is None
    assert conversation.say("show_more").is_reply("no_results_yet")


def test_stop_after_the_results(found):
    assert found.say("cancel", "stop").is_reply("cancelled")
    assert found.search is None


def test_stop_when_nothing_is_under_way(talk):
    assert talk().say("cancel", "stop").is_reply("nothing_to_cancel")


@pytest.mark.parametrize(
    ("text", "entity", "code"),
    [
        ("parle anglais", "anglais", "en"),
        ("in Arabic please", "Arabic", "ar"),
        ("بالفرنسية", "الفرنسية", "fr"),
        ("b francais 3afak", None, "fr"),
        ("bel 3arbi", "3arbi", "ar"),
        ("réponds en langue arabe", "langue arabe", "ar"),
        ("en chinois, non, anglais", "chinois", "en"),
    ],
)
def test_another_language_by_name(talk, text, entity, code):
    conversation = talk()
    said = conversation.say("change_language", text, **({"language": entity} if entity else {}))
    assert (conversation.slots["language"], conversation.slots["language_chosen"]) == (code, True)
    assert said.is_reply("language_changed")
    assert said.language == code


@pytest.mark.parametrize("code", LANGUAGES)
def test_another_language_by_button(talk, code):
    conversation = talk("fr")
    said = conversation.tap(f'/change_language{{"language":"{code}"}}')
    assert (conversation.slots["language"], said.language) == (code, code)
    assert said.is_reply("language_changed")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["change de langue", "une autre langue", "/change_language"])
def test_which_language_is_asked(talk, language, text):
    conversation = talk(language)
    said = conversation.say("change_language", text)
    assert said.is_reply("ask_language")
    assert "language_chosen" not in conversation.slots
    assert len(said.payloads) == 3


def test_another_language_does_not_lose_the_open_question(talk):
    conversation = talk("fr")
    conversation.say("search_offers", occupation="menuisier")
    said = conversation.say("change_language", "en arabe", language="arabe")
    assert said.begins_with("language_changed")
    assert said.text.endswith(get_replies().text("ask_place", "ar", what="menuisier"))
    assert conversation.form == "offer_form"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("merci c'est super", "give_feedback"),
        ("very good service", "give_feedback"),
        ("شكرا جزيلا", "give_feedback"),
        ("c'est nul", "feedback_negative"),
        ("you are useless", "feedback_negative"),
        ("you don't understand anything", "feedback_negative"),
        ("ما كتفهم والو", "feedback_negative"),
        ("ma katfhem walo", "feedback_negative"),
        ("annulé", "give_feedback"),  # "nul" is a part of it, no word
    ],
)
def test_praise_and_complaint(talk, text, key):
    assert talk().say("give_feedback", text).is_reply(key)


def test_a_complaint_within_a_question_brings_it_again(talk):
    conversation = talk()
    conversation.say("search_offers")
    said = conversation.say("give_feedback", "c'est nul")
    assert said.begins_with("feedback_negative")
    assert said.text.endswith(get_replies().text("ask_occupation", "fr"))
