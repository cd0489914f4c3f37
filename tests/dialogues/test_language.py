"""The language of the answer follows the person, and what they chose stays."""

from uuid import uuid4

import pytest

from tests.dialogues.replies import is_reply, plain
from tests.stack import Stack

pytestmark = pytest.mark.stack


def last(stack: Stack, sender: str, text: str) -> str:
    return str(stack.say(sender, text)[-1]["text"])


def test_switches_with_the_person_and_keeps_the_search(stack: Stack):
    sender = uuid4().hex
    assert is_reply(last(stack, sender, "je cherche un emploi de plombier"), "ask_place", "fr")
    assert is_reply(last(stack, sender, "how do I prepare for a job interview?"), "ask_place", "en")
    assert is_reply(last(stack, sender, "كيف أستعد لمقابلة العمل؟"), "ask_place", "ar")
    answer = stack.say(sender, "صفاقس")
    assert answer[-1]["custom"]["cards"]
    assert "سباك" in plain(str(answer[-1]["text"])) or "plombier" in plain(str(answer[-1]["text"]))


def test_a_short_message_never_changes_it(stack: Stack):
    sender = uuid4().hex
    last(stack, sender, "I am looking for a job as a plumber")
    for short in ("ok", "stage", "merci"):
        stack.say(sender, short)
    assert is_reply(str(stack.say(sender, "/ask_help")[0]["text"]), "ask_help", "en")


def test_what_was_chosen_stays(stack: Stack):
    sender = uuid4().hex
    assert is_reply(last(stack, sender, "répondez-moi en arabe"), "language_changed", "ar")
    assert is_reply(
        last(stack, sender, "comment écrire un bon CV pour un stage ?"), "faq/write_cv", "ar"
    )
    assert is_reply(
        last(stack, sender, '/change_language{"language":"en"}'), "language_changed", "en"
    )
    assert is_reply(
        last(stack, sender, "comment écrire un bon CV pour un stage ?"), "faq/write_cv", "en"
    )


@pytest.mark.parametrize(
    "text",
    [
        "bghit nkhdem f casa",
        "rani n7ewes 3la khedma f oran",
        "nlawej 3la khedma fi sfax",
        "بغيت نخدم فكازا",
    ],
)
def test_maghrebi_is_answered_in_arabic(stack: Stack, text: str):
    reply = last(stack, uuid4().hex, text)
    assert is_reply(reply, "ask_occupation_in", "ar") or is_reply(reply, "ask_occupation", "ar"), (
        reply
    )
