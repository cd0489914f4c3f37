"""Whatever arrives, the whole stack answers kindly or with a clear 4xx, and goes on."""

from uuid import uuid4

import httpx
import pytest

from tests.dialogues.replies import is_reply
from tests.stack import Stack

pytestmark = pytest.mark.stack

LANGUAGES = ("fr", "en", "ar")
KIND = [
    "", "   ", "\u200b", "😀😀😀", "👍", "?", "...", "1", "٣", "x" * 30_000, "أ" * 10_000,
    "a\x00b", "\x1b[31mred", "/", "//restart", "/restart", "/session_start", "/back",
    "/inform{", '/inform{"place":5}', '/inform{"unknown":"x"}', '/faq{"key":"no_such"}',
    '/show_details{"item":"999999999999"}', '/show_details{"item":"-1"}', '/show_details{"item":"x"}',
    "{name}", "%s%s%s", "'; DROP TABLE listing; --", "<script>alert(1)</script>",
    'je cherche un emploi de AND OR NOT " * ( ) NEAR à Tunis', "\u202eabc", "é" * 1999,
]  # fmt: skip


@pytest.mark.parametrize("text", KIND, ids=range(len(KIND)))
def test_a_kind_answer(stack: Stack, text: str):
    sender = uuid4().hex
    answer = stack.say(sender, text)
    assert answer, "nobody is left without an answer"
    assert all(reply["text"] for reply in answer)
    assert not any(is_reply(r["text"], "slow_kept", code) for r in answer for code in LANGUAGES)
    helped = [reply["text"] for reply in stack.say(sender, "/ask_help")]
    assert any(is_reply(text, "ask_help", code) for text in helped for code in LANGUAGES), helped


@pytest.mark.parametrize("letter", ["x", "أ"])
def test_a_hundred_thousand_characters(stack: Stack, letter: str):
    body = {"sender": uuid4().hex, "message": letter * 100_000}
    answer = httpx.post(f"{stack.url}/webhooks/rest/webhook", json=body, timeout=30)
    assert answer.status_code == 413
    assert answer.json()["error"]


def test_a_lone_surrogate(stack: Stack):
    body = b'{"sender": "s", "message": "a\\ud800b"}'
    answer = httpx.post(f"{stack.url}/webhooks/rest/webhook", content=body, timeout=30)
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"5", b'"x"', b'{"sender": 5, "message": "x"}', b'{"sender": "x"}',
     b'{"sender": "x", "message": null}', b'{"sender": "", "message": "x"}', b"\xff\xfe",
     b'{"sender": "x", "message": "y", "surprise": 1}', b"[" * 10_000],
)  # fmt: skip
def test_a_clear_refusal(stack: Stack, body: bytes):
    answer = httpx.post(f"{stack.url}/webhooks/rest/webhook", content=body, timeout=30)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["error"]
