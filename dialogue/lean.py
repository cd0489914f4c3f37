"""What Rasa does at every message and nobody needs, left out: four tenths of what a message cost.

Nothing that is answered changes. Each of these is a place where Rasa offers no other way in; what
was measured stands in docs/decisions/0012-one-dialogue-process.md.
"""

from __future__ import annotations

import gc
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from rasa.core import processor as rasa_processor
from rasa.core.actions.action import RemoteAction
from rasa.core.policies import memoization, rule_policy
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import Event
from rasa.shared.nlu.constants import TEXT

from dialogue.runner import InOrder


def make_lean(processor: MessageProcessor) -> None:
    """Prepare a processor with a loaded model, once, before its first message."""
    _trust_what_was_checked()
    _find_events_by_name_once()
    _copy_nothing_for_logs()
    processor.graph_runner = InOrder(processor.graph_runner)
    for policy in processor.graph_runner.components():
        if isinstance(policy, RulePolicy):
            _look_for_no_words(policy)
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
