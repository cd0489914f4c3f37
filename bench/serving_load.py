"""Conversations over the REST channel: as fast as they are answered, each in its own order.

Requests are written to the socket by hand: a client library would cost more than what is measured.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

# What a job seeker says in a visit: small talk, searches with and without a correction, a question
# of knowledge. Every second message is answered by an action with a search in the database.
VISIT = (
    "bonjour",
    "je cherche un stage en informatique à Casablanca",
    "montre-moi d'autres offres",
    "comment faire un cv ?",
    "je cherche un travail de serveur à Tanger",
    "et à Rabat ?",
    "je veux une formation en excel",
    "merci beaucoup",
)
_PATH = "/webhooks/rest/webhook"
_PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered message: its place in the conversation from 1 on, seconds, and its replies."""

    turn: int
    seconds: float
    replies: list[dict[str, object]]

    @property
    def has_cards(self) -> bool:
        """Whether a search was answered with listings."""
        return any("cards" in (reply.get("custom") or {}) for reply in self.replies)


async def converse(url: str, turns: int) -> list[Answer]:
    """One new person, saying the visit's messages over and over, each after the last answer.

    Raises:
        RuntimeError: a message was not answered with 200 and at least one reply.
    """
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=2**20)
    sender, answers = uuid4().hex, []
    for turn in range(1, turns + 1):
        body = json.dumps({"sender": sender, "message": VISIT[(turn - 1) % len(VISIT)]}).encode()
        began = time.perf_counter()
        writer.write(_head(len(body)) + body)
        replies = json.loads(await asyncio.wait_for(_body(reader), _PATIENCE_S))
        answers.append(Answer(turn, time.perf_counter() - began, replies))
        if not replies:
            raise RuntimeError(f"no reply to message {turn}")
    writer.close()
    await writer.wait_closed()
    return answers


def _head(length: int) -> bytes:
    lines = (f"POST {_PATH} HTTP/1.1", "Host: bench", "Content-Type: application/json")
    return "\r\n".join((*lines, f"Content-Length: {length}", "\r\n")).encode()


async def _body(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status, *fields = head.split("\r\n")
    lengths = [f.partition(":")[2] for f in fields if f.startswith("content-length")]
    body = await reader.readexactly(int(lengths[0])) if lengths else b""
    if " 200 " not in status:
        raise RuntimeError(f"{status}: {body[:200].decode(errors='replace')}")
    return body


@dataclass(frozen=True, slots=True)
class Load:
    """Many conversations side by side: messages a second, and how long one waits."""

    conversations: int
    messages: int
    seconds: float
    median_s: float
    p95_s: float
    with_cards: float

    @property
    def a_second(self) -> float:
        """Messages answered a second."""
        return self.messages / self.seconds


def load(url: str, conversations: int, turns: int) -> Load:
    """Let new persons talk, all at once."""

    async def everybody() -> list[list[Answer]]:
        return await asyncio.gather(*(converse(url, turns) for _ in range(conversations)))

    began = time.perf_counter()
    answers = [answer for talk in asyncio.run(everybody()) for answer in talk]
    seconds = time.perf_counter() - began
    waits = sorted(answer.seconds for answer in answers)
    return Load(
        conversations,
        len(answers),
        seconds,
        waits[len(waits) // 2],
        waits[int(len(waits) * 0.95)],
        sum(answer.has_cards for answer in answers) / len(answers),
    )


def long_talk(url: str, turns: int) -> list[float]:
    """Seconds of each answer of one conversation; the first stands at 0."""
    return [answer.seconds for answer in asyncio.run(converse(url, turns))]
