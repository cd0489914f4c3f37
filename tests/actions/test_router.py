"""Every intent of the domain, with a form open and without, in three languages."""

import pytest
import yaml

from actions import router
from actions.frame import Frame
from actions.turn import FORMS
from languages.replies import get_replies
from settings import ROOT
from tests.actions.conftest import RULES

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
INTENTS = sorted(next(iter(row)) for row in DOMAIN["intents"])
ENTITIES = DOMAIN["entities"]
LANGUAGES = ("en", "fr", "ar")
WRITE_CV = {"faq": {"response": {"utter_action": "utter_faq/write_cv"}}}
OPEN = {
    None: None,
    "offer_form": Frame("offer", place="Rabat", asked="what"),
    "training_form": Frame("training", asked="what"),
    "event_form": Frame("event", asked="place"),
}


@pytest.fixture(params=list(OPEN), ids=lambda form: form or "no form")
def conversation(request, talk):
    frame = OPEN[request.param]
    return talk(slots={"search": frame.as_slot() if frame else None}, form=request.param)


def is_said(response, language):
    """Whether Rasa has something to say under this name in this language."""
    reply = get_replies().render(response.removeprefix("utter_"), language)
    return bool(reply.text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", INTENTS)
@pytest.mark.parametrize("text", ["hmm", "a longer message that names nothing at all here", "/x"])
def test_no_intent_raises_or_stays_silent(conversation, intent, language, text):
    conversation.slots["language"] = language
    selected = WRITE_CV if intent == "faq" else None
    said = conversation.say(intent, text, ranking=("search_offers",), selected=selected)
    said.language = language
    if intent == "faq" and not conversation.changes:
        return  # Rasa's own action says what was selected
    assert said.text or said.responses
    assert all(is_said(response, language) for response in said.responses)


@pytest.mark.parametrize("intent", INTENTS)
def test_whatever_a_message_names_is_answered(conversation, intent):
    said = conversation.say(
        intent, "hmm", ranking=(), selected=WRITE_CV, **dict.fromkeys(ENTITIES, "xyz")
    )
    assert said.messages


def test_an_action_ends_its_turn(found):
    found.say("show_more")
    assert found.changes[-1] == {"event": "followup", "timestamp": None, "name": "action_listen"}


@pytest.mark.parametrize("intent", ["greet", "check_scam", "thank"])
def test_what_comes_in_between_is_answered_and_the_question_asked_again(talk, intent):
    conversation = talk()
    conversation.say("search_offers", occupation="menuisier")
    said = conversation.say(intent, "un message qui dit autre chose")
    assert said.responses == [RULES[intent]]
    assert said.text == get_replies().text("ask_place", "fr", what="menuisier")
    assert (conversation.form, conversation.asked) == ("offer_form", "place")


def test_after_a_farewell_no_question_comes_but_it_stays_open(talk):
    conversation = talk()
    conversation.say("search_offers", occupation="menuisier")
    said = conversation.say("goodbye", "un message qui dit autre chose")
    assert (said.responses, said.text) == ([RULES["goodbye"]], "")
    assert conversation.say("inform", "Casablanca", place="Casablanca").cards


def test_a_question_of_knowledge_in_between(talk):
    conversation = talk()
    conversation.say("search_offers")
    said = conversation.tap('/faq{"key":"write_cv"}')
    assert said.responses == ["utter_faq/write_cv"]
    assert said.text == get_replies().text("ask_occupation", "fr")


@pytest.mark.parametrize(
    ("intent", "text", "entities"),
    [
        ("tell_profile", "j'ai un CAP de cuisine", {"occupation": "cuisine"}),
        ("ask_orientation", "quelque chose comme plombier", {"occupation": "plombier"}),
        ("nlu_fallback", "Xkzwt", {}),
        ("out_of_scope", "truc avions", {}),
    ],
)
def test_an_answer_in_disguise_is_an_answer(talk, intent, text, entities):
    conversation = talk()
    conversation.say("search_offers")
    conversation.say(intent, text, **entities)
    assert conversation.search["what"] == (entities.get("occupation") or text)
    assert conversation.asked == "place"


def test_a_long_message_about_something_else_is_no_answer(talk):
    conversation = talk()
    conversation.say("search_offers")
    said = conversation.say("out_of_scope", "quel temps fera-t-il demain à la plage")
    assert said.begins_with("out_of_scope")
    assert said.text.endswith(get_replies().text("ask_occupation", "fr"))
    assert conversation.search["what"] is None


def test_another_search_leaves_the_open_one(talk):
    conversation = talk()
    conversation.say("search_offers")
    conversation.say("search_trainings", "une formation alors")
    assert conversation.form == "training_form"
    conversation.say("search_events", "ou un salon")
    assert conversation.form is None


def test_the_rules_know_every_intent():
    assert set(RULES) == set(INTENTS)


def test_a_form_answers_as_the_rules_do():
    """The same reply in a form and outside."""
    for intent, action in RULES.items():
        if intent in router.HANDLERS or intent == "faq":
            continue
        assert action == f"utter_{intent}"


def test_every_action_of_the_domain_is_registered_and_no_other():
    assert sorted(action.name() for action in router.actions()) == sorted(DOMAIN["actions"])
    assert set(FORMS.values()) == set(DOMAIN["forms"])


def test_every_action_is_reached_by_a_rule():
    assert set(RULES.values()) >= set(DOMAIN["actions"])
