"""One full-text question for both databases: FTS5 in SQLite, tsvector in PostgreSQL.

Tokens are ours alone (`catalogue.text` leaves letters and digits), always quoted: what a person
types never becomes an operator.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, cast, column, literal, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from catalogue.models import Listing
from catalogue.text import stem_groups

_FTS = table("fts_listing", column("rowid"))
_MOST_WORDS = 16
_MOST_ROWS = 2000  # that the index hands on, newest first, before other conditions


@dataclass(frozen=True, slots=True)
class TextQuery:
    """Words as groups of alternative roots; `every`: all of them, else any.

    `in_title` looks at titles alone. `facets` are groups of facet tokens, one of each must hold.
    """

    words: tuple[tuple[str, ...], ...]
    every: bool = True
    in_title: bool = False
    facets: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, text: str, *, every: bool = True, in_title: bool = False) -> "TextQuery | None":
        """The question for `text`; None when it has no word."""
        words = tuple(dict.fromkeys(stem_groups(text)))[:_MOST_WORDS]
        return cls(words, every, in_title) if words else None


def facets(kind: str, country: str | None, place_id: str | None, title_stems: str) -> str:
    """The facet tokens of one listing, as `Listing.facets` keeps them."""
    place = [f"C:{country}"] * bool(country) + [f"P:{place_id}"] * bool(place_id)
    return " ".join([f"K:{kind}", *place, *(f"T:{root}" for root in title_stems.split())])


def condition(session: Session, query: TextQuery) -> ColumnElement[bool]:
    """The condition on Listing that `query` stands for in this session's database."""
    groups = [[f"T:{r}" for r in g] if query.in_title else list(g) for g in query.words]
    if session.get_bind().dialect.name == "sqlite":
        return _fts5(groups, query)
    return _tsvector(groups, query)


def _fts5(groups: Sequence[Sequence[str]], query: TextQuery) -> ColumnElement[bool]:
    where = "facets" if query.in_title else "stems"
    asked = [f"({where} : {_any(group, _double)})" for group in groups]
    parts = [f"({(' AND ' if query.every else ' OR ').join(asked)})"]
    parts += [f"(facets : {_any(facet, _double)})" for facet in query.facets]
    found = (
        select(_FTS.c.rowid)
        .where(literal_column("fts_listing").op("MATCH")(literal(" AND ".join(parts))))
        .order_by(_FTS.c.rowid.desc())
        .limit(_MOST_ROWS)
    )
    return Listing.id.in_(found)


def _tsvector(groups: Sequence[Sequence[str]], query: TextQuery) -> ColumnElement[bool]:
    asked = [_any(group, _single, "|") for group in groups]
    parts = [f"({(' & ' if query.every else ' | ').join(asked)})"]
    parts += [_any(facet, _single, "|") for facet in query.facets]
    question = cast(literal(" & ".join(parts)), TSQUERY)
    return literal_column("listing.fts_tokens").op("@@", is_comparison=True)(question)


def _any(tokens: Iterable[str], quote: Callable[[str], str], by: str = "OR") -> str:
    return f"({f' {by} '.join(map(quote, tokens))})"


def _double(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'


def _single(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
