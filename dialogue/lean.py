"""What Rasa does at every message and nobody needs, left out: four tenths of what a message cost.

Nothing that is answered changes. Each of these is a place where Rasa offers no other way in; what
was measured stands in docs/decisions/0012-one-dialogue-process.md.
"""

from __future__ import annotations

import gc
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import ujson
from rasa.core import processor as rasa_processor
from rasa.core.actions import action as rasa_action
from rasa.core.actions.action import RemoteAction
from rasa.core.policies import memoization, rule_policy
from rasa.core.policies.memoization import MemoizationPolicy
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, Event
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT

from dialogue.runner import InOrder

_SURE = 1.0
_STATES = 5000  # that are kept with the rules that fit them
_ACTS = (ActionExecuted, ActionExecutionRejected)


def make_lean(processor: MessageProcessor) -> None:
    """Prepare a processor with a loaded model, once, before its first message."""
    _trust_what_was_checked()
    _find_events_by_name_once()
    _copy_nothing_for_logs()
    _copy_lightly()
    _make_default_actions_once()
    _extract_no_slots(processor)
    runner = InOrder(processor.graph_runner)
    policies = [p for p in runner.components() if isinstance(p, Policy)]
    rules = [policy for policy in policies if isinstance(policy, RulePolicy)]
    for policy in rules:
        _look_for_no_words(policy)
        _find_rules_by_last_state(policy)
    for policy in policies:
        if rules and type(policy) is MemoizationPolicy:
            _remember_without_a_rule(policy, rules[0])
    processor.graph_runner = runner
    gc.freeze()  # the model stays: looking through it for rubbish takes near half a second


def _trust_what_was_checked() -> None:
    # Rasa checks each action's answer, and before it the schema itself; ActionEndpoint has done so.
    RemoteAction._validate_action_result = lambda _, __: True  # noqa: SLF001


def _find_events_by_name_once() -> None:
    # Rasa walks through all classes of events for every event that it reads.
    if not hasattr(Event.resolve_by_type, "cache_info"):
        Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))


def _copy_nothing_for_logs() -> None:
    # These modules copy what they would log at the level of debugging, logged or not, and copy
    # nothing else deeply.
    for module in (rasa_processor, rule_policy, memoization):
        module.copy = SimpleNamespace(deepcopy=lambda thing: thing)


def _copy_lightly() -> None:
    # A tracker is copied for each action, by replaying all of its events; what they led to is
    # there. Each copy has all the slots; pickling's road, which copy takes by itself, is ten times
    # as long.
    Slot.__copy__ = _own
    DialogueStateTracker.copy = _copied


def _own(thing: Any) -> Any:
    new = object.__new__(type(thing))
    new.__dict__.update(thing.__dict__)
    return new


def _copied(tracker: DialogueStateTracker) -> DialogueStateTracker:
    new: DialogueStateTracker = _own(tracker)
    new.events = tracker._create_events(tracker.events)  # noqa: SLF001 - the class's own
    new.slots = type(tracker.slots)((name, _own(slot)) for name, slot in tracker.slots.items())
    new.active_loop = _own(tracker.active_loop) if tracker.active_loop else None
    return new


def _make_default_actions_once() -> None:
    # Rasa makes all of its own actions anew to find one by its name. None of them keeps anything.
    if not hasattr(rasa_action.default_actions, "cache_info"):
        rasa_action.default_actions = lru_cache(maxsize=None)(rasa_action.default_actions)


def _extract_no_slots(processor: MessageProcessor) -> None:
    """Spare a domain whose slots the actions alone fill the search for what is said in them."""
    mappings = [m for slot in processor.domain.slots for m in slot.mappings]
    if any(m.get("type") != "custom" or m.get("action") for m in mappings):
        return

    async def as_it_is(_: Any, tracker: DialogueStateTracker) -> DialogueStateTracker:
        return tracker

    processor.run_action_extract_slots = as_it_is


def _find_rules_by_last_state(policy: RulePolicy) -> None:
    # Rasa holds every rule against every state; hardly any fits the last, and of these there are
    # few.
    find = policy._get_possible_keys  # noqa: SLF001
    fitting: dict[tuple[int, str], dict[str, str]] = {}

    def possible(lookup: dict[str, str], states: list[Any]) -> set[str]:
        last = (id(lookup), ujson.dumps(states[-1:]))
        if last not in fitting:
            if len(fitting) >= _STATES:
                fitting.clear()
            fitting[last] = {key: lookup[key] for key in find(lookup, states[-1:])}
        found: set[str] = find(fitting[last], states)
        return found

    policy._get_possible_keys = possible  # noqa: SLF001


def _look_for_no_words(policy: RulePolicy) -> None:
    """Spare a policy without rules about a message's words the search for one."""
    if any(f'"{TEXT}"' in rule for rule in policy.lookup.get(RULES, {})):
        return
    find = policy._find_action_from_rules  # noqa: SLF001

    def by_intent(tracker: Any, domain: Any, use_text_for_last_user_input: bool) -> Any:  # noqa: FBT001
        if use_text_for_last_user_input:
            return None, None, False
        return find(tracker, domain, use_text_for_last_user_input)

    policy._find_action_from_rules = by_intent  # noqa: SLF001


def _remember_without_a_rule(memory: MemoizationPolicy, rules: RulePolicy) -> None:
    """Spare the memory the search for what a rule has settled: a rule is sure, and goes first."""
    by_rules, by_memory = rules.predict_action_probabilities, memory.predict_action_probabilities
    settled: list[Any] = [None]

    def ruled(tracker: Any, *args: Any, **more: Any) -> PolicyPrediction:
        prediction = by_rules(tracker, *args, **more)
        sure = prediction.max_confidence == _SURE and not _is_rejected(tracker)
        settled[0] = tracker if sure else None
        return prediction

    def remembered(tracker: Any, domain: Any, *args: Any, **more: Any) -> PolicyPrediction:
        is_settled, settled[0] = settled[0] is tracker, None
        if is_settled:
            return memory._prediction(memory._default_predictions(domain))  # noqa: SLF001
        return by_memory(tracker, domain, *args, **more)

    rules.predict_action_probabilities = ruled
    memory.predict_action_probabilities = remembered


def _is_rejected(tracker: DialogueStateTracker) -> bool:
    # What refused to run is not asked again, and the memory may know what to do instead.
    acts = (e for e in reversed(tracker.events) if isinstance(e, _ACTS))
    return isinstance(next(acts, None), ActionExecutionRejected)
