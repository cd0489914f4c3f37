"""A callback, agreed with a few taps outside the hours: when, how, under which number."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import inbox
from bot.handoff import queue
from bot.handoff.hours import Hours
from bot.handoff.models import Handoff
from store.base import now

WHEN = ("first", "morning", "afternoon")
HOW = ("chat", "phone")


def note(session: Session, contact_id: str, **told: str | None) -> Handoff | None:
    """Note what was told about the callback; None when nobody is offered one any more."""
    handoff = _offered(session, contact_id)
    if handoff is not None:
        handoff.callback = {**(handoff.callback or {}), **told}
        session.flush()
    return handoff


def agree(session: Session, contact_id: str, hours: Hours, **told: str | None) -> Handoff | None:
    """The same, and let them wait for it: from the next opening that suits them."""
    handoff = note(session, contact_id, **told)
    if handoff is None:
        return None
    agreed = handoff.callback or {}
    moment = now()
    due = hours.next_part(moment, str(agreed.get("when") or "first")) or moment
    handoff.state, handoff.due_at = "waiting", due
    if handoff.reason == "asked":
        handoff.reason = "callback"
    queue.step(session, handoff.id, "callback", None, due=due.isoformat())
    session.flush()
    return handoff


def _offered(session: Session, contact_id: str) -> Handoff | None:
    inbox.lock(session.connection(), contact_id)
    handoff = queue.current(session, contact_id)
    if handoff is None or handoff.state == "held":
        return None
    if handoff.state == "waiting" and not handoff.callback:
        return None
    return handoff


def expire(session: Session, before: datetime) -> int:
    """Forget offers that nobody took up; how many."""
    stale = (Handoff.state == "offered", Handoff.asked_at < before)
    done = update(Handoff).where(*stale).values(state="cancelled", closed_at=now())
    return session.connection().execute(done).rowcount
