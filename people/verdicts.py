"""Listings that somebody keeps, or does not want to see again."""

from typing import Literal

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from people.models import Verdict
from store.base import Base, now

Opinion = Literal["saved", "dismissed"]
_ROWS = Base.metadata.tables[Verdict.__tablename__]
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


_IDS = (
    select(_ROWS.c.listing_id)
    .where(_ROWS.c.contact_id == bindparam("contact"), _ROWS.c.verdict == bindparam("said"))
    .order_by(_ROWS.c.at.desc(), _ROWS.c.listing_id.desc())
)


def ids(session: Session, contact_id: str, verdict: Opinion) -> list[int]:
    """Ids of the listings, the latest first."""
    # With every search: by the connection and a statement that is made once.
    found = session.connection().execute(_IDS, {"contact": contact_id, "said": verdict})
    return [row.listing_id for row in found]
