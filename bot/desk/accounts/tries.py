"""Lock-out: after a few wrong tries a wait, which doubles.

Counted before the password is looked at, so that many tries at once are no way around it, and for
addresses of nobody alike.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.desk.models import DeskTry

FREE = 5
"""Tries before the first wait."""

_FIRST, _LONGEST = timedelta(seconds=30), timedelta(minutes=15)
_FORGOTTEN = timedelta(days=1)


def key_of(email: str) -> str:
    """Under which tries for an address are counted."""
    return hashlib.sha256(email.encode()).hexdigest()


def count(session: Session, key: str, moment: datetime) -> timedelta | None:
    """Count a try. None when it may be made, else how long to wait before the next."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(DeskTry).values(key=key, tries=0, at=moment)
    # The row is there from here on, and ours: another try waits for it.
    session.execute(row.on_conflict_do_update(index_elements=["key"], set_={"key": key}))
    kept = session.scalars(select(DeskTry).where(DeskTry.key == key)).one()
    if moment - kept.at > _FORGOTTEN:
        kept.tries, kept.locked_until = 0, None
    if kept.locked_until and kept.locked_until > moment:
        return kept.locked_until - moment
    kept.tries += 1
    kept.at = moment
    kept.locked_until = moment + _wait(kept.tries) if kept.tries >= FREE else None
    return None


def _wait(tries: int) -> timedelta:
    return min(_LONGEST, _FIRST * (1 << min(tries - FREE, 10)))


def forget(session: Session, key: str) -> None:
    """After the right one: begin anew."""
    session.execute(delete(DeskTry).where(DeskTry.key == key))


def forget_old(session: Session, moment: datetime) -> None:
    """Delete what was counted more than a day ago."""
    session.execute(delete(DeskTry).where(DeskTry.at < moment - _FORGOTTEN))
