import asyncio
import json
from types import SimpleNamespace

import pytest
from rasa.core.actions import action as rasa_action
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

from dialogue import lean
from dialogue.action_endpoint import ActionEndpoint

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


RULE_KEYS = [
    INTENT,
    json.dumps(
        [
            {"prev_action": {"action_name": "action_listen"}, "user": {"intent": "greet"}},
            {"prev_action": {"action_name": "utter_greet"}, "user": {"intent": "greet"}},
        ]
    ),
    json.dumps(
        [
            {
                "prev_action": {"action_name": "action_listen"},
                "user": {"intent": "inform", "entities": ["place"]},
            }
        ]
    ),
    json.dumps([{}, {"prev_action": {"action_name": "action_listen"}, "user": {"intent": "bye"}}]),
]


def state(intent, action, entities=()):
    user = {"intent": intent, **({"entities": entities} if entities else {})}
    return {"prev_action": {"action_name": action}, "user": user}


@pytest.mark.parametrize(
    "states",
    [
        [],
        [{}],
        [state("greet", "action_listen")],
        [state("greet", "action_listen"), state("greet", "utter_greet")],
        [state("bye", "action_listen"), state("greet", "utter_greet")],
        [{}, state("bye", "action_listen")],
        [state("greet", "utter_greet"), state("bye", "action_listen")],
        [state("inform", "action_listen", ("place",))],
        [state("inform", "action_listen", ("date", "place"))],
        [state("inform", "action_listen")],
    ],
)
def test_the_rules_that_fit_are_those_that_rasa_finds(states):
    lookup = dict.fromkeys(RULE_KEYS, "utter_greet")
    slow, quick = object.__new__(RulePolicy), object.__new__(RulePolicy)
    lean._find_rules_by_last_state(quick)
    found = [quick._get_possible_keys(lookup, states) for _ in range(2)]  # found, then kept
    assert found == [slow._get_possible_keys(lookup, states)] * 2


def test_the_rules_are_the_same_when_more_states_came_than_are_kept(monkeypatch):
    monkeypatch.setattr(lean, "_STATES", 2)
    slow, quick = object.__new__(RulePolicy), object.__new__(RulePolicy)
    lean._find_rules_by_last_state(quick)
    lookup = dict.fromkeys(RULE_KEYS, "utter_greet")
    for intent in ("greet", "bye", "inform", "greet"):
        states = [state(intent, "action_listen")]
        assert quick._get_possible_keys(lookup, states) == slow._get_possible_keys(lookup, states)


def test_a_copied_tracker_is_as_if_replayed_and_apart_from_its_own():
    lean._copy_lightly()
    slots = [AnySlot("search", mappings=[{}]), AnySlot("missed", mappings=[{}])]
    events = [
        ActionExecuted("action_session_start"),
        ActionExecuted("action_listen"),
        UserUttered("hello", {"name": "greet"}),
        SlotSet("search", {"kind": "offer"}),
        ActiveLoop("offer_form"),
        ActionExecuted("offer_form"),
    ]
    tracker = DialogueStateTracker.from_events("amal", events, slots)
    copied, replayed = tracker.copy(), tracker.travel_back_in_time(float("inf"))
    assert copied.current_state(EventVerbosity.ALL) == replayed.current_state(EventVerbosity.ALL)
    before = tracker.current_state(EventVerbosity.ALL)
    copied.update_with_events([SlotSet("missed", 1), ActionExecuted("utter_greet")], None)
    copied.active_loop.rejected = True
    assert tracker.current_state(EventVerbosity.ALL) == before


def test_rasas_own_actions_are_made_once():
    lean._make_default_actions_once()
    lean._make_default_actions_once()
    endpoint = ActionEndpoint(EndpointConfig("http://actions"))
    assert rasa_action.default_actions(endpoint) is rasa_action.default_actions(endpoint)


@pytest.mark.parametrize(
    ("mapping", "extracts"),
    [
        ({"type": "custom"}, False),
        ({"type": "custom", "action": "action_ask"}, True),
        ({"type": "from_text"}, True),
    ],
)
def test_slots_are_extracted_where_one_is_mapped(mapping, extracts):
    slots = [SimpleNamespace(mappings=[]), SimpleNamespace(mappings=[mapping])]
    rasas = object()
    processor = SimpleNamespace(domain=SimpleNamespace(slots=slots), run_action_extract_slots=rasas)
    lean._extract_no_slots(processor)
    assert (processor.run_action_extract_slots is rasas) is extracts
    if not extracts:
        assert asyncio.run(processor.run_action_extract_slots(None, "tracker")) == "tracker"
