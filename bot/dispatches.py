"""What platforms tell of messages that we sent: delivered, read, failed.

Receipts come late, twice, in any order, and even before we have noted that the message went out.
A platform's id has one row, written by whichever comes first; what is known only ever grows.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, case, delete, func, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from bot.incoming import Receipt
from bot.models import REPLY, DispatchRow
from store.base import Base, now

# A message that was read was not lost, whatever came in between.
_RANK = {"sent": 1, "failed": 2, "delivered": 3, "read": 4}
_DISPATCH = Base.metadata.tables[DispatchRow.__tablename__]
_KEPT_UNKNOWN = timedelta(days=1)


def _ranked(column: ColumnElement[Any]) -> ColumnElement[int]:
    return func.coalesce(case(_RANK, value=column), 0)


@lru_cache
def _put(dialect: str) -> Any:  # noqa: ANN401 - an Insert of either dialect
    """Writes what is known of a platform's id; what was known stays where it tells more."""
    insert = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(_DISPATCH)
    new = insert.excluded
    newer = _ranked(new.status) > _ranked(_DISPATCH.c.status)
    return insert.on_conflict_do_update(
        index_elements=["channel", "platform_id"],
        set_={
            "reply_id": func.coalesce(_DISPATCH.c.reply_id, new.reply_id),
            "status": case((newer, new.status), else_=_DISPATCH.c.status),
            "reason": case((newer, new.reason), else_=_DISPATCH.c.reason),
        },
    ).returning(_DISPATCH.c.reply_id, _DISPATCH.c.status, _DISPATCH.c.reason)


_TAKE_OVER = (
    update(REPLY)
    .where(
        REPLY.c.id == bindparam("reply"), _ranked(REPLY.c.status) < bindparam("rank", type_=Integer)
    )
    .values(status=bindparam("new_status"), reason=bindparam("new_reason"))
    .returning(REPLY.c.contact_id)
)


def note(session: Session, channel: str, receipts: Sequence[Receipt]) -> set[str]:
    """Write receipts down, and on the replies that they tell of; to whom those went."""
    whose: set[str] = set()
    # In one order for all: two transactions that write the same rows never wait for each other.
    for receipt in sorted(receipts, key=lambda receipt: receipt.platform_id):
        known = {"status": receipt.status, "reason": receipt.reason, "reply_id": None}
        whose |= _learn(session, channel, receipt.platform_id, known)
    return whose


def sent(session: Session, channel: str, reply_id: int, platform_ids: Sequence[str]) -> None:
    """Note by which ids a platform knows a reply, and what it has told of them already."""
    for platform_id in sorted(platform_ids):
        known = {"status": None, "reason": None, "reply_id": reply_id}
        _learn(session, channel, platform_id, known)


def forget_unknown(session: Session) -> int:
    """Delete receipts of the day before that belong to nothing of ours; how many."""
    old = DispatchRow.at < now() - _KEPT_UNKNOWN
    gone = session.execute(
        delete(DispatchRow)
        .where(DispatchRow.reply_id.is_(None), old)
        .returning(DispatchRow.platform_id)
    )
    return len(gone.all())


def _learn(session: Session, channel: str, platform_id: str, known: dict[str, Any]) -> set[str]:
    connection = session.connection()
    values = {"channel": channel, "platform_id": platform_id, "at": now(), **known}
    row = connection.execute(_put(connection.dialect.name), values).one()
    if row.reply_id is None or row.status is None:
        return set()
    told = {"new_status": row.status, "new_reason": row.reason}
    which = {"reply": row.reply_id, "rank": _RANK[row.status]}
    return set(connection.execute(_TAKE_OVER, {**which, **told}).scalars())
