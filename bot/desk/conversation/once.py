"""A form that comes twice, by a double click or on a bad line, is done once.

On whichever edge it comes: its mark is a row, written in the transaction of what the form does. Two
that come at once wait for each other in the database; what failed leaves no mark, and may be done
anew.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import String, delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from errors import Done
from store.base import Base, now

_KEPT = timedelta(days=2)
"""Longer than any page stays open from which the same form could come again."""


class DeskMark(Base):
    """A form that was done: who sent it, and a hash of its mark and of all that it said."""

    __tablename__ = "desk_mark"

    account_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)


def key_of(mark: str, *said: object) -> str:
    """The key of a form; none for a form without a mark.

    What the form says is part of it: a browser may go back to a page with an old mark, and other
    words are another message.
    """
    return hashlib.sha256(repr((mark, said)).encode()).hexdigest() if mark else ""


def claim(session: Session, account_id: str, key: str) -> None:
    """Do a form in this transaction, and in no other.

    Raises:
        Done: another one has.
    """
    if not key:
        return
    connection = session.connection()
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    row = {"account_id": account_id, "key": key, "at": now()}
    made = insert(DeskMark).values(row).on_conflict_do_nothing().returning(DeskMark.key)
    if connection.execute(made).first() is None:
        raise Done


def is_done(session: Session, account_id: str, key: str) -> bool:
    """Whether a form was done."""
    return bool(key) and session.get(DeskMark, (account_id, key)) is not None


def forget_old(session: Session) -> None:
    """Delete the marks that nobody can send again."""
    session.execute(delete(DeskMark).where(DeskMark.at < now() - _KEPT))
