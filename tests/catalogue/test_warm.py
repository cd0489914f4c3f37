"""What the first searches need is there before somebody waits for it."""

import pytest
from sqlalchemy import event

from catalogue import search
from catalogue.request import SearchRequest
from tests.catalogue.listings import TODAY

KEPT = ("places._KNOWN", "taxonomy._NAMES", "taxonomy._SPOKEN", "reading.occupations._INDEX")
ANSWERS = ("places._RESOLVED", "taxonomy._RESOLVED", "reading.occupations._READ")


@pytest.fixture
def asked(catalogue_database, monkeypatch):
    """The statements that are sent, of a process that has just begun."""
    for name in KEPT:
        monkeypatch.setattr(f"catalogue.{name}._kept", None)
    for name in ANSWERS:
        monkeypatch.setattr(f"catalogue.{name}._found", {})
    statements: list[str] = []

    def listen(_connection, _cursor, statement, *_):
        statements.append(statement)

    event.listen(catalogue_database.engine, "before_cursor_execute", listen)
    yield statements
    event.remove(catalogue_database.engine, "before_cursor_execute", listen)


def test_a_trade_that_nobody_knows_is_looked_for_in_memory(catalogue_database, asked):
    with catalogue_database.read() as session:
        search.keep_in_memory(session)
    assert any("occupation_name" in one for one in asked)
    asked.clear()
    odd = SearchRequest(kind="offer", occupation="zorglubeur quantique", place="Trifouillis")
    with catalogue_database.read() as session:
        search.search(session, odd, TODAY)
    assert [one for one in asked if "_name " in one] == []
