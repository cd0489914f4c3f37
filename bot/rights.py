"""A copy of all that is held of one person, for who asks the service for it.

Which tables are a person's is not listed here: whatever leads to `contact` by foreign keys is. A
table that is added is in the copy, and goes with its person, without anybody thinking of it.
"""

from base64 import b64encode
from datetime import date, datetime
from importlib import import_module
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select
from sqlalchemy.orm import Session

from people.models import Contact
from store.base import Base

# The rooms that own a person's tables: importing them fills Base.metadata.
for _room in (
    "people.appointment_models",
    "people.attachment_models",
    "people.followup_models",
    "bot.models",
    "bot.handoff.models",
    "bot.desk.quality.models",
):
    import_module(_room)

NOT_THEIRS = {"quality_review"}
"""Tables that lead to a person and tell of a colleague: how a counsellor's work was rated."""
_SECRETS = {"code_hash", "token"}
_COLLEAGUES = {"account_id", "suggested_to", "closed_by", "held_by", "claimed_by"}


def tables() -> list[Table]:
    """The tables whose rows belong to a person, after those that they lead to."""
    found: set[Table] = {_contact()}
    for table in Base.metadata.sorted_tables:
        if any(key.column.table in found for key in table.foreign_keys):
            found.add(table)
    return [table for table in Base.metadata.sorted_tables if table in found]


def export(session: Session, contact_id: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of a person, by table, as JSON holds it; empty for nobody.

    Files stand in base64. Neither keys that open something, nor which colleague did what.
    """
    whose: dict[Table, ColumnElement[bool]] = {_contact(): Contact.id == contact_id}
    copy: dict[str, list[dict[str, Any]]] = {}
    for table in tables():
        if table not in whose:
            whose[table] = _belongs(table, whose)
        rows = session.execute(select(table).where(whose[table])).mappings()
        if table.name not in NOT_THEIRS and (kept := [_told(row) for row in rows]):
            copy[table.name] = kept
    return copy


def _contact() -> Table:
    return Base.metadata.tables[Contact.__tablename__]


def _belongs(table: Table, whose: dict[Table, ColumnElement[bool]]) -> ColumnElement[bool]:
    keys = [key for key in table.foreign_keys if key.column.table in whose]
    owners = (select(key.column).where(whose[key.column.table]) for key in keys)
    return or_(*(key.parent.in_(owner) for key, owner in zip(keys, owners, strict=True)))


def _told(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a mapping of whatever columns hold
    hidden = _SECRETS | _COLLEAGUES
    return {name: _json(value) for name, value in row.items() if name not in hidden}


def _json(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return value.isoformat() if isinstance(value, date | datetime) else value
