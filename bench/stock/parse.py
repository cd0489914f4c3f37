"""How long stock Rasa takes to understand: texts as a JSON list in, milliseconds as one out.

Run by the peer's own Python, in its project.
"""

import asyncio
import json
import sys
import time

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage


async def main(model: str) -> list[float]:
    """Milliseconds of each text; the first is understood twice, to have everything loaded."""
    agent = Agent.load(model)
    texts = json.load(sys.stdin)
    await agent.processor.parse_message(UserMessage(texts[0]))
    spent = []
    for text in texts:
        began = time.perf_counter()
        await agent.processor.parse_message(UserMessage(text))
        spent.append((time.perf_counter() - began) * 1000)
    return spent


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1]))))
