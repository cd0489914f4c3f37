"""The rows that one step of a search looks at: bounded, by index, whatever the size of the table.

Each combination of a place and a work branch is one query. It takes the freshest rows by index
alone (the indexes of Listing hold all that is checked), then reads just those.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, UnaryExpression

from catalogue import fulltext
from catalogue.fulltext import TextQuery
from catalogue.models import Kind, Listing
from catalogue.ranking import Candidate
from catalogue.request import SearchRequest
from catalogue.widening import Branch, Step

CANDIDATES = 300  # rows that are looked at in one step, hence the largest `total`
_COLUMNS = [getattr(Listing, name) for name in Candidate._fields]
_NOT_BY_INDEX: operators.custom_op[Any] = operators.custom_op("+")


def moment(today: date) -> datetime:
    """The moment that `today` means: itself, or the last of the day (UTC)."""
    if isinstance(today, datetime):
        return today
    return datetime.combine(today, time.max, UTC)


def visible(request: SearchRequest, today: date) -> list[ColumnElement[bool]]:
    """What shows at `today` and takes place in the days that were asked for."""
    conditions = [Listing.visible_until > moment(today)]
    start, end = request.starting_from, request.starting_until
    undated = Listing.starts_on.is_(None)
    if start:
        conditions.append(or_(undated, Listing.starts_on >= start, Listing.ends_on >= start))
    if end:
        conditions.append(or_(undated, Listing.starts_on <= end))
    if (start or end) and request.kind == Kind.EVENT:
        conditions.append(Listing.starts_on.is_not(None))
    return conditions


def find(
    session: Session,
    request: SearchRequest,
    conditions: Sequence[ColumnElement[bool]],
    work: Step,
    where: Step,
) -> list[Candidate]:
    """Up to CANDIDATES rows for which one branch of `work` and one of `where` hold."""
    found: dict[int, Candidate] = {}
    for place in where.branches:
        for branch in work.branches:
            if len(found) < CANDIDATES:
                asked = [*conditions, *_both(session, request.kind, branch, place, where.facets)]
                by_index = branch is None and _is_one_value(place)
                rows = session.execute(_query(session, request.kind, asked, by_index=by_index))
                found |= {row.id: Candidate(*row) for row in rows}
    return list(found.values())[:CANDIDATES]


def _both(
    session: Session, kind: str, work: Branch, place: Branch, facets: tuple[str, ...]
) -> list[ColumnElement[bool]]:
    where = [place] if isinstance(place, ColumnElement) else []
    if not isinstance(work, TextQuery):
        return [Listing.kind == kind, *([] if work is None else [work]), *where]
    # The full-text index narrows down by kind and place itself.
    covered = facets if where else ()
    groups = tuple(filter(None, ((f"K:{kind}",), covered)))
    text = fulltext.condition(session, replace(work, facets=groups))
    return [text, *([] if covered else where)]


def _is_one_value(place: Branch) -> bool:
    one = (operators.eq, operators.is_)
    return place is None or (isinstance(place, BinaryExpression) and place.operator in one)


def _query(
    session: Session, kind: str, conditions: list[ColumnElement[bool]], *, by_index: bool
) -> Any:  # noqa: ANN401 - a Select of many columns
    fresh: ColumnElement[Any] = Listing.posted_at.expression
    if not by_index and session.get_bind().dialect.name == "sqlite":
        # SQLite prefers any index in the right order, even where it must walk all of it.
        fresh = UnaryExpression(fresh, operator=_NOT_BY_INDEX, type_=fresh.type)
    order: tuple[ColumnElement[Any], ...] = (fresh.desc(), Listing.id.desc())
    if kind == Kind.EVENT:
        order = (Listing.starts_on.is_(None), Listing.starts_on.asc(), Listing.id.desc())
    taken = select(Listing.id).where(*conditions).order_by(*order).limit(CANDIDATES)
    return select(*_COLUMNS).where(Listing.id.in_(taken.scalar_subquery()))
