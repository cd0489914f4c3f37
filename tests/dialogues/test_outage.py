"""A part goes down: the person is told, the message is kept, and answered when it is back."""

from uuid import uuid4

import pytest

from tests.dialogues.replies import is_reply
from tests.stack import Stack

pytestmark = pytest.mark.stack
SAID = {
    "fr": "je cherche un emploi de plombier",
    "en": "I am looking for a job as a plumber",
    "ar": "أبحث عن عمل سباك",
}


@pytest.mark.parametrize("part", ["actions", "dialogue"])
def test_kept_told_and_answered(own_stack: Stack, part: str):
    senders = {language: uuid4().hex for language in SAID}
    for language, sender in senders.items():
        own_stack.say(sender, f'/change_language{{"language":"{language}"}}')
    own_stack.stop(part)
    for language, sender in senders.items():
        answer = own_stack.say(sender, SAID[language], message_id=f"{part}-{language}-{sender}")
        assert [is_reply(r["text"], "slow_kept", language) for r in answer] == [True]
    own_stack.start(part)
    for language, sender in senders.items():
        _answered(own_stack, sender, language, f"{part}-{language}-{sender}")


def _answered(stack: Stack, sender: str, language: str, message_id: str) -> None:
    # A repeat of the message asks for its replies; the retry may need a moment to come round.
    for _ in range(60):
        answer = stack.say(sender, SAID[language], message_id=message_id)
        if any(is_reply(reply["text"], "ask_place", language) for reply in answer):
            return
    raise AssertionError(answer)
