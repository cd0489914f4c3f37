"""All that is held of a person is in their copy, and goes with them: no table is left out."""

import json
from datetime import date

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    Float,
    Integer,
    LargeBinary,
    func,
    insert,
    inspect,
    select,
)

from bot import erasure, rights
from people import erasure as people_erasure
from store.base import Base, UtcDateTime, now

NOBODYS = {
    # what the service offers, and how it works
    "alembic_version", "alert_mark", "desk_day", "edge_process", "feed_note", "feed_run",
    "feed_state", "holiday", "loaded_file", "occupation", "occupation_name", "place",
    "place_name", "prepared_answer", "team", "translation",
    # colleagues; the audit trail says what they did, under an id that leads to nobody later
    "account", "audit", "desk_mark", "desk_session", "desk_try", "membership", "presence",
}  # fmt: skip
"""Tables that hold nothing of a person who writes. A new one is named here or leads to `contact`."""

KINDS = {
    Boolean: False,
    Integer: 1,
    Float: 1.0,
    JSON: {},
    LargeBinary: b"x",
    Date: date(2027, 1, 1),
    UtcDateTime: now(),
}


def fill(session, table, ids):
    """One row, with rows for whatever it leads to; `ids`: the key of each table that has one."""
    if table in ids:
        return
    ids[table] = {}
    for key in table.foreign_keys:
        if not key.parent.nullable or key.column.table in rights.tables():
            fill(session, key.column.table, ids)
    row = {}
    for column in table.columns:
        keys = [key for key in column.foreign_keys if ids.get(key.column.table)]
        if keys:
            row[column.name] = ids[keys[0].column.table][keys[0].column.name]
        elif not column.foreign_keys and not (column.primary_key and column.autoincrement is True):
            kinds = (value for kind, value in KINDS.items() if isinstance(column.type, kind))
            row[column.name] = next(kinds, "x")
    if table.name == "contact":
        row |= {"gone_at": None, "held_by": None, "claimed_by": None, "erase_at": None}
    whole = select(table)
    session.execute(insert(table).values(row))
    ids[table] = dict(session.execute(whole).mappings().one())


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_every_table_is_a_persons_or_named_as_nobodys(database):
    there = inspect(database.engine)
    persons = {table.name for table in rights.tables()}
    catalogue = {name for name in there.get_table_names() if "listing" in name}
    assert set(there.get_table_names()) - catalogue == persons | NOBODYS
    for name in NOBODYS | catalogue:
        columns = {column["name"] for column in there.get_columns(name)}
        assert not {one for one in columns if "contact" in one}, name


def test_a_row_of_every_table_is_in_the_copy_and_gone_with_its_person(database):
    ids = {}
    tables = rights.tables()
    with database.write() as session:
        for table in tables:
            fill(session, table, ids)
        [contact_id] = session.scalars(select(Base.metadata.tables["contact"].c.id))
        copy = rights.export(session, contact_id)
        assert copy.keys() == {table.name for table in tables} - rights.NOT_THEIRS
        assert "x" not in {row.get("code_hash") for row in copy["link_code"]}
        assert json.loads(json.dumps(copy)) == copy
        assert rights.export(session, "nobody") == {}
    with database.write() as session:
        people_erasure.ask(session, contact_id)
        session.execute(Base.metadata.tables["incoming"].update().values(status="answered"))
        session.execute(Base.metadata.tables["reply"].update().values(status="sent"))
        assert erasure.erase(session) == 1
    with database.read() as session:
        left = {table.name for table in tables if count(session, table)}
        # A counsellor's free time is theirs; whose it was is forgotten.
        assert left == {"slot"}
        assert session.scalar(select(Base.metadata.tables["slot"].c.contact_id)) is None
