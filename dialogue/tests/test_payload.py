import json

import pytest
from rasa.shared.core.domain import Domain

from dialogue import payload


@pytest.fixture(scope="module")
def domain():
    return Domain.from_dict(
        {
            "intents": ["greet", "search_offers", "show_details", "faq"],
            "entities": ["place", "item"],
            "responses": {"utter_greet": [{"text": "hi"}], "utter_faq/write_cv": [{"text": "so"}]},
        }
    )


def test_a_bare_intent(domain):
    parsed = payload.parse("/greet", domain, "ar")
    assert parsed["intent"] == {"name": "greet", "confidence": 1.0}
    assert parsed["intent_ranking"] == [parsed["intent"]]
    assert (parsed["entities"], parsed["language"], parsed["text"]) == ([], "ar", "/greet")


def test_entities_come_as_a_message_would_bring_them(domain):
    parsed = payload.parse('/search_offers{"place": "الدار\\nالبيضاء"}', domain, None)
    (entity,) = parsed["entities"]
    assert (entity["entity"], entity["value"]) == ("place", "الدار\nالبيضاء")


def test_a_question_of_knowledge_names_its_answer(domain):
    parsed = payload.parse('/faq{"key":"write_cv"}', domain, "fr")
    assert parsed["intent"]["name"] == "faq"
    assert parsed["entities"] == []
    told = parsed["response_selector"]["faq"]["response"]
    assert (told["utter_action"], told["intent_response_key"]) == (
        "utter_faq/write_cv",
        "faq/write_cv",
    )


@pytest.mark.parametrize(
    "text",
    [
        "greet",
        "/",
        "/nothing_of_the_domain",
        "/restart",
        "/back",
        "/session_start",
        "/out_of_scope",
        "/faq",
        '/faq{"key":"secrets"}',
        '/faq{"key":5}',
        '/greet{"language_chosen":"true"}',
        '/search_offers{"place":["a"]}',
        '/search_offers{"place":{"a":"b"}}',
        '/search_offers{"place":null}',
        '/search_offers{"place":true}',
        '/search_offers{"place"}',
        '/search_offers["place"]',
        '/search_offers{"place":"' + "x" * 201 + '"}',
        '/search_offers{"place":' + '{"a":' * 2000 + "1" + "}" * 2000 + "}",
        '/search_offers{"place":' + "9" * 5000 + "}",
        "/greet and more",
        " /greet",
        "/GREET",
    ],
)
def test_what_somebody_made_up_is_no_payload(domain, text):
    assert payload.parse(text, domain, "fr") is None


def test_a_value_may_be_as_long_as_an_address(domain):
    text = "/search_offers" + json.dumps({"place": "x" * 200})
    assert payload.parse(text, domain, "fr")["entities"][0]["value"] == "x" * 200


def test_session_start_is_refused_though_every_domain_has_it(domain):
    # Rasa adds its own intents to each domain: they would let anybody restart a conversation.
    assert "restart" in domain.intents
