"""The number for an appointment by phone, read by the edge: the dialogue never sees it."""

from sqlalchemy.orm import Session

from bot.appointments import Diary
from bot.messages import Body, Own, Waiting
from bot.speech import Speech
from bot.transactions import Transactions
from people import appointments, telephone
from store.base import now

_LONGEST = 200  # characters of a message in which a number is looked for
_NEARLY = 6  # digits of what was meant as a number, and lacks some


class Numbers:
    """Answers (see composer.Answerer) a number from somebody who has an appointment by phone.

    One that is asked for may stand in a sentence; one that takes the place of another is the whole
    message.

    Args:
        transactions: the database.
        speech: the words.
        diary: tells people about their appointments.
    """

    def __init__(self, transactions: Transactions, speech: Speech, diary: Diary) -> None:
        self._db = transactions
        self._speech = speech
        self._diary = diary

    async def compose(self, waiting: Waiting, language: str) -> Own | None:
        """The answer to a number; None for any other message."""
        text = (waiting.text or "").strip()
        if waiting.payload or not 0 < len(text) <= _LONGEST:
            return None
        alone = telephone.number(text)
        if alone is None and telephone.within(text) is None:
            return None
        body = await self._db.write(self._note, waiting.contact_id, text, language)
        return Own([body]) if body else None

    def _note(self, session: Session, contact_id: str, text: str, language: str) -> Body | None:
        moment = now()
        mine = appointments.mine(session, contact_id, moment)
        if mine is None or mine.how != "phone":
            return None
        number = telephone.number(text)
        asked = mine.number is None
        if asked and number is None:
            number = telephone.within(text)
        if asked and number == "" and sum(sign.isdecimal() for sign in text) >= _NEARLY:
            return self._speech.body("appointment_number_again", language)
        noted = appointments.give_number(session, contact_id, number, moment) if number else None
        return self._diary.number(noted, language) if noted else None
