"""Listings from files into the database: every row is added, changed, the same, or said wrong."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from catalogue import places, taxonomy
from catalogue.fulltext import facets
from catalogue.listing_in import ListingIn
from catalogue.models import Kind, Listing, Occupation
from catalogue.text import normalise, stems

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_NO_EXPERIENCE = tuple(
    map(
        normalise,
        (
            "no experience", "without experience", "beginners welcome", "entry level",
            "sans expérience", "débutant accepté", "débutants acceptés", "débutant(e) accepté(e)",
            "aucune expérience", "expérience non requise", "débutants bienvenus",
            "بدون خبرة", "دون خبرة", "لا تشترط الخبرة", "لا يشترط خبرة", "للمبتدئين",
        ),
    )
)  # fmt: skip
_BATCH = 500
Row = dict[str, Any]


@dataclass(slots=True)
class ImportSummary:
    """What an import did, in listings. `rejected` holds (line or position, reason)."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    expired: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)

    @property
    def read(self) -> int:
        """All rows that came in."""
        return self.added + self.changed + self.unchanged + len(self.rejected)


def import_listings(
    session: Session,
    source: str,
    rows: Iterable[tuple[int, Any]],
    today: date,
    *,
    country: str | None = None,
) -> ImportSummary:
    """Bring the listings of `source` to what `rows` (line, mapping) say, in this transaction.

    What `source` held before and no longer does expires; it is not deleted, since people may have
    kept it. `country` is where a place without one is looked for first.
    """
    summary = ImportSummary()
    known = _known(session, source)
    wanted = _read(rows, summary, today)
    new: list[Row] = []
    for line, listing in wanted.values():
        row = _row(session, source, listing, today, country)
        if problem := _problem(session, listing, row):
            summary.rejected.append((line, problem))
        else:
            _put(session, row, known, new, summary)
    for start in range(0, len(new), _BATCH):
        session.execute(insert(Listing), new[start : start + _BATCH])
    summary.expired = _expire(session, source, set(known) - set(wanted), today)
    summary.rejected.sort()
    return summary


def remove_source(session: Session, source: str) -> int:
    """Delete all listings of `source`; how many there were."""
    return int(session.execute(delete(Listing).where(Listing.source == source)).rowcount)  # type: ignore[attr-defined]


def _known(session: Session, source: str) -> dict[str, tuple[int, str]]:
    query = select(Listing.source_id, Listing.id, Listing.content_hash)
    found = session.execute(query.where(Listing.source == source))
    return {key: (number, content_hash) for key, number, content_hash in found}


def _read(
    rows: Iterable[tuple[int, Any]], summary: ImportSummary, today: date
) -> dict[str, tuple[int, ListingIn]]:
    wanted: dict[str, tuple[int, ListingIn]] = {}
    for line, raw in rows:
        try:
            listing = ListingIn.model_validate(raw)
        except ValidationError as error:
            summary.rejected.append((line, _readable(error)))
            continue
        if listing.id in wanted:
            summary.rejected.append((line, f"id: {listing.id!r} stands twice"))
        else:
            wanted[listing.id] = (line, listing)
    return wanted


def _readable(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, problem['loc'])) or 'row'}: {problem['msg']}"
        for problem in error.errors()
    )


def _put(
    session: Session,
    row: Row,
    known: dict[str, tuple[int, str]],
    new: list[Row],
    summary: ImportSummary,
) -> None:
    number, content_hash = known.get(row["source_id"], (None, None))
    if number is None:
        new.append(row)
        summary.added += 1
    elif content_hash == row["content_hash"]:
        summary.unchanged += 1
    else:
        session.execute(update(Listing).where(Listing.id == number).values(**row))
        summary.changed += 1


def _expire(session: Session, source: str, gone: set[str], today: date) -> int:
    start = datetime.combine(today, time.min, UTC)
    count = 0
    ids = sorted(gone)
    for first in range(0, len(ids), _BATCH):
        result = session.execute(
            update(Listing)
            .where(Listing.source == source, Listing.source_id.in_(ids[first : first + _BATCH]))
            .where(Listing.visible_until > start)
            # The hash is emptied so that the listing counts as changed should it come back.
            .values(expires_at=start, visible_until=start, content_hash="")
        )
        count += int(result.rowcount)  # type: ignore[attr-defined]
    return count


def _problem(session: Session, listing: ListingIn, row: Row) -> str | None:
    if listing.occupation and row["isco"] is None:
        return f"occupation: nothing is known by {listing.occupation!r}"
    if listing.occupation_code and session.get(Occupation, listing.occupation_code) is None:
        return f"occupation_code: no occupation has {listing.occupation_code!r}"
    if listing.place and row["place_id"] is None and row["country"] is None and not row["online"]:
        return f"place: no place is known by {listing.place!r}; say at least the country"
    return None


def _row(
    session: Session, source: str, listing: ListingIn, today: date, country: str | None
) -> Row:
    row: Row = {
        "source": source,
        "source_id": listing.id,
        "kind": listing.kind.value,
        "language": listing.original_language,
        "titles": listing.title,
        "contract": listing.contract.value if listing.contract else None,
        **listing.model_dump(
            include={
                "summary", "organisation", "topics", "languages", "salary", "date_text",
                "to_be_confirmed", "hosts", "audience", "url", "apply", "demo",
            }
        ),
        **_work(session, listing),
        **_where(session, listing, country),
        **_moments(listing, today),
    }  # fmt: skip
    row["no_experience"] = _says_no_experience(listing)
    row["stems"] = _stems(session, listing, row["occupation_code"])
    title_stems = stems(" ".join(listing.title.values()))
    row["facets"] = facets(row["kind"], row["country"], row["place_id"], title_stems)
    canonical = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    return row | {"content_hash": hashlib.sha256(canonical.encode()).hexdigest()}


def _work(session: Session, listing: ListingIn) -> Row:
    code = listing.occupation_code
    found = session.get(Occupation, code) if code else None
    if found:
        esco = found.kind == "occupation"
        return {"occupation_code": code if esco else None, "isco": _one_group(found.isco)}
    match = taxonomy.resolve(session, listing.occupation) if listing.occupation else None
    if match is None:
        return {"occupation_code": None, "isco": None}
    return {"occupation_code": match.code, "isco": _shared(match.isco)}


def _one_group(prefixes: str) -> str | None:
    return _shared(tuple(prefixes.split("|")))


def _shared(groups: tuple[str, ...]) -> str | None:
    # One group is that group; several, the group that holds them all, when there is one.
    first, last = (min(groups), max(groups)) if groups else ("", "")
    same = next((i for i, pair in enumerate(zip(first, last)) if pair[0] != pair[1]), len(first))  # noqa: B905
    return first[:same] or first or None


def _where(session: Session, listing: ListingIn, country: str | None) -> Row:
    row: Row = {
        "place_id": None,
        "place_text": listing.place,
        "country": listing.country,
        "online": listing.online,
    }
    if listing.place and not listing.place_is_online:
        found = places.resolve(session, listing.place, listing.country or country)
        if found and listing.country in (None, found.place.country):
            row["country"] = found.place.country
            row["place_id"] = None if found.is_country else found.place.id
    return row


def _moments(listing: ListingIn, today: date) -> Row:
    start, end = listing.starts(today), listing.ends(today)
    posted = _midnight(listing.posted(today) or today)
    expires_on = listing.expires(today)
    expires = _midnight(expires_on + timedelta(days=1)) if expires_on else None
    last = end or (start if listing.kind == Kind.EVENT else None)
    over = _midnight(last + timedelta(days=1)) if last else None
    return {
        "starts_on": start,
        "ends_on": end,
        "posted_at": posted,
        "expires_at": expires,
        "visible_until": min(expires or NEVER, over or NEVER),
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _says_no_experience(listing: ListingIn) -> bool:
    told = normalise(" ".join([*listing.title.values(), *listing.summary.values()]))
    return any(phrase in told for phrase in _NO_EXPERIENCE)


def _stems(session: Session, listing: ListingIn, code: str | None) -> str:
    occupation = session.get(Occupation, code) if code else None
    labels = occupation.labels.values() if occupation else ()
    texts = (*listing.title.values(), *listing.summary.values(), listing.organisation or "")
    return stems(" ".join([*texts, *listing.topics, *map(str, labels)]))
