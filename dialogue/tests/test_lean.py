import json
from types import SimpleNamespace

import pytest
from rasa.core.policies.rule_policy import RULES
from rasa.shared.core.events import Event, SlotSet

from dialogue import lean

INTENT = json.dumps(
    [{"prev_action": {"action_name": "action_listen"}, "user": {"intent": "greet"}}]
)
WORDS = json.dumps([{"prev_action": {"action_name": "action_listen"}, "user": {"text": "hello"}}])


@pytest.fixture
def policy():
    """A policy that tells what it was asked."""
    asked = []

    def find(tracker, domain, use_text_for_last_user_input):
        asked.append("words" if use_text_for_last_user_input else "intent")
        return "utter_greet", "rule", False

    return SimpleNamespace(_find_action_from_rules=find, asked=asked, lookup={})


@pytest.mark.parametrize(
    ("rules", "asked"), [([INTENT], ["intent"]), ([INTENT, WORDS], ["words", "intent"])]
)
def test_words_are_looked_for_only_where_a_rule_is_about_words(policy, rules, asked):
    policy.lookup = {RULES: dict.fromkeys(rules, "utter_greet")}
    lean._look_for_no_words(policy)
    by_words = policy._find_action_from_rules(None, None, use_text_for_last_user_input=True)
    by_intent = policy._find_action_from_rules(None, None, use_text_for_last_user_input=False)
    assert by_words[0] == ("utter_greet" if "words" in asked else None)
    assert by_intent[0] == "utter_greet"
    assert policy.asked == asked


def test_events_are_found_by_name_as_before_and_unknown_ones_refused():
    lean._find_events_by_name_once()
    lean._find_events_by_name_once()
    assert [Event.resolve_by_type("slot") for _ in range(3)] == [SlotSet] * 3
    assert Event.resolve_by_type.cache_info().hits
    with pytest.raises(ValueError, match="no such event"):
        Event.resolve_by_type("no such event")
