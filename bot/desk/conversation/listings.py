"""Listings for a counsellor who looks for one to send: the catalogue's own search."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from bot.handoff import naming
from catalogue.entry import Listed
from catalogue.models import Kind
from catalogue.search import SearchRequest, search

KINDS = tuple(one.value for one in Kind)
_MOST = 8
Text = Annotated[str, Field(max_length=100)]


class Wanted(BaseModel):
    """What is looked for: a kind, words, a place."""

    kind: Text = Kind.OFFER.value
    what: Text = ""
    where: Text = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One listing found; `beyond`: in place of what was asked, from a wider search."""

    id: int
    title: str
    organisation: str
    place: str
    contract: str
    beyond: bool


def find(session: Session, wanted: Wanted, language: str, country: str) -> Sequence[Row]:
    """The listings that fit best, with titles in a language where they have one."""
    kind = wanted.kind if wanted.kind in KINDS else Kind.OFFER.value
    request = SearchRequest(
        kind=kind,
        occupation=wanted.what.strip() or None,
        topic=wanted.what.strip() or None if kind != Kind.OFFER else None,
        place=wanted.where.strip() or None,
        language=language,
        country=country,
        limit=_MOST,
    )
    result = search(session, request, datetime.now(UTC))
    wider = bool(result.widened)
    return [_row(session, hit.listing, language, beyond=wider or hit.beyond) for hit in result.hits]


def _row(session: Session, row: Listed, language: str, *, beyond: bool) -> Row:
    titles = row.titles
    title = titles.get(language) or titles.get(row.language) or next(iter(titles.values()), "")
    return Row(
        row.id,
        str(title),
        row.organisation or "",
        naming.listing_place(session, row, language) or "",
        row.contract or "",
        beyond,
    )
