"""Who holds a conversation, and how it comes to its end.

Every change locks the contact's row and compares the state that it expects: two counsellors can
never both have a conversation, nor the machine and a counsellor.
"""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot import inbox
from bot.handoff import queue
from bot.handoff.models import Handoff
from bot.handoff.views import Actor
from bot.models import CONTACT, INCOMING
from errors import NotThere, NotYours, Taken
from store.base import now


def take(session: Session, handoff_id: int, account_id: str, by: str) -> Handoff:
    """Give a waiting conversation to an account.

    Raises:
        NotThere: there is none. Taken: it does not wait any more.
    """
    handoff = _locked(session, handoff_id)
    _change(session, handoff, {"state": "waiting"}, _held(session, handoff, account_id))
    _hold(session, handoff.contact_id, account_id)
    kind = "taken" if by == account_id else "assigned"
    queue.step(session, handoff.id, kind, by, to=account_id)
    return handoff


def move(session: Session, handoff_id: int, holder: str, account_id: str, by: str) -> Handoff:
    """Give a held conversation from its holder to another account.

    Raises:
        NotThere: there is none. Taken: somebody else holds it by now, or nobody.
    """
    handoff = _locked(session, handoff_id)
    expected = {"state": "held", "account_id": holder}
    _change(session, handoff, expected, _held(session, handoff, account_id))
    _hold(session, handoff.contact_id, account_id)
    queue.step(session, handoff.id, "transferred", by, to=account_id)
    return handoff


def put_back(
    session: Session,
    handoff_id: int,
    holder: str | None,
    *,
    kind: str,
    by: str | None,
    **values: object,
) -> Handoff:
    """Put a conversation back into the queue, or elsewhere in it, at the place that it had.

    Args:
        session: a writing session.
        handoff_id: which.
        holder: the account that holds it; None for one that waits.
        kind: the step: transferred (to a team), vanished or left.
        by: who does it; None for the machine.
        values: more columns to set.

    Raises:
        NotThere: there is none. Taken: somebody else holds it by now, or nobody.
    """
    handoff = _locked(session, handoff_id)
    back = {"state": "waiting", "account_id": None, "unanswered_since": None, **values}
    expected = {"state": "held" if holder else "waiting", "account_id": holder}
    _change(session, handoff, expected, back)
    _hold(session, handoff.contact_id, None)
    queue.step(session, handoff.id, kind, by, holder=holder, team=handoff.team_id)
    return handoff


def end(  # noqa: PLR0913 - what is expected, and what is written
    session: Session,
    handoff_id: int,
    state: str,
    outcome: str | None,
    *,
    by: str | None,
    holder: str | None,
    kind: str | None = None,
) -> Handoff:
    """Bring a conversation to its end: closed, returned or cancelled; the machine answers again.

    Args:
        session: a writing session.
        handoff_id: which.
        state: what it is from now on.
        outcome: what came of it.
        by: who does it; None for the person or the machine.
        holder: the account that holds it; None for one that nobody holds.
        kind: the step, where it is not the state's name.

    Raises:
        NotThere: there is none. Taken: it is not held so any more.
    """
    handoff = _locked(session, handoff_id)
    expected = {"account_id": holder} | ({"state": "held"} if holder else {})
    if handoff.state not in queue.OPEN:
        raise Taken(handoff.account_id)
    done = {
        "state": state,
        "outcome": outcome,
        "closed_at": now(),
        "closed_by": by,
        "unanswered_since": None,
        "suggested_to": None,
    }
    _change(session, handoff, expected, done)
    if holder is not None:
        _hold(session, handoff.contact_id, None)
    queue.step(session, handoff.id, kind or state, by, outcome=outcome)
    return handoff


def held_by(session: Session, handoff_id: int, actor: Actor) -> Handoff:
    """A conversation that an account holds, its contact locked.

    Raises:
        NotThere: there is none. NotYours: somebody else holds it, or nobody.
    """
    handoff = _locked(session, handoff_id)
    if handoff.state != "held" or handoff.account_id != actor.id:
        raise NotYours("this conversation is not yours")
    return handoff


def _locked(session: Session, handoff_id: int) -> Handoff:
    handoff = queue.get(session, handoff_id)
    if inbox.lock(session.connection(), handoff.contact_id) is None:
        raise NotThere(f"no contact of hand-off {handoff_id}")
    # What it was before the lock may have changed.
    return queue.get(session, handoff_id)


def _change(
    session: Session, handoff: Handoff, expected: dict[str, Any], values: dict[str, Any]
) -> None:
    same = [getattr(Handoff, name) == value for name, value in expected.items()]
    changed = session.connection().execute(
        update(Handoff).where(Handoff.id == handoff.id, *same).values(values)
    )
    session.refresh(handoff)
    if not changed.rowcount:
        raise Taken(handoff.account_id)


def _held(session: Session, handoff: Handoff, account_id: str) -> dict[str, Any]:
    moment = now()
    last = select(func.max(INCOMING.c.id)).where(INCOMING.c.contact_id == handoff.contact_id)
    return {
        "state": "held",
        "account_id": account_id,
        "suggested_to": None,
        "held_at": handoff.held_at or moment,
        "acted_at": moment,
        "unanswered_since": moment,  # the person waits for the first word
        "seen_incoming": session.execute(last).scalar() or 0,
    }


def _hold(session: Session, contact_id: str, account_id: str | None) -> None:
    session.execute(update(CONTACT).where(CONTACT.c.id == contact_id).values(held_by=account_id))
