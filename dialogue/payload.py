"""What a button sends: `/intent` or `/intent{"entity": "value"}`, made into a parse result."""

import json
import re
from typing import Any

from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.core.domain import Domain

_PAYLOAD = re.compile(r"^/([a-z_]+)(\{.*\})?$", re.DOTALL)
_LONGEST_VALUE = 200


def parse(text: str, domain: Domain, language: str | None) -> dict[str, Any] | None:
    """The parse result of a payload, or None for what is none.

    Only intents and entities of the domain pass, entity values are short texts: a payload that
    somebody made up can do what a typed message can do and nothing else (no /restart).
    """
    match = _PAYLOAD.match(text)
    if not match or match.group(1) not in set(domain.intents) - set(DEFAULT_INTENTS):
        return None
    intent = match.group(1)
    values = _values(match.group(2))
    if values is None:
        return None
    key = values.pop("key", None) if intent == "faq" else None
    if intent == "faq" and f"utter_faq/{key}" not in domain.responses:
        return None
    if not set(values) <= set(domain.entities):
        return None
    result: dict[str, Any] = {
        "text": text,
        "intent": {"name": intent, "confidence": 1.0},
        "intent_ranking": [{"name": intent, "confidence": 1.0}],
        "entities": _entities(values),
        "language": language,
    }
    if key:
        result["response_selector"] = selected_response(f"faq/{key}", 1.0)
    return result


def selected_response(full_name: str, confidence: float) -> dict[str, Any]:
    """What Rasa expects a response selector to say for a retrieval intent such as faq/write_cv."""
    intent = full_name.split("/", 1)[0]
    return {
        "all_retrieval_intents": [intent],
        intent: {
            "response": {
                "intent_response_key": full_name,
                "utter_action": f"utter_{full_name}",
                "confidence": confidence,
            }
        },
    }


def _values(text: str | None) -> dict[str, str] | None:
    try:
        values = json.loads(text or "{}")
    except (ValueError, RecursionError):  # no JSON, a number of 5000 digits, too deep
        return None
    short = all(isinstance(v, str) and len(v) <= _LONGEST_VALUE for v in values.values())
    return values if short else None


def _entities(values: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"entity": name, "value": value, "start": 0, "end": 0, "extractor": "button"}
        for name, value in values.items()
    ]
