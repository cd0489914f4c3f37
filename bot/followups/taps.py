"""The buttons of the follow-up, answered by the edge itself: the dialogue never sees them."""

import json
import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.followups import asking
from bot.messages import Body, Own, Waiting
from bot.speech import Speech
from bot.transactions import Transactions
from people.followup_models import FollowUp
from store.base import now

PAYLOADS = (
    "/followup_yes",
    "/followup_no",
    "/followup_stop",
    "/followup_helped",
    "/followup_now",
)
_PAYLOAD = re.compile(r"(/followup_[a-z]+)(\{.*\})?")
_HELPED = {"1": 1, "2": 2, "3": 3}


class FollowUpTaps:
    """Answers them (see composer.Answerer).

    Args:
        transactions: the database.
        speech: the words.
    """

    def __init__(self, transactions: Transactions, speech: Speech) -> None:
        self._db = transactions
        self._speech = speech

    async def compose(self, waiting: Waiting, language: str) -> Own | None:
        """The answer to a button of ours; None for any other message."""
        name, value = read(waiting.payload)
        if not name:
            return None
        body = await self._db.write(self._answer, waiting.contact_id, language, name, value)
        return Own([body])

    def _answer(
        self, session: Session, contact_id: str, language: str, name: str, value: str
    ) -> Body:
        match name:
            case "/followup_yes":
                agreed = asking.agree(session, contact_id)
                key = "followup_agreed" if agreed else "followup_late"
            case "/followup_no" | "/followup_stop":
                asking.stop(session, contact_id)
                key = "followup_stopped" if name == "/followup_stop" else "followup_declined"
            case "/followup_helped":
                key = _helped(session, contact_id, value)
            case _:
                key = _now(session, contact_id, value)
        return self._speech.body(key, language)


def _helped(session: Session, contact_id: str, value: str) -> str:
    row = asking.open_question(session, contact_id)
    if row is None or value not in _HELPED:
        return "followup_late"
    row.helped, row.answered_at = _HELPED[value], now()
    session.flush()
    return "followup_now"


def _now(session: Session, contact_id: str, value: str) -> str:
    row = asking.open_question(session, contact_id)
    if row is None or value not in asking.SITUATIONS:
        return "followup_late"
    row.situation, row.answered_at = value, now()
    session.flush()
    if value == "neither":
        return "followup_thanks_looking"
    return "followup_thanks_more" if _another(session, contact_id) else "followup_thanks"


def _another(session: Session, contact_id: str) -> bool:
    query = select(FollowUp.id).where(
        FollowUp.contact_id == contact_id, FollowUp.asked_at.is_(None)
    )
    return session.execute(query.limit(1)).first() is not None


def read(payload: str | None) -> tuple[str, str]:
    """The name of a button of ours and its value; empty for another's."""
    match = _PAYLOAD.fullmatch(payload or "")
    if match is None or match[1] not in PAYLOADS:
        return "", ""
    return match[1], str(json.loads(match[2] or "{}").get("value", ""))
