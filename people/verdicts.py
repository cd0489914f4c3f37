"""Listings that somebody keeps, or does not want to see again."""

from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from people.models import Verdict
from store.base import now

Opinion = Literal["saved", "dismissed"]
MOST_KEPT = 100
"""Kept by one person; the oldest gives way."""


def judge(session: Session, contact_id: str, listing_id: int, verdict: Opinion) -> bool:
    """Keep or dismiss a listing; the last word counts. Whether it changes anything."""
    row = session.get(Verdict, (contact_id, listing_id))
    if row is not None and row.verdict == verdict:
        return False
    if row is None:
        session.add(Verdict(contact_id=contact_id, listing_id=listing_id, verdict=verdict))
    else:
        row.verdict, row.at = verdict, now()
    session.flush()
    _leave_room(session, contact_id, verdict)
    return True


def _leave_room(session: Session, contact_id: str, verdict: Opinion) -> None:
    for listing_id in ids(session, contact_id, verdict)[MOST_KEPT:]:
        forget(session, contact_id, listing_id)


def forget(session: Session, contact_id: str, listing_id: int) -> bool:
    """Take a verdict back; whether there was one."""
    row = session.get(Verdict, (contact_id, listing_id))
    if row is not None:
        session.execute(
            delete(Verdict).where(
                Verdict.contact_id == contact_id, Verdict.listing_id == listing_id
            )
        )
    return row is not None


def ids(session: Session, contact_id: str, verdict: Opinion) -> list[int]:
    """Ids of the listings, the latest first."""
    query = select(Verdict.listing_id).where(
        Verdict.contact_id == contact_id, Verdict.verdict == verdict
    )
    return list(session.scalars(query.order_by(Verdict.at.desc(), Verdict.listing_id.desc())))
