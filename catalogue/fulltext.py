"""One full-text question for both databases: FTS5 in SQLite, tsvector in PostgreSQL.

Tokens are ours alone (`catalogue.text` leaves letters and digits), always quoted: what a person
types never becomes an operator.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from catalogue.text import stem_groups

_MOST_WORDS = 16


@dataclass(frozen=True, slots=True)
class TextQuery:
    """Words as groups of alternative roots; `every`: all of them, else any.

    `in_title` looks at titles alone.
    """

    words: tuple[tuple[str, ...], ...]
    every: bool = True
    in_title: bool = False

    @classmethod
    def of(cls, text: str, *, every: bool = True, in_title: bool = False) -> "TextQuery | None":
        """The question for `text`; None when it has no word."""
        words = tuple(dict.fromkeys(stem_groups(text)))[:_MOST_WORDS]
        return cls(words, every, in_title) if words else None


def facets(
    kind: str,
    country: str | None,
    place_id: str | None,
    title_stems: str,
    flags: Sequence[str] = (),
) -> str:
    """The facet tokens of one listing, as `Listing.facets` keeps them."""
    where = [facet(kind, place) for place in (country, place_id) if place]
    told = [flag_facet(flag) for flag in flags]
    return " ".join([facet(kind), *where, *told, *(f"T:{root}" for root in title_stems.split())])


def flag_facet(flag: str) -> str:
    """The token of what a listing says of itself: F:remote."""
    return f"F:{''.join(c if c.isalnum() else '_' for c in flag)}"


def facet(kind: str, place: str | None = None) -> str:
    """One token for a kind in a country or town: K:event, training:MA, offer:MA/casablanca."""
    # Kind and place as one token: two would be two long lists to compare.
    return f"{kind}:{place}" if place else f"K:{kind}"


def fts5(query: TextQuery, within: Sequence[Sequence[str]]) -> str:
    """`query` for SQLite's MATCH; of each group of facet tokens in `within`, one must hold."""
    asked = [_any(group, _double) for group in _groups(query)]
    parts = [f"({(' AND ' if query.every else ' OR ').join(asked)})"]
    parts += [_any(facet, _double) for facet in within]
    return " AND ".join(parts)


def tsquery(query: TextQuery, within: Sequence[Sequence[str]]) -> str:
    """The same as text of a PostgreSQL tsquery."""
    asked = [_any(group, _single, "|") for group in _groups(query)]
    parts = [f"({(' & ' if query.every else ' | ').join(asked)})"]
    parts += [_any(facet, _single, "|") for facet in within]
    return " & ".join(parts)


def fts5_all(tokens: Sequence[str]) -> str:
    """Every one of the facet tokens, for SQLite's MATCH."""
    return " AND ".join(map(_double, tokens))


def tsquery_all(tokens: Sequence[str]) -> str:
    """The same as text of a PostgreSQL tsquery."""
    return " & ".join(map(_single, tokens))


def _groups(query: TextQuery) -> list[list[str]]:
    return [[f"T:{r}" for r in g] if query.in_title else list(g) for g in query.words]


def _any(tokens: Iterable[str], quote: Callable[[str], str], by: str = "OR") -> str:
    return f"({f' {by} '.join(map(quote, tokens))})"


def _double(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'


def _single(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
