"""Somebody comes back after hours or weeks: the search is remembered, old trouble is not."""

import json
import sqlite3
from uuid import uuid4

import pytest

from tests.dialogues.replies import is_reply, plain
from tests.stack import Stack

pytestmark = pytest.mark.stack
HOUR_S = 3600
LANGUAGES = {
    "fr": ("je cherche un emploi de plombier", "Sfax", "quel temps fera-t-il demain à Paris ?"),
    "en": ("I am looking for a job as a plumber", "Sfax", "what's the weather like tomorrow?"),
    "ar": ("أبحث عن عمل سباك", "صفاقس", "كيف حال الطقس غداً؟"),
}


def let_pass(stack: Stack, hours: int) -> None:
    """Make all that the dialogue remembers older, as if nobody had written for so long."""
    stack.stop("dialogue")
    with sqlite3.connect(stack.home / "dialogue.db") as kept:
        for sender, events in kept.execute("SELECT sender_id, events FROM tracker").fetchall():
            older = [
                event | {"timestamp": event["timestamp"] - hours * HOUR_S}
                for event in json.loads(events)
            ]
            changed = (json.dumps(older), sender)
            kept.execute("UPDATE tracker SET events = ? WHERE sender_id = ?", changed)
    kept.close()
    stack.start("dialogue")


def said(stack: Stack, sender: str, text: str, language: str) -> str:
    return plain(str(stack.say(sender, text, language=language)[-1]["text"]))


@pytest.mark.parametrize("hours", [7, 24 * 30])
def test_who_comes_back_goes_on(own_stack: Stack, hours: int):
    searching = {language: uuid4().hex for language in LANGUAGES}
    lost = {language: uuid4().hex for language in LANGUAGES}
    for language, (wish, _, other) in LANGUAGES.items():
        assert is_reply(said(own_stack, searching[language], wish, language), "ask_place", language)
        for _ in range(2):
            assert is_reply(
                said(own_stack, lost[language], other, language), "out_of_scope", language
            )
    let_pass(own_stack, hours)
    for language, (_, town, other) in LANGUAGES.items():
        # The question of then is answered now: the search is the same, in the same language.
        answer = own_stack.say(searching[language], town, language=language)
        assert answer[-1]["custom"]["cards"]
        # Two misunderstandings of then and one of now are not three in a row.
        assert is_reply(said(own_stack, lost[language], other, language), "out_of_scope", language)


def test_within_the_hour_it_is_the_same_conversation(own_stack: Stack):
    sender = uuid4().hex
    other = LANGUAGES["fr"][2]
    for _ in range(2):
        assert is_reply(said(own_stack, sender, other, "fr"), "out_of_scope", "fr")
    let_pass(own_stack, 1)
    first = own_stack.say(sender, other, language="fr")[0]["text"]  # what follows is the queue's
    assert is_reply(plain(str(first)), "third_misunderstanding", "fr")
