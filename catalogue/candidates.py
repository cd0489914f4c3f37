"""The rows that one step of a search looks at: by index, and bounded whatever the table's size."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalogue.dialects import dialect_of
from catalogue.fulltext import TextQuery
from catalogue.ranking import Candidate
from catalogue.statements import Statement
from catalogue.steps import Limits, Nothing, PlaceStep, Wanted, Where, WorkStep

log = structlog.get_logger()
CANDIDATES = 100  # rows that are looked at in one step, hence the largest `total`
_FEW = 6  # found by occupation: fewer than two pages, and titles are read as well


def find(session: Session, limits: Limits, work: WorkStep, where: PlaceStep) -> list[Candidate]:
    """Up to CANDIDATES rows for which one branch of `work` and one of `where` hold."""
    dialect, connection = dialect_of(session), session.connection()
    found: dict[int, Candidate] = {}
    for wanted, place in _branches(work, where):
        if len(found) < _enough(wanted, work):
            statement = Statement(dialect, limits, wanted, place, CANDIDATES)
            held = statement.held()
            for row in _rows(connection, *statement.written()):
                found.setdefault(row[0], Candidate(*row, *held))
    return list(found.values())[:CANDIDATES]


def _rows(connection: Connection, sql: str, values: dict[str, Any]) -> Sequence[Any]:
    """By the driver alone: what SQLAlchemy says of each column costs more than reading the rows."""
    driver = connection.dialect.loaded_dbapi
    with closing(connection.connection.cursor()) as cursor:
        try:
            cursor.execute(sql, values)
            return cursor.fetchall()
        except driver.Error:
            log.debug("statement_again", exc_info=True)
    # Once more by SQLAlchemy: it knows which error this is, and whether the connection is lost.
    return connection.exec_driver_sql(sql, values).fetchall()


def _branches(work: WorkStep, where: PlaceStep) -> Iterator[tuple[Wanted, Where]]:
    for place in where.branches:
        for wanted in work.branches:
            if wanted is None and len(place.towns) > 1:
                yield None, Where(place.towns[:1])  # in the index's own order
            if not isinstance(wanted, Nothing):
                yield wanted, place


def _enough(wanted: Wanted, work: WorkStep) -> int:
    second_look = isinstance(wanted, TextQuery) and wanted.in_title and wanted != work.branches[0]
    return _FEW if second_look else CANDIDATES
