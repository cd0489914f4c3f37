"""The buttons of the hand-off, answered by the edge itself: the dialogue never sees them."""

import json
import re
from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import Session

from bot.handoff import callback, queue, reception, talk
from bot.handoff.acts import Hooks
from bot.handoff.bell import Bell
from bot.handoff.lobby import Lobby
from bot.handoff.views import Event, Rated
from bot.handoff.voice import Voice
from bot.messages import Body, Own, Waiting
from bot.transactions import Transactions
from people import telephone

PAYLOADS = (
    "/handoff_cancel",
    "/handoff_callback",
    "/handoff_when",
    "/handoff_how",
    "/handoff_original",
    "/handoff_helped",
    "/handoff_easy",
)
_PAYLOAD = re.compile(r"(/handoff_[a-z]+)(\{.*\})?")
_RATES = {"1": 1, "2": 2, "3": 3}
_LONGEST_NUMBER = 40  # characters
Answer = Callable[[Session, Waiting, str, str], list[Body]]


class Taps:
    """Answers them (see composer.Answerer), and the telephone number that was asked for.

    Args:
        transactions: the database.
        voice: the words.
        lobby: whose hand-off is open.
        bell: tells the desk.
        hooks: what others do when a person has said how it was.
    """

    def __init__(
        self, transactions: Transactions, voice: Voice, lobby: Lobby, bell: Bell, hooks: Hooks
    ) -> None:
        self._db = transactions
        self._voice = voice
        self._lobby = lobby
        self._bell = bell
        self._hooks = hooks
        self._answers: dict[str, Answer] = {
            "/handoff_cancel": self._cancel,
            "/handoff_callback": self._callback,
            "/handoff_when": self._when,
            "/handoff_how": self._how,
            "/handoff_original": self.original,
            "/handoff_helped": self._helped,
            "/handoff_easy": self._easy,
        }

    async def compose(self, waiting: Waiting, language: str) -> Own | None:
        """The answer to a button of ours, or to the question for a number; else None."""
        name, value = read(waiting.payload)
        answer = self._answers.get(name)
        if answer is None and self._may_be_number(waiting):
            answer = self._number
        if answer is None:
            return None
        bodies = await self._db.write(partial(answer), waiting, language, value)
        if not bodies:
            return None
        return Own(bodies, then=lambda: self._bell.ring(Event("queue", waiting.contact_id)))

    def _may_be_number(self, waiting: Waiting) -> bool:
        text = waiting.text or ""
        short = 0 < len(text) <= _LONGEST_NUMBER and not waiting.payload
        return short and waiting.contact_id in self._lobby and telephone.number(text) is not None

    def _cancel(self, session: Session, waiting: Waiting, language: str, _: str) -> list[Body]:
        done = reception.cancel(session, waiting.contact_id)
        return [self._voice.body("handoff_cancelled" if done else "handoff_not_waiting", language)]

    def _callback(self, session: Session, waiting: Waiting, language: str, _: str) -> list[Body]:
        asked = callback.note(session, waiting.contact_id)
        return (
            [self._voice.body("handoff_callback_when", language)] if asked else self._over(language)
        )

    def _when(self, session: Session, waiting: Waiting, language: str, value: str) -> list[Body]:
        when = value if value in callback.WHEN else callback.WHEN[0]
        asked = callback.note(session, waiting.contact_id, when=when)
        return (
            [self._voice.body("handoff_callback_how", language)] if asked else self._over(language)
        )

    def _how(self, session: Session, waiting: Waiting, language: str, value: str) -> list[Body]:
        if value == "phone":
            told = {"how": "phone", "number": None}
            asked = callback.note(session, waiting.contact_id, **told)
            key = "handoff_callback_number"
            return [self._voice.body(key, language)] if asked else self._over(language)
        return self._agreed(session, waiting, language, how="chat", number=None)

    def _number(self, session: Session, waiting: Waiting, language: str, _: str) -> list[Body]:
        """A number, if one was asked for; nothing else is answered here."""
        handoff = queue.current(session, waiting.contact_id)
        told = (handoff and handoff.callback) or {}
        if told.get("how") != "phone" or told.get("number"):
            return []
        number = telephone.number(waiting.text or "")
        if not number:
            return [self._voice.body("handoff_callback_number_again", language)]
        return self._agreed(session, waiting, language, number=number)

    def _agreed(
        self, session: Session, waiting: Waiting, language: str, **told: str | None
    ) -> list[Body]:
        handoff = callback.agree(session, waiting.contact_id, self._voice.hours, **told)
        return [self._voice.agreed(handoff, language)] if handoff else self._over(language)

    def _over(self, language: str) -> list[Body]:
        return [self._voice.body("handoff_not_waiting", language)]

    def original(self, session: Session, waiting: Waiting, language: str, value: str) -> list[Body]:
        """A counsellor's message as it was written."""
        known = value.isdecimal() and len(value) < 18  # noqa: PLR2004 - what a database counts to
        text = talk.original(session, waiting.contact_id, int(value)) if known else None
        if text is None:
            return [self._voice.body("handoff_original_gone", language)]
        return [self._voice.body("handoff_original", language, text=text)]

    def _helped(self, session: Session, waiting: Waiting, language: str, value: str) -> list[Body]:
        handoff = reception.find(session, waiting.contact_id)
        if handoff is None or value not in _RATES:
            return [self._voice.body("handoff_rated_late", language)]
        handoff.helped = _RATES[value]
        session.flush()
        return [self._voice.body("handoff_easy", language)]

    def _easy(self, session: Session, waiting: Waiting, language: str, value: str) -> list[Body]:
        handoff = reception.find(session, waiting.contact_id)
        if handoff is None or value not in _RATES or handoff.helped is None:
            return [self._voice.body("handoff_rated_late", language)]
        handoff.easy = _RATES[value]
        queue.step(session, handoff.id, "rated", None, helped=handoff.helped, easy=handoff.easy)
        rated = Rated(handoff.id, waiting.contact_id, handoff.helped, handoff.easy, language)
        more = self._hooks.rated(session, rated) if self._hooks.rated else []
        key = "handoff_thanks_sorry" if handoff.helped == 1 else "handoff_thanks"
        return [self._voice.body(key, language), *more]


def read(payload: str | None) -> tuple[str, str]:
    """The name of a button of ours and its value; empty for another's."""
    match = _PAYLOAD.fullmatch(payload or "")
    if match is None or match[1] not in PAYLOADS:
        return "", ""
    values = json.loads(match[2] or "{}")
    return match[1], str(values.get("value", values.get("id", "")))
