"""What the edge says to a person about the hand-off: whose turn it is, when the desk opens."""

from collections.abc import Sequence
from datetime import datetime

from babel.dates import format_date, format_time
from sqlalchemy.orm import Session

from bot import outbox
from bot.handoff import presence, queue
from bot.handoff.hours import Hours
from bot.handoff.models import Handoff
from bot.messages import Body
from bot.speech import Speech
from languages.formatting import locale_of
from people.models import Contact
from store.base import now


class Voice:
    """Knows the words and the hours.

    Args:
        speech: the words.
        hours: when the desk is open.

    `names`: whether people are told the names of counsellors at all.
    """

    def __init__(self, speech: Speech, hours: Hours) -> None:
        self._speech = speech
        self.hours = hours
        self.names = speech.profile.desk.names

    def body(self, key: str, language: str, **words: object) -> Body:
        """One reply."""
        return self._speech.body(key, language, **words)

    def say(self, session: Session, handoff: Handoff, key: str, **words: object) -> None:
        """Write a notice for the person; it counts for the channel like any other message."""
        language = self.language(session, handoff)
        self.put(session, handoff.contact_id, [self.body(key, language, **words)], language)

    @staticmethod
    def put(session: Session, contact_id: str, bodies: Sequence[Body], language: str) -> None:
        """Write notices for a person."""
        outbox.put(session, contact_id, bodies, language, purpose="notice")

    def language(self, session: Session, handoff: Handoff) -> str:
        """The language that the person reads now."""
        contact = session.get(Contact, handoff.contact_id)
        return self._speech.known((contact and contact.language) or handoff.language)

    def known(self, language: str | None) -> str:
        """A language if we speak it, else the deployment's."""
        return self._speech.known(language)

    def is_open(self, session: Session, moment: datetime) -> bool:
        """Whether a counsellor may come now: within the hours, or since one is here."""
        return self.hours.is_open(moment) or presence.anybody(session, moment)

    def standing(self, session: Session, handoff: Handoff, language: str, key: str) -> Body:
        """Where somebody stands: their position while the desk is open, else when it opens.

        Args:
            session: a session.
            handoff: one that waits.
            language: the language to say it in.
            key: the reply with {position}; `<key>_closed` is the one with {day} and {time}.
        """
        moment = now()
        if self.is_open(session, moment):
            return self.body(key, language, position=queue.position(session, handoff, moment))
        return self.body(f"{key}_closed", language, **self.opening(moment, language))

    def agreed(self, handoff: Handoff, language: str) -> Body:
        """What was agreed about a callback."""
        told = self.told(handoff.due_at, language)
        number = (handoff.callback or {}).get("number")
        if number:
            return self.body("handoff_callback_phone", language, number=number, **told)
        return self.body("handoff_callback_chat", language, **told)

    def opening(self, moment: datetime, language: str) -> dict[str, str]:
        """The {day} and {time} at which the desk opens next; of now, where that is not known."""
        return self.told(self.hours.opens_at(moment) or moment, language)

    def told(self, moment: datetime, language: str) -> dict[str, str]:
        """A moment as {day} and {time} by the deployment's clock: Monday 23 November, 08:30."""
        local = moment.astimezone(self.hours.zone)
        locale = locale_of(language)
        return {
            "day": format_date(local, "EEEE d MMMM", locale=locale),
            "time": format_time(local, "HH:mm", tzinfo=self.hours.zone, locale=locale),
        }
