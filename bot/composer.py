"""What a message is answered with: by a fixed sentence, or by the dialogue."""

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Protocol

from bot.dialogue_client import Answer, DialogueClient
from bot.incoming import MAX_TEXT, Media
from bot.messages import Body, Composed, Own, Waiting
from bot.speech import Speech

_ARABIC = re.compile(r"[؀-ۿݐ-ݿ]")
_SELF_INTRODUCING = {"greet", "ask_bot_identity"}
# What there is to say to an attachment without a word of text.
_MEDIA = {
    Media.VOICE: "not_voice",
    Media.PHOTO: "not_picture",
    Media.VIDEO: "not_picture",
    Media.STICKER: "sticker",
    Media.DOCUMENT: "not_document",
    Media.CONTACT: "not_contact",
    Media.LOCATION: "place_not_known",
}

Locate = Callable[[tuple[float, float], str], Awaitable[str | None]]
"""The name of the city nearest to a point (degrees north and east), in a language; None far off."""


class Answerer(Protocol):
    """Answers by itself what is not the dialogue's affair."""

    async def compose(self, waiting: Waiting, language: str) -> Own | None:
        """The answer to a message, in a language; None when it is not for us."""


class Finisher(Protocol):
    """Goes on where the dialogue's answer ends."""

    async def finish(self, waiting: Waiting, composed: Composed) -> Composed:
        """The answer to a message, with what there is to add."""


class Composer:
    """Turns a waiting message into its answer.

    Args:
        dialogue: what answers most of them.
        speech: what the edge itself says.
        locate: knows where a point is.
        before: what may answer before the dialogue is asked.
        after: what may add to the dialogue's answer.
    """

    def __init__(
        self,
        dialogue: DialogueClient,
        speech: Speech,
        locate: Locate,
        before: Sequence[Answerer] = (),
        after: Sequence[Finisher] = (),
    ) -> None:
        self._dialogue = dialogue
        self._speech = speech
        self._locate = locate
        self._before = before
        self._after = after

    async def compose(self, waiting: Waiting) -> Composed:
        """The answer to a message.

        Raises:
            PartUnavailable, PartBroken: as DialogueClient.ask.
        """
        waiting = await self._located(waiting)
        for answerer in self._before:
            if own := await answerer.compose(waiting, self.language(waiting)):
                return replace(self._fixed(waiting, own.bodies), also=own.also, then=own.then)
        notice = _notice(waiting)
        if notice:
            return self.say(waiting, notice)
        composed = self._composed(waiting, await self._ask(waiting))
        for finisher in self._after:
            composed = await finisher.finish(waiting, composed)
        return composed

    def say(self, waiting: Waiting, key: str, status: str = "answered") -> Composed:
        """The answer that is one fixed sentence."""
        return self._fixed(waiting, [self.word(waiting, key)], status)

    async def _located(self, waiting: Waiting) -> Waiting:
        """A point on the map as the city that it is in, as if its button were pressed."""
        if waiting.spot is None:
            return waiting
        city = await self._locate(waiting.spot, self.language(waiting))
        payload = f"/inform{json.dumps({'place': city}, ensure_ascii=False)}" if city else None
        return replace(waiting, payload=payload)

    def _fixed(
        self, waiting: Waiting, bodies: Sequence[Body], status: str = "answered"
    ) -> Composed:
        language = self.language(waiting)
        return Composed(
            bodies=self._introduced(waiting, None, language, list(bodies)),
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
        told = (message.model_dump(exclude_none=True) for message in answer.messages)
        bodies = [self._speech.as_set(body) for body in told]
        # Nobody is left without an answer, whatever the dialogue's rules forgot.
        bodies = bodies or [self._speech.body("our_fault", answer.language)]
        return Composed(
            bodies=self._introduced(waiting, answer.intent, answer.language, bodies),
            language=answer.language,
            language_chosen=answer.language_chosen,
            introduced=True,
            intent=answer.intent,
            understood=answer.understood(),
            handoff=answer.handoff,
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
    if not waiting.text:
        media = waiting.media
        return _MEDIA.get(Media(media), "not_text") if media in set(Media) else "empty_message"
    return "too_long" if len(waiting.text) > MAX_TEXT else None
