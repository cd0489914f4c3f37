"""Asks people 30 and 90 days after a counsellor how it went, if they agreed to it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot import inbox, outbox
from bot.handoff import reception
from bot.handoff.views import Rated
from bot.messages import Body
from bot.speech import Speech
from bot.transactions import Transactions
from people.followup_models import FollowUp
from people.models import Contact
from people.timing import Clock
from store.base import now

DAYS = (30, 90)
SITUATIONS = ("work", "training", "neither")
_ANSWERED_WITHIN = timedelta(days=21)
_LATER = timedelta(days=1)


def offer(session: Session, rated: Rated, speech: Speech) -> list[Body]:
    """The question whether we may ask; not to who has agreed already."""
    agreed = select(FollowUp.id).where(
        FollowUp.contact_id == rated.contact_id, FollowUp.asked_at.is_(None)
    )
    if session.execute(agreed.limit(1)).first():
        return []
    # Who was not helped keeps the button that brings somebody else: the last message's count.
    key = "followup_offer_sorry" if rated.helped == 1 else "followup_offer"
    return [speech.body(key, rated.language)]


def agree(session: Session, contact_id: str) -> bool:
    """Note that somebody wants to be asked, once; whether there is anything to ask about."""
    inbox.lock(session.connection(), contact_id)
    handoff = reception.find(session, contact_id)
    if handoff is None or handoff.closed_at is None:
        return False
    of_this = select(FollowUp.id).where(
        FollowUp.contact_id == contact_id, FollowUp.handoff_id == handoff.id
    )
    if session.execute(of_this.limit(1)).first() is None:
        session.add_all(
            FollowUp(
                contact_id=contact_id,
                handoff_id=handoff.id,
                day=day,
                due_at=handoff.closed_at + timedelta(days=day),
            )
            for day in DAYS
        )
        session.flush()
    return True


def stop(session: Session, contact_id: str) -> None:
    """Ask somebody nothing more; what they have answered stays."""
    unanswered = (FollowUp.contact_id == contact_id, FollowUp.answered_at.is_(None))
    session.execute(delete(FollowUp).where(*unanswered))


def open_question(session: Session, contact_id: str) -> FollowUp | None:
    """The question that somebody was asked last, while an answer counts."""
    return session.scalars(
        select(FollowUp)
        .where(FollowUp.contact_id == contact_id, FollowUp.asked_at > now() - _ANSWERED_WITHIN)
        .order_by(FollowUp.asked_at.desc())
        .limit(1)
    ).one_or_none()


def due(session: Session, moment: datetime) -> Sequence[int]:
    """The questions whose day has come."""
    query = select(FollowUp.id).where(FollowUp.asked_at.is_(None), FollowUp.due_at <= moment)
    return session.scalars(query.order_by(FollowUp.id)).all()


def ask(session: Session, follow_up_id: int, moment: datetime, speech: Speech) -> bool:
    """Ask one question, in the transaction that notes it; whether it was asked.

    Not while a counsellor talks with them or an earlier question is open; never who has blocked
    us.
    """
    row = session.get(FollowUp, follow_up_id, with_for_update=True, populate_existing=True)
    if row is None or row.asked_at is not None:
        return False
    contact = session.get_one(Contact, row.contact_id)
    if contact.gone_at is not None:
        session.delete(row)
        return False
    if contact.held_by is not None or _asked_lately(session, row, moment):
        row.due_at = moment + _LATER
        return False
    row.asked_at = moment
    session.flush()
    language = speech.known(contact.language)
    body = speech.body("followup_ask", language, count=row.day)
    outbox.put(session, row.contact_id, [body], language, purpose="notice")
    return True


def _asked_lately(session: Session, row: FollowUp, moment: datetime) -> bool:
    """Whether the question before is still open, as after a long time away."""
    lately = select(FollowUp.id).where(
        FollowUp.contact_id == row.contact_id, FollowUp.asked_at > moment - _ANSWERED_WITHIN
    )
    return session.execute(lately.limit(1)).first() is not None


async def look(db: Transactions, speech: Speech, clock: Clock, moment: datetime) -> int:
    """Ask all whose day has come, outside the quiet hours; how many."""
    if clock.is_quiet(moment):
        return 0
    asked = 0
    for follow_up_id in await db.read(due, moment):
        asked += await db.write(ask, follow_up_id, moment, speech)
    return asked
