"""The rows that one step of a search looks at: bounded, by index, whatever the size of the table.

A million listings and twenty people at once leave some milliseconds a search, so the statements
are written out: no row becomes an object, and what decides stands in the index itself.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from catalogue.dialects import Dialect, dialect_of
from catalogue.fulltext import TextQuery
from catalogue.models import Kind
from catalogue.ranking import Candidate
from catalogue.steps import Limits, Nothing, PlaceStep, Wanted, Where, Work, WorkStep

CANDIDATES = 200  # rows that are looked at in one step, hence the largest `total`
_BY_TEXT = 400  # rows that SQLite's full text hands on, newest first
_FEW = 20  # found by occupation: fewer, and titles are read as well
_MANY = 150  # pairs of a town and a group: more, and a town's rows are read through instead
_LEAST = 12  # rows a group, where several groups share the CANDIDATES

Values = dict[str, Any]


def find(session: Session, limits: Limits, work: WorkStep, where: PlaceStep) -> list[Candidate]:
    """Up to CANDIDATES rows for which one branch of `work` and one of `where` hold."""
    dialect, connection = dialect_of(session), session.connection()
    found: dict[int, Candidate] = {}
    for wanted, place in _branches(work, where):
        if len(found) < _enough(wanted):
            sql, values = _statement(dialect, limits, wanted, place)
            for row in connection.exec_driver_sql(dialect.written(sql), values):
                found.setdefault(row[0], Candidate(*row))
    return list(found.values())[:CANDIDATES]


def _branches(work: WorkStep, where: PlaceStep) -> Iterator[tuple[Wanted, Where]]:
    for place in where.branches:
        for wanted in work.branches:
            if wanted is None and len(place.towns) > 1:
                yield None, Where(place.towns[:1])  # in the index's own order
            if not isinstance(wanted, Nothing):
                yield wanted, place


def _enough(wanted: Wanted) -> int:
    return _FEW if isinstance(wanted, TextQuery) and wanted.in_title else CANDIDATES


def _statement(
    dialect: Dialect, limits: Limits, wanted: Wanted, place: Where
) -> tuple[str, Values]:
    values = _values(dialect, limits, place)
    asked = [*_always(limits), *_place(dialect, wanted, place, values)]
    columns, order = _columns(dialect, limits), _ORDERS.get(limits.kind, _FRESH)
    table = dialect.listing(_index(limits.kind, wanted, place))
    if isinstance(wanted, Work) and len(wanted.isco) > 1 and not place.towns:
        select = f"SELECT {columns} FROM {table} WHERE {' AND '.join(asked)}"
        return _by_group(dialect, select, order, wanted, values), values
    if isinstance(wanted, Work):
        asked += _work(dialect, wanted, place, values)
    elif isinstance(wanted, TextQuery):
        values |= {"match": dialect.match(wanted, _facets(limits.kind, place)), "by_text": _BY_TEXT}
        asked.append(dialect.text)
    if len(place.towns) > 1:
        order = f"place_id = :town DESC, {order}"
    where = " AND ".join(asked)
    return f"SELECT {columns} FROM {table} WHERE {where} ORDER BY {order} LIMIT :limit", values


_FRESH = "posted_at DESC"
_ORDERS = {Kind.EVENT.value: "starts_on IS NULL, starts_on, id DESC"}


def _columns(dialect: Dialect, limits: Limits) -> str:
    # In the order of Candidate.
    dated = "starts_on" if limits.kind == Kind.EVENT else "NULL"
    words = "stems, facets" if limits.words else "'', ''"
    place = "place_id, country, online"
    return (
        f"id, isco, occupation_code, {place}, contract, language, {dialect.age}, {dated}, {words}"
    )


def _values(dialect: Dialect, limits: Limits, place: Where) -> Values:
    return {
        "kind": str(limits.kind),
        "now": dialect.as_moment(limits.now),
        "today": dialect.as_day(limits.now.date()),
        "limit": CANDIDATES,
        "town": place.towns[0] if place.towns else None,
        "country": place.country,
        "contract": limits.contract,
        "start": dialect.as_day(limits.start) if limits.start else None,
        "end": dialect.as_day(limits.end) if limits.end else None,
    }


def _always(limits: Limits) -> Iterator[str]:
    yield "kind = :kind AND visible_until > :now"
    if limits.start:
        yield "(starts_on IS NULL OR starts_on >= :start OR ends_on >= :start)"
    if limits.end:
        yield "(starts_on IS NULL OR starts_on <= :end)"
    if limits.kind == Kind.EVENT and (limits.start or limits.end):
        yield "starts_on IS NOT NULL"
    if limits.contract:
        yield "contract = :contract"


def _place(dialect: Dialect, wanted: Wanted, place: Where, values: Values) -> Iterator[str]:
    if place.online:
        yield "online"
    elif isinstance(wanted, TextQuery):
        return  # the full-text index narrows down by towns and country itself
    elif len(place.towns) == 1:
        yield "place_id = :town"
    elif place.towns:
        values["towns"] = dialect.as_list(place.towns)
        yield f"place_id {dialect.in_list.format(':towns')}"
    elif place.country:
        yield "country = :country"


def _facets(kind: str, place: Where) -> list[list[str]]:
    towns, country = [f"P:{town}" for town in place.towns], [f"C:{place.country}"]
    return [[f"K:{kind}"], *([towns] if towns else [country] if place.country else [])]


def _work(dialect: Dialect, work: Work, place: Where, values: Values) -> Iterator[str]:
    yield from _codes(dialect, work, values)
    if len(work.isco) == 1:
        values["isco"] = work.isco[0]
        yield "isco = :isco"
    else:
        values["groups"] = dialect.as_list(work.isco)
        isco = dialect.hidden("isco") if _reads_through(work, place) else "isco"
        yield f"{isco} {dialect.in_list.format(':groups')}"


def _codes(dialect: Dialect, work: Work, values: Values) -> Iterator[str]:
    if work.codes:
        values["codes"] = dialect.as_list(work.codes)
        known = f"occupation_code {dialect.in_list.format(':codes')}"
        yield f"(occupation_code IS NULL OR {known})"


def _by_group(dialect: Dialect, select: str, order: str, work: Work, values: Values) -> str:
    """The freshest rows of each group: of all groups at once they would have to be sorted."""
    select = " AND ".join([select, *_codes(dialect, work, values)])
    values["limit"] = max(_LEAST, 2 * CANDIDATES // len(work.isco))
    if dialect.name == "postgresql":
        values["groups"] = list(work.isco)
        one = f"{select} AND isco = g.code ORDER BY {order} LIMIT :limit"
        return f"SELECT found.* FROM unnest(CAST(:groups AS text[])) AS g(code) CROSS JOIN LATERAL ({one}) AS found"
    values |= {f"isco{at}": code for at, code in enumerate(work.isco)}
    return " UNION ALL ".join(
        f"SELECT * FROM ({select} AND isco = :isco{at} ORDER BY {order} LIMIT :limit)"
        for at in range(len(work.isco))
    )


def _reads_through(work: Work, place: Where) -> bool:
    return len(work.isco) * len(place.towns) > _MANY


def _index(kind: str, wanted: Wanted, place: Where) -> str | None:
    """The index of models.Listing that serves the statement."""
    if isinstance(wanted, TextQuery):
        return None
    by_work = isinstance(wanted, Work)
    if place.online:
        return "ix_listing_online"
    if place.towns:
        by_pair = isinstance(wanted, Work) and not _reads_through(wanted, place)
        return "ix_listing_place_isco" if by_pair else "ix_listing_place"
    if kind == Kind.EVENT and not by_work:
        return "ix_listing_starts"
    if place.country:
        return "ix_listing_country_isco" if by_work else "ix_listing_country"
    return "ix_listing_isco" if by_work else "ix_listing_fresh"
