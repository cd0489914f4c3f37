import json
from types import SimpleNamespace

import pytest
from rasa.core.policies.rule_policy import RULES
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

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


class _Policy:
    """A policy that tells how often it was asked."""

    def __init__(self, confidence):
        self.confidence, self.asked = confidence, 0

    def predict_action_probabilities(self, tracker, domain, **_):
        self.asked += 1
        return SimpleNamespace(max_confidence=self.confidence)

    def _default_predictions(self, domain):
        return [0.0]

    def _prediction(self, probabilities):
        return SimpleNamespace(max_confidence=max(probabilities))


REFUSED = ActionExecutionRejected("offer_form")


@pytest.mark.parametrize(
    ("rule", "events", "asked"),
    [
        (1.0, [ActionExecuted("action_listen")], 0),
        (0.3, [ActionExecuted("action_listen")], 1),
        (1.0, [ActionExecuted("offer_form"), REFUSED], 1),
        (1.0, [REFUSED, ActionExecuted("action_listen")], 0),
    ],
)
def test_the_memory_is_asked_only_where_no_rule_has_settled_it(rule, events, asked):
    rules, memory = _Policy(rule), _Policy(1.0)
    lean._remember_without_a_rule(memory, rules)
    tracker = DialogueStateTracker.from_events("somebody", events)
    rules.predict_action_probabilities(tracker, None)
    assert memory.predict_action_probabilities(tracker, None).max_confidence == float(asked)
    assert memory.asked == asked


def test_the_memory_is_asked_about_another_conversation_than_the_rules():
    rules, memory = _Policy(1.0), _Policy(1.0)
    lean._remember_without_a_rule(memory, rules)
    rules.predict_action_probabilities(DialogueStateTracker.from_events("one", []), None)
    memory.predict_action_probabilities(DialogueStateTracker.from_events("another", []), None)
    assert memory.asked == 1
