"""What was found for somebody's alerts, so that nothing is told twice."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from people.models import AlertFind, AlertMark
from store.base import Base, now

_FINDS = Base.metadata.tables[AlertFind.__tablename__]
_MARKS = Base.metadata.tables[AlertMark.__tablename__]
_NAME = "listings"
_TOGETHER = 500  # rows a statement


def note(session: Session, rows: Sequence[dict[str, Any]]) -> int:
    """Note finds (contact_id, listing_id, fingerprint, alert_id); how many are new.

    One that its person has, or a copy of it, is not noted again, whichever alert it is for.
    """
    connection, moment, new = session.connection(), now(), 0
    make = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    for start in range(0, len(rows), _TOGETHER):
        values = [{**row, "found_at": moment} for row in rows[start : start + _TOGETHER]]
        statement = make(_FINDS).values(values).on_conflict_do_nothing()
        new += len(connection.execute(statement.returning(_FINDS.c.listing_id)).all())
    return new


def untold(session: Session, alert_id: int) -> list[int]:
    """Ids of listings that were found and not told, the newest first."""
    query = select(AlertFind.listing_id).where(
        AlertFind.alert_id == alert_id, AlertFind.told_at.is_(None)
    )
    return list(session.scalars(query.order_by(AlertFind.listing_id.desc())))


def mark_told(session: Session, contact_id: str, listing_ids: Sequence[int]) -> None:
    """They went out, or never will: they are not told again."""
    which = (AlertFind.contact_id == contact_id, AlertFind.listing_id.in_(listing_ids))
    session.execute(update(AlertFind).where(*which).values(told_at=now()))


def mark(session: Session) -> int | None:
    """Up to which listing alerts have been looked for; None before the first time."""
    return session.scalar(select(AlertMark.listing_id).where(AlertMark.name == _NAME))


def set_mark(session: Session, listing_id: int) -> None:
    """Alerts have been looked for up to this listing."""
    # Two may look for the first time at once: the row of either will do.
    connection = session.connection()
    make = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    row = make(_MARKS).values(name=_NAME, listing_id=listing_id)
    connection.execute(
        row.on_conflict_do_update(index_elements=["name"], set_={"listing_id": listing_id})
    )
