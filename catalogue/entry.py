"""What of a listing stands in a list: half of its columns, read without an object of the database.

A page of results is read with every search, and reading whole listings for it took a third of
the time that a search spends in Python.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from catalogue.models import Listing
from store.base import Base


class Entry(NamedTuple):
    """The columns of Listing of these names."""

    id: int
    source: str
    source_id: str
    kind: str
    language: str
    titles: dict[str, Any]
    summary: dict[str, Any]
    organisation: str | None
    occupation_code: str | None
    occupation_confidence: float | None
    isco: str | None
    place_id: str | None
    place_text: str | None
    country: str | None
    online: bool
    contract: str | None
    no_experience: bool
    flags: list[str]
    starts_on: date | None
    ends_on: date | None
    date_text: dict[str, Any]
    url: str | None
    posted_at: datetime
    demo: bool
    stems: str
    facets: str


Listed = Listing | Entry
"""A whole listing, or as much of it as a list shows."""

_COLUMNS = Base.metadata.tables[Listing.__tablename__].c
_BY_IDS = select(*(_COLUMNS[name] for name in Entry._fields)).where(
    _COLUMNS.id.in_(bindparam("ids", expanding=True))
)


def entries(session: Session, ids: list[int]) -> dict[int, Entry]:
    """The entries of the listings that there are, by id."""
    rows = session.connection().execute(_BY_IDS, {"ids": ids}).all()
    return {row.id: Entry(*row) for row in rows}
