import pytest

from actions.turn import GIVE_UP
from languages.replies import get_replies

LANGUAGES = ("en", "fr", "ar")
NOISE = "brr hmm zzz ttt kkk"
SESSION = {"event": "session_started"}


def title(name, language):
    return get_replies().button(name, language)["title"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_not_understood_three_times(talk, language):
    conversation = talk(language)
    ranking = ("search_offers", "search_trainings", "faq/write_cv")
    first = conversation.say("nlu_fallback", NOISE, ranking=ranking)
    assert first.text == get_replies().text("clarify", language)
    assert [b["title"] for b in first.messages[0]["buttons"]] == [
        title(name, language) for name in ("find_job", "find_training", "something_else")
    ]
    second = conversation.say("nlu_fallback", NOISE, ranking=ranking)
    assert second.is_reply("clarify_again")
    for _ in range(3):
        later = conversation.say("nlu_fallback", NOISE, ranking=ranking)
        assert later.is_reply("third_misunderstanding")
        assert later.messages[0]["custom"]["handoff"]["reason"] == "misunderstood"


@pytest.mark.parametrize("between", ["greet", "search_events", "thank", "ask_help"])
def test_what_is_understood_in_between_begins_the_count_anew(talk, between):
    conversation = talk()
    for _ in range(GIVE_UP - 1):
        conversation.say("nlu_fallback", NOISE)
    conversation.say(between, "salut")
    said = conversation.say("nlu_fallback", NOISE, ranking=("search_offers",))
    assert said.begins_with("clarify")
    assert "/search_offers" in said.payloads


def test_a_new_session_begins_the_count_anew(talk):
    conversation = talk()
    for _ in range(GIVE_UP - 1):
        conversation.say("nlu_fallback", NOISE)
    conversation.events.append(SESSION)
    assert conversation.say("nlu_fallback", NOISE).is_reply("clarify_first")


def test_a_question_of_knowledge_can_be_meant(talk):
    said = talk().say("nlu_fallback", NOISE, ranking=("faq/write_cv", "faq/nothing"))
    assert said.payloads[0] == '/faq{"key":"write_cv"}'
    assert len(said.payloads) == 2


@pytest.mark.parametrize("ranking", [(), ("out_of_scope",), ("greet", "thank")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_guess_it_asks_for_other_words(talk, language, ranking):
    said = talk(language).say("nlu_fallback", NOISE, ranking=ranking)
    assert said.is_reply("clarify_first")


def test_the_same_guess_is_offered_once(talk):
    ranking = ("ask_help", "ask_help", "search_events")
    said = talk().say("nlu_fallback", NOISE, ranking=ranking)
    assert len(said.payloads) == len(set(map(str, said.messages[0]["buttons"]))) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_subjects_and_noise_count_together(talk, language):
    conversation = talk(language)
    assert conversation.say("out_of_scope", "quel temps fera-t-il").is_reply("out_of_scope")
    assert conversation.say("nlu_fallback", NOISE).is_reply("clarify_again")
    assert conversation.say("out_of_scope", "et le foot").is_reply("third_misunderstanding")
    assert conversation.say("greet", "salut").responses == ["utter_greet"]
    assert conversation.say("out_of_scope", "et le foot").is_reply("out_of_scope")


def test_towns_that_nobody_knows_count_too(talk):
    conversation = talk()
    conversation.say("search_offers", occupation="menuisier")
    for _ in range(GIVE_UP - 1):
        assert conversation.say("inform", "Xkzwt").is_reply("place_unknown", place="Xkzwt")
    assert conversation.say("inform", "Xkzwt").is_reply("third_misunderstanding")
    assert conversation.asked == "place"
    assert conversation.say("inform", "Casablanca", place="Casablanca").cards


def test_a_town_that_looks_like_another_subject_corrects_the_search(found):
    said = found.say("out_of_scope", "à Rabat", place="Rabat")
    assert found.search["place"] == "Rabat"
    assert said.cards


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_insult_is_answered_kindly_then_firmly(talk, language):
    conversation = talk(language)
    assert conversation.say("out_of_scope", "fuck you").is_reply("insulted")
    for word in ("connard", "يا حمار", "nta 7mar"):
        assert conversation.say("nlu_fallback", word).is_reply("insulted_again")
    conversation.say("greet", "pardon")
    assert conversation.say("out_of_scope", "ta gueule").is_reply("insulted")


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("out_of_scope", "connard"),
        ("nlu_fallback", "Fuck YOU!!"),
        ("inform", "idiot"),
        ("ask_bot_identity", "انت حمار"),
        ("give_feedback", "tu es un connard"),
        ("deny", "non, ta gueule"),
        ("affirm", "تفو عليك"),
        ("delete_my_data", "سد فمك !"),
        ("out_of_scope", "espèce d'imbécile"),
        ("out_of_scope", "sir t9awed"),
    ],
)
def test_what_is_an_insult(talk, intent, text):
    assert talk().say(intent, text).is_reply("insulted")


@pytest.mark.parametrize(
    ("intent", "text", "key"),
    [
        ("give_feedback", "you are stupid", "feedback_negative"),
        ("give_feedback", "يا غبي", "feedback_negative"),
        ("out_of_scope", "mon patron est un connard et il ne me paie pas", "out_of_scope"),
        ("out_of_scope", "un concours de chien", "out_of_scope"),
        ("ask_bot_identity", "qui es-tu", "ask_bot_identity"),
    ],
)
def test_what_is_none(talk, intent, text, key):
    assert talk().say(intent, text).is_reply(key)


def test_an_insult_beside_a_wish_does_not_hide_it(talk):
    said = talk().say("search_offers", "un job de menuisier, connard", occupation="menuisier")
    assert said.is_reply("ask_place", what="menuisier")


def test_distress_is_never_taken_for_an_insult(talk):
    said = talk().say("express_distress", "on me traite de conne je n'en peux plus")
    assert said.is_reply("express_distress")


def test_an_insult_leaves_the_question_open(talk):
    conversation = talk()
    conversation.say("search_offers", occupation="menuisier")
    assert conversation.say("inform", "connard").is_reply("insulted")
    assert conversation.say("inform", "Casablanca", place="Casablanca").cards
