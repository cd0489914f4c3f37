"""What platforms tell of messages that we sent: delivered, read, failed.

Receipts come late, twice, in any order, and even before we have noted that the message went out.
A platform's id has one row, written by whichever comes first; what is known only ever grows.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from bot.incoming import Receipt
from bot.models import DispatchRow, ReplyRow
from store.base import now

# A message that was read was not lost, whatever came in between.
_RANK = {"sent": 1, "failed": 2, "delivered": 3, "read": 4}
_DISPATCH, _REPLY = DispatchRow.__table__, ReplyRow.__table__
_KEPT_UNKNOWN = timedelta(days=1)


def note(session: Session, channel: str, receipts: Sequence[Receipt]) -> None:
    """Write receipts down, and on the replies that they tell of."""
    ids = {receipt.platform_id: receipt for receipt in sorted(receipts, key=_rank)}
    for receipt in ids.values():
        _put(session, channel, receipt.platform_id, receipt=receipt)
    _settle(session, channel, list(ids))


def sent(session: Session, channel: str, reply_id: int, platform_ids: Sequence[str]) -> None:
    """Note by which ids a platform knows a reply, and what it has told of them already."""
    for platform_id in platform_ids:
        _put(session, channel, platform_id, reply_id=reply_id)
    _settle(session, channel, list(platform_ids))


def forget_unknown(session: Session) -> int:
    """Delete receipts of the day before that belong to nothing of ours; how many."""
    old = DispatchRow.at < now() - _KEPT_UNKNOWN
    gone = session.execute(
        delete(DispatchRow)
        .where(DispatchRow.reply_id.is_(None), old)
        .returning(DispatchRow.platform_id)
    )
    return len(gone.all())


def _rank(receipt: Receipt) -> int:
    return _RANK[receipt.status]


def _ranked(column: ColumnElement[Any]) -> ColumnElement[int]:
    return func.coalesce(case(_RANK, value=column), 0)


def _put(
    session: Session,
    channel: str,
    platform_id: str,
    *,
    reply_id: int | None = None,
    receipt: Receipt | None = None,
) -> None:
    sqlite = session.get_bind().dialect.name == "sqlite"
    insert = (sqlite_insert if sqlite else postgresql_insert)(DispatchRow).values(
        channel=channel,
        platform_id=platform_id,
        reply_id=reply_id,
        status=receipt.status if receipt else None,
        reason=receipt.reason if receipt else None,
        at=now(),
    )
    new = insert.excluded
    newer = _ranked(new.status) > _ranked(_DISPATCH.c.status)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["channel", "platform_id"],
            set_={
                "reply_id": func.coalesce(DispatchRow.reply_id, new.reply_id),
                "status": case((newer, new.status), else_=DispatchRow.status),
                "reason": case((newer, new.reason), else_=DispatchRow.reason),
            },
        )
    )


def _settle(session: Session, channel: str, platform_ids: Sequence[str]) -> None:
    """Take over on the replies what is known of their parts, where it tells more."""
    known = session.execute(
        select(DispatchRow.reply_id, DispatchRow.status, DispatchRow.reason).where(
            DispatchRow.channel == channel,
            DispatchRow.platform_id.in_(platform_ids),
            DispatchRow.reply_id.is_not(None),
            DispatchRow.status.is_not(None),
        )
    ).all()
    for reply_id, status, reason in known:
        session.execute(
            update(ReplyRow)
            .where(ReplyRow.id == reply_id, _ranked(_REPLY.c.status) < _RANK[str(status)])
            .values(status=status, reason=reason)
        )
