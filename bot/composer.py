"""What a message is answered with: by a fixed sentence, or by the dialogue."""

import re

from bot.dialogue_client import Answer, DialogueClient
from bot.incoming import MAX_TEXT
from bot.messages import Body, Composed, Waiting
from bot.speech import Speech

_ARABIC = re.compile(r"[؀-ۿݐ-ݿ]")
_SELF_INTRODUCING = {"greet", "ask_bot_identity"}


class Composer:
    """Turns a waiting message into its answer."""

    def __init__(self, dialogue: DialogueClient, speech: Speech) -> None:
        self._dialogue = dialogue
        self._speech = speech

    async def compose(self, waiting: Waiting) -> Composed:
        """The answer to a message.

        Raises:
            PartUnavailable, PartBroken: as DialogueClient.ask.
        """
        notice = _notice(waiting)
        if notice:
            return self.say(waiting, notice)
        return self._composed(waiting, await self._ask(waiting))

    def say(self, waiting: Waiting, key: str, status: str = "answered") -> Composed:
        """The answer that is one fixed sentence."""
        language = self.language(waiting)
        return Composed(
            bodies=self._introduced(waiting, None, language, [self._speech.body(key, language)]),
            language=language,
            language_chosen=waiting.language_chosen,
            introduced=True,
            guessed=True,
            status=status,
        )

    def word(self, waiting: Waiting, key: str) -> Body:
        """A word that is no answer, such as that it comes later."""
        return self._speech.body(key, self.language(waiting))

    def language(self, waiting: Waiting) -> str:
        """The person's language, else by the script they write, else the deployment's."""
        if waiting.language:
            return waiting.language
        return "ar" if _ARABIC.search(waiting.text or "") else self._speech.default_language

    async def dialogue_is_up(self) -> bool:
        """Whether the dialogue server answers at all."""
        return await self._dialogue.dialogue_is_up()

    async def _ask(self, waiting: Waiting) -> Answer:
        return await self._dialogue.ask(
            sender=waiting.contact_id,
            message=waiting.payload or waiting.text or "",
            message_id=waiting.message_id,
            language=waiting.language,
            language_chosen=waiting.language_chosen,
            channel=waiting.channel,
        )

    def _composed(self, waiting: Waiting, answer: Answer) -> Composed:
        # exclude_none: a part that is not there is left out, as in Rasa's own replies.
        bodies = [message.model_dump(exclude_none=True) for message in answer.messages]
        # Nobody is left without an answer, whatever the dialogue's rules forgot.
        bodies = bodies or [self._speech.body("our_fault", answer.language)]
        return Composed(
            bodies=self._introduced(waiting, answer.intent, answer.language, bodies),
            language=answer.language,
            language_chosen=answer.language_chosen,
            introduced=True,
            intent=answer.intent,
            understood=answer.understood(),
        )

    def _introduced(
        self, waiting: Waiting, intent: str | None, language: str, bodies: list[Body]
    ) -> list[Body]:
        if waiting.introduced or intent in _SELF_INTRODUCING:
            return bodies
        return [self._speech.body("introduction", language), *bodies]


def _notice(waiting: Waiting) -> str | None:
    if waiting.payload:
        return None
    if waiting.media:
        return "not_text"
    if not waiting.text:
        return "empty_message"
    return "too_long" if len(waiting.text) > MAX_TEXT else None
