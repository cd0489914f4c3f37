"""Where the two databases differ for the search: lists, moments, days, full text, indexes."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from catalogue import fulltext
from catalogue.fulltext import TextQuery

_PARAMETER = re.compile(r"(?<!:):(\w+)")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one database writes what the search asks.

    Statements name parameters as `:name`; `written` turns them into the driver's way. `age` counts
    the days from `posted_at` to `:today`. `text` is the full-text condition on `:match`, which
    `match` makes of words and groups of facets; `flagged` that on `:flags`, facets of which
    `all_of` asks for every one. `each` reads a `:limit` of rows for each value of
    the list `:groups`, as one source of rows.
    """

    name: str
    age: str
    text: str
    in_list: str
    as_list: Callable[[Sequence[str]], Any]
    as_moment: Callable[[datetime], Any]
    as_day: Callable[[date], Any]
    match: Callable[[TextQuery, Sequence[Sequence[str]]], str]
    flagged: str
    all_of: Callable[[Sequence[str]], str]
    written: Callable[[str], str]

    def listing(self, index: str | None) -> str:
        """The table, read by `index`, or by its ids when there is none."""
        if self.name != "sqlite":
            return "listing"
        # SQLite prefers any index in the right order, even where it must walk all of it.
        return f"listing INDEXED BY {index}" if index else "listing NOT INDEXED"

    def hidden(self, column: str) -> str:
        """The column, kept from choosing the index."""
        return f"+{column}" if self.name == "sqlite" else f"({column} || '')"


def dialect_of(session: Session) -> Dialect:
    """The dialect of the session's database."""
    return SQLITE if session.get_bind().dialect.name == "sqlite" else POSTGRESQL


@lru_cache(maxsize=512)
def _for_psycopg(sql: str) -> str:
    return _PARAMETER.sub(r"%(\1)s", sql)


SQLITE = Dialect(
    name="sqlite",
    age="CAST(julianday(:today) - julianday(substr(posted_at, 1, 10)) AS INTEGER)",
    text="id IN (SELECT rowid FROM fts_listing WHERE fts_listing MATCH :match"
    " ORDER BY rowid DESC LIMIT :by_text)",
    in_list="IN (SELECT value FROM json_each({}))",
    as_list=json.dumps,
    as_moment=lambda moment: moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
    as_day=date.isoformat,
    match=fulltext.fts5,
    flagged="id IN (SELECT rowid FROM fts_listing WHERE fts_listing MATCH :flags)",
    all_of=fulltext.fts5_all,
    written=str,
)
POSTGRESQL = Dialect(
    name="postgresql",
    age="CAST(:today AS date) - CAST(posted_at AT TIME ZONE 'UTC' AS date)",
    text="fts_tokens @@ CAST(:match AS tsquery)",
    in_list="= ANY({})",
    as_list=list,
    as_moment=lambda moment: moment,
    as_day=lambda day: day,
    match=fulltext.tsquery,
    flagged="fts_tokens @@ CAST(:flags AS tsquery)",
    all_of=fulltext.tsquery_all,
    written=_for_psycopg,
)
