import pytest

from languages.replies import get_replies

LANGUAGES = ("en", "fr", "ar")


def title(name, language):
    return get_replies().button(name, language)["title"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("intent", "key"), [("affirm", "affirm_nothing"), ("deny", "deny_nothing")]
)
def test_yes_and_no_to_nothing(talk, language, intent, key):
    assert talk(language).say(intent, "ok").is_reply(key)


@pytest.mark.parametrize("intent", ["affirm", "deny"])
def test_yes_and_no_bring_the_open_question_again(talk, intent):
    conversation = talk()
    conversation.say("search_offers", occupation="menuisier")
    assert conversation.say(intent, "oui").is_reply("ask_place", what="menuisier")
    assert conversation.form == "offer_form"


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_alerts_are_not_there_yet_and_it_says_so(found, language):
    found.slots["language"] = language
    assert found.say("subscribe_alert").is_reply("subscribe_alert_today")


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_not_understood_three_times(talk, language):
    conversation = talk(language)
    ranking = ("search_offers", "search_trainings", "faq/write_cv")
    first = conversation.say("nlu_fallback", "brr hmm zzz ttt", ranking=ranking)
    assert first.text == get_replies().text("clarify", language)
    assert [b["title"] for b in first.messages[0]["buttons"]] == [
        title(name, language) for name in ("find_job", "find_training", "something_else")
    ]
    second = conversation.say("nlu_fallback", "brr hmm zzz ttt", ranking=ranking)
    assert second.is_reply("clarify_again")
    for _ in range(3):
        later = conversation.say("nlu_fallback", "brr hmm zzz ttt", ranking=ranking)
        assert later.is_reply("third_misunderstanding")


def test_what_is_understood_in_between_begins_the_count_anew(talk):
    conversation = talk()
    ranking = ("search_offers",)
    conversation.say("nlu_fallback", "brr hmm zzz ttt", ranking=ranking)
    conversation.say("greet", "salut")
    said = conversation.say("nlu_fallback", "brr hmm zzz ttt", ranking=ranking)
    assert said.begins_with("clarify")
    assert "/search_offers" in said.payloads


def test_a_question_of_knowledge_can_be_meant(talk):
    said = talk().say("nlu_fallback", "brr hmm zzz ttt", ranking=("faq/write_cv", "faq/nothing"))
    assert said.payloads[0] == '/faq{"key":"write_cv"}'
    assert len(said.payloads) == 2


@pytest.mark.parametrize("ranking", [(), ("out_of_scope",), ("greet", "thank")])
def test_without_a_guess_it_asks_for_other_words(talk, ranking):
    assert talk().say("nlu_fallback", "brr hmm zzz ttt", ranking=ranking).is_reply("clarify_again")


def test_the_same_guess_is_offered_once(talk):
    ranking = ("ask_help", "ask_help", "search_events")
    said = talk().say("nlu_fallback", "brr hmm zzz ttt", ranking=ranking)
    assert len(said.payloads) == len(set(map(str, said.messages[0]["buttons"]))) == 3
