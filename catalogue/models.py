"""Tables of what the service offers: listings, and the words for occupations and places."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base

_FRESH = ("posted_at", "visible_until", "contract", "occupation_code", "language")
_WHERE = ("country", "online")


def _index(name: str, *columns: str, where: str | None = None) -> Index:
    # SQLite's indexes hold the row's id by themselves, PostgreSQL's when they are told to.
    condition = text(where) if where else None
    return Index(
        f"ix_listing_{name}",
        *columns,
        postgresql_include=["id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )


class Kind(StrEnum):
    """What a listing is."""

    OFFER = "offer"
    TRAINING = "training"
    EVENT = "event"


class Contract(StrEnum):
    """How an offer employs."""

    PERMANENT = "permanent"
    FIXED_TERM = "fixed_term"
    TEMPORARY = "temporary"
    INTERNSHIP = "internship"
    APPRENTICESHIP = "apprenticeship"
    PART_TIME = "part_time"
    FREELANCE = "freelance"
    SEASONAL = "seasonal"
    VOLUNTEERING = "volunteering"


class Listing(Base):
    """An offer, a training or an event.

    Texts in several languages are dicts {"en"?, "fr"?, "ar"?}. `place_id` null with `online` false
    means the whole of `country`. `visible_until` is the first moment at which it shows no more:
    the earlier of its expiry and its end; the year 9999 when it has neither. A copy of another
    listing that is shown has it in the past; its own is then `open_until` (null: the same). Copies
    share a `copy_group`.

    Read out of the text (catalogue/reading): `occupation_confidence` from 0 to 1, null where the
    publisher told the occupation; `flags`; amounts in `salary_currency` (ISO 4217) for one
    `salary_period` (hour, day, week, month, year, null when not told); `salary_monthly`, the lower
    bound a month, null unless told by month or year.
    """

    __tablename__ = "listing"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        # One index a shape of search. Each is ordered by freshness and then holds all that the
        # search checks and ranks by, so that only the rows of the page are read.
        _index("place_isco", "kind", "place_id", "isco", *_FRESH, *_WHERE),
        _index("place", "kind", "place_id", *_FRESH, "isco", *_WHERE),
        _index("country_isco", "kind", "country", "isco", *_FRESH, "online", "place_id"),
        _index("country", "kind", "country", *_FRESH, "isco", "online", "place_id"),
        _index("isco", "kind", "isco", *_FRESH, *_WHERE, "place_id"),
        _index("fresh", "kind", *_FRESH, "isco", *_WHERE, "place_id"),
        _index("online", "kind", *_FRESH, "isco", "country", "place_id", where="online"),
        Index("ix_listing_starts", "kind", "visible_until", "starts_on"),
        Index(
            "ix_listing_copies",
            "copy_group",
            sqlite_where=text("copy_group IS NOT NULL"),
            postgresql_where=text("copy_group IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(64))
    source_id: Mapped[str] = mapped_column(String(255))
    language: Mapped[str] = mapped_column(String(8))
    titles: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    organisation: Mapped[str | None] = mapped_column(String(255))
    occupation_code: Mapped[str | None] = mapped_column(String(32))
    isco: Mapped[str | None] = mapped_column(String(4))
    place_id: Mapped[str | None] = mapped_column(String(96))
    place_text: Mapped[str | None] = mapped_column(String(255))
    country: Mapped[str | None] = mapped_column(String(2))
    online: Mapped[bool] = mapped_column(default=False)
    contract: Mapped[str | None] = mapped_column(String(16))
    no_experience: Mapped[bool] = mapped_column(default=False)
    topics: Mapped[list[str]]
    languages: Mapped[list[str]]
    salary: Mapped[str | None] = mapped_column(String(255))
    salary_min: Mapped[float | None]
    salary_max: Mapped[float | None]
    salary_currency: Mapped[str | None] = mapped_column(String(3))
    salary_period: Mapped[str | None] = mapped_column(String(8))
    salary_monthly: Mapped[float | None]
    occupation_confidence: Mapped[float | None]
    text_language: Mapped[str | None] = mapped_column(String(8))
    flags: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    date_text: Mapped[dict[str, Any]]
    to_be_confirmed: Mapped[list[str]]
    hosts: Mapped[dict[str, Any]]
    audience: Mapped[dict[str, Any]]
    url: Mapped[str | None] = mapped_column(Text)
    apply: Mapped[dict[str, Any]]
    posted_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    visible_until: Mapped[datetime]
    open_until: Mapped[datetime | None]
    copy_group: Mapped[int | None]
    demo: Mapped[bool] = mapped_column(default=False)
    content_hash: Mapped[str] = mapped_column(String(64))
    # What full text sees: roots of the words, and facets (K:offer C:MA P:MA/casablanca as one
    # token each) by which the index itself narrows down before a single row is read.
    stems: Mapped[str] = mapped_column(Text)
    facets: Mapped[str] = mapped_column(Text)


class ListingBand(Base):
    """One band of a listing's MinHash: listings that share one may be copies of one another."""

    __tablename__ = "listing_band"

    band: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    listing_id: Mapped[int] = mapped_column(
        ForeignKey("listing.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Occupation(Base):
    """An ESCO occupation, an ISCO-08 group or a sector.

    `code` is "7115.1", "7115" or "sector:it"; `isco` holds the ISCO prefixes it covers, by "|".
    """

    __tablename__ = "occupation"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    isco: Mapped[str] = mapped_column(String(255))
    labels: Mapped[dict[str, Any]]
    green_share: Mapped[float] = mapped_column(default=0.0)


class OccupationName(Base):
    """A name by which an occupation goes. Weight: 1 is a preferred label, less an alternative."""

    __tablename__ = "occupation_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255), index=True)
    stem_key: Mapped[str] = mapped_column(String(255), index=True)
    code: Mapped[str] = mapped_column(String(64), index=True)
    language: Mapped[str] = mapped_column(String(8))
    weight: Mapped[float]


class Place(Base):
    """A city (id "MA/casablanca"), a district or a country (id "MA"). Degrees north and east."""

    __tablename__ = "place"
    __table_args__ = (Index("ix_place_where", "latitude", "longitude"),)

    id: Mapped[str] = mapped_column(String(96), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    country: Mapped[str] = mapped_column(String(2))
    names: Mapped[dict[str, Any]]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    population: Mapped[int] = mapped_column(default=0)


class PlaceName(Base):
    """A name by which a place goes; `sound` brings spellings of one sound together."""

    __tablename__ = "place_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255), index=True)
    sound: Mapped[str] = mapped_column(String(255), index=True)
    place_id: Mapped[str] = mapped_column(String(96), index=True)


class LoadedFile(Base):
    """What was loaded from files, and the hash of what it was loaded from."""

    __tablename__ = "loaded_file"

    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime]
