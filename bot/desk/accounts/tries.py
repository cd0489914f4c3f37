"""Lock-out: after a few wrong tries a wait, which doubles.

Counted before the password is looked at, so that many tries at once are no way around it, and for
addresses of nobody alike.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, select
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
    kept = session.scalar(select(DeskTry).where(DeskTry.key == key).with_for_update())
    if kept is None or moment - kept.at > _FORGOTTEN:
        session.merge(DeskTry(key=key, tries=1, at=moment, locked_until=None))
        return None
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
