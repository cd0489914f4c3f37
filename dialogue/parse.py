"""Understanding alone: JSON lines in, JSON lines out, no dialogue and no server.

Each line in is a JSON string or {"text": …, "language"?: …}; each line out is the parse result
{"text", "intent", "confidence", "language", "variety", "entities", "ranking", "ms"}.
"""

import json
import sys
import time
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from dialogue.components import LANGUAGE, MODELS, VARIETY
from dialogue.runner import InOrder


def main() -> None:
    """Read texts from standard input until it ends."""
    agent = Agent.load(str(MODELS))
    assert agent.processor is not None
    agent.processor.graph_runner = InOrder(agent.processor.graph_runner)
    for line in sys.stdin:
        if line.strip():
            asked = json.loads(line)
            asked = {"text": asked} if isinstance(asked, str) else asked
            sys.stdout.write(json.dumps(parse(agent, asked), ensure_ascii=False) + "\n")
            sys.stdout.flush()


def parse(agent: Agent, asked: dict[str, Any]) -> dict[str, Any]:
    """Understand one message."""
    assert agent.processor is not None
    message = UserMessage(asked["text"], metadata={"language": asked.get("language")})
    began = time.perf_counter()
    parsed = agent.processor._parse_message_with_graph(message, None)  # noqa: SLF001 - no tracker
    spent = (time.perf_counter() - began) * 1000
    ranking = parsed.get("intent_ranking", [])
    fallback = parsed["intent"]["name"] == "nlu_fallback" or not ranking
    return {
        "text": asked["text"],
        "intent": parsed["intent"]["name"] if fallback else ranking[0]["name"],
        "confidence": parsed["intent"].get("confidence", 0.0),
        "language": parsed.get(LANGUAGE),
        "variety": parsed.get(VARIETY),
        "entities": [
            {"entity": e["entity"], "value": e["value"], "start": e["start"], "end": e["end"]}
            for e in parsed["entities"]
        ],
        "ranking": ranking,
        "ms": round(spent, 3),
    }
