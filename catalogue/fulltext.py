"""One full-text question for both databases: FTS5 in SQLite, tsvector in PostgreSQL.

Tokens are ours alone (`catalogue.text` leaves letters and digits), always quoted: what a person
types never becomes an operator.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from catalogue.text import stem_groups

_MOST_WORDS = 16
Words = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TextQuery:
    """Words as groups of alternative roots; `every`: all of them, else any.

    `in_title` looks at titles alone. All of the words of one of `others` will do as well.
    """

    words: Words
    every: bool = True
    in_title: bool = False
    others: tuple[Words, ...] = ()

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
    return _written(query, within, _double, (" AND ", " OR "))


def tsquery(query: TextQuery, within: Sequence[Sequence[str]]) -> str:
    """The same as text of a PostgreSQL tsquery."""
    return _written(query, within, _single, (" & ", " | "))


def fts5_all(tokens: Sequence[str]) -> str:
    """Every one of the facet tokens, for SQLite's MATCH."""
    return " AND ".join(map(_double, tokens))


def tsquery_all(tokens: Sequence[str]) -> str:
    """The same as text of a PostgreSQL tsquery."""
    return " & ".join(map(_single, tokens))


Quote = Callable[[str], str]


def _written(
    query: TextQuery, within: Sequence[Sequence[str]], quote: Quote, by: tuple[str, str]
) -> str:
    both, either = by
    wordings = [both.join(_groups(query, words, quote, either)) for words in _least(query)]
    parts = [f"({either.join(f'({wording})' for wording in wordings)})"]
    return both.join([*parts, *(_any(facet, quote, either) for facet in within)])


@lru_cache(maxsize=256)
def _least(query: TextQuery) -> tuple[Words, ...]:
    """The wordings of which one must hold, without those that hold only where another does."""
    # "job fair" beside "fair" finds nothing more, and both databases would look it up.
    own = (query.words,) if query.every else tuple((group,) for group in query.words)
    kept: list[Words] = []
    for words in sorted(dict.fromkeys([*own, *query.others]), key=len):
        if not any(_implies(words, other) for other in kept):
            kept.append(words)
    return tuple(kept)


def _implies(words: Words, other: Words) -> bool:
    return all(any(set(mine) <= set(group) for mine in words) for group in other)


def _groups(
    query: TextQuery, words: Iterable[Sequence[str]], quote: Quote, either: str
) -> list[str]:
    told = ([f"T:{root}" for root in group] if query.in_title else group for group in words)
    return [_any(group, quote, either) for group in told]


def _any(tokens: Iterable[str], quote: Quote, either: str) -> str:
    return f"({either.join(map(quote, tokens))})"


def _double(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'


def _single(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
