"""The same listing from several feeds: found by MinHash bands, shown once.

Each listing with enough words has eight bands of a MinHash of its three-word runs, in the table
`listing_band`, salted with its kind and place: the same text for another town is another job. Two
listings of different feeds that share a band are compared by their words themselves. Finding
costs what matches, whatever the table's size.

Of a group one is shown: among those that are open the most complete, then the newest, then the
first that came. The others keep their rows with `visible_until` in the past, and the best of them
comes back when the one that was shown ends.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from catalogue.models import Listing, ListingBand
from catalogue.text import normalise

HIDDEN = datetime(1970, 1, 1, tzinfo=UTC)
ALIKE = 0.6  # share of all three-word runs that two copies have in common
_RUN = 3
_LEAST_RUNS = 12
_BANDS, _ROWS = 8, 4
_SEED = 7
_SAME_NAME = 60  # of 100, for the names of two organisations
_MOST_MATCHES = 5000
_MOST_WORDS = 600
Row = dict[str, Any]


def runs(titles: dict[str, str], summary: dict[str, str]) -> frozenset[str]:
    """Runs of three words of a listing's first title and text."""
    told = [next(iter(texts.values()), "") for texts in (titles, summary)]
    words = normalise(" ".join(told)).split()[:_MOST_WORDS]
    return frozenset(" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))


def bands(row: Row) -> list[int]:
    """The bands of a listing's row, as signed eight-byte numbers; none when it has few words."""
    told = runs(row["titles"], row["summary"])
    if len(told) < _LEAST_RUNS or row.get("demo"):
        return []
    # Sixty megabytes of libraries, and only who imports listings needs them.
    from datasketch import MinHash  # noqa: PLC0415

    sketch = MinHash(num_perm=_BANDS * _ROWS, seed=_SEED)
    sketch.update_batch([run.encode() for run in sorted(told)])
    where = f"{row['kind']}|{row['place_id']}|{row['country']}"
    return [
        _number(f"{where}|{at}|{sketch.hashvalues[at * _ROWS : (at + 1) * _ROWS].tolist()}")
        for at in range(_BANDS)
    ]


def _number(text: str) -> int:
    digest = blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def settle(session: Session, source: str, rows: dict[int, Row], today: datetime) -> None:
    """Find the copies of `rows` (by id, just written for `source`), and show one of each group."""
    if not rows:
        return
    numbers = list(rows)
    _keep_bands(session, rows)
    touched = _groups_of(session, numbers)
    if touched:
        left = update(Listing).where(Listing.id.in_(numbers), Listing.copy_group.is_not(None))
        session.execute(left.values(copy_group=None))
    for one, other in _copies(session, source, numbers):
        touched.add(_join(session, one, other))
    elect(session, touched, today)


def _keep_bands(session: Session, rows: dict[int, Row]) -> None:
    told = {(band, number) for number, row in rows.items() for band in bands(row)}
    query = select(ListingBand.band, ListingBand.listing_id)
    found = session.execute(query.where(ListingBand.listing_id.in_(list(rows))))
    kept = {(band, number) for band, number in found}
    if gone := {number for _, number in kept - told}:
        session.execute(delete(ListingBand).where(ListingBand.listing_id.in_(gone)))
        kept = {pair for pair in kept if pair[1] not in gone}
    new = [{"band": band, "listing_id": number} for band, number in sorted(told - kept)]
    if new:
        session.execute(insert(ListingBand), new)


def _copies(session: Session, source: str, numbers: list[int]) -> list[tuple[int, int]]:
    own, their = aliased(ListingBand), aliased(ListingBand)
    query = (
        select(own.listing_id, their.listing_id)
        .join(their, their.band == own.band)
        .join(Listing, Listing.id == their.listing_id)
        .where(own.listing_id.in_(numbers), Listing.source != source)
        .distinct()
        .limit(_MOST_MATCHES)
    )
    pairs = [(one, other) for one, other in session.execute(query)]
    found = _by_id(session, {number for pair in pairs for number in pair})
    told = {number: runs(one.titles, one.summary) for number, one in found.items()}
    return [
        (one, other)
        for one, other in sorted(pairs)
        if _agree(found[one], found[other]) and _share(told[one], told[other]) >= ALIKE
    ]


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _agree(one: Listing, other: Listing) -> bool:
    """Whether nothing that both tell says that they are two."""
    if one.contract and other.contract and one.contract != other.contract:
        return False
    if not (one.organisation and other.organisation):
        return True
    names = normalise(one.organisation), normalise(other.organisation)
    return fuzz.token_set_ratio(*names) >= _SAME_NAME


def _join(session: Session, one: int, other: int) -> int:
    """Put two listings, and the groups that they are in, into one group; its number."""
    groups = _groups_of(session, [one, other])
    group = min([*groups, one, other])
    values = update(Listing).values(copy_group=group)
    session.execute(values.where(Listing.id.in_([one, other])))
    if groups - {group}:
        session.execute(values.where(Listing.copy_group.in_(groups - {group})))
    return group


def _groups_of(session: Session, numbers: Iterable[int]) -> set[int]:
    query = select(Listing.copy_group).where(
        Listing.id.in_(list(numbers)), Listing.copy_group.is_not(None)
    )
    return {group for group in session.scalars(query.distinct()) if group is not None}


def elect(session: Session, groups: Iterable[int], today: datetime) -> None:
    """Show the best of each group, and no other."""
    asked = list(groups)
    for at in range(0, len(asked), 500):
        query = select(Listing).where(Listing.copy_group.in_(asked[at : at + 500]))
        members: dict[int, list[Listing]] = {}
        for one in session.scalars(query.execution_options(populate_existing=True)):
            members.setdefault(one.copy_group or 0, []).append(one)
        for group in members.values():
            _show(group, today)
        session.flush()


def _show(group: Sequence[Listing], today: datetime) -> None:
    best = max(group, key=lambda one: _rank(one, today))
    for one in group:
        own = _end(one)
        one.visible_until = own if one is best or own <= today else HIDDEN


def _rank(one: Listing, today: datetime) -> tuple[bool, int, datetime, int]:
    told = (one.organisation, one.place_id, one.contract, one.salary_min, one.url, one.isco)
    complete = sum(value is not None for value in told) + bool(one.summary) + bool(one.apply)
    return _end(one) > today, complete, one.posted_at, -one.id


def _end(one: Listing) -> datetime:
    return one.open_until or one.visible_until


def refresh(session: Session, today: datetime) -> None:
    """Bring back the best of each group whose shown one has ended by itself."""
    query = (
        select(Listing.copy_group)
        .where(Listing.copy_group.is_not(None))
        .group_by(Listing.copy_group)
        .having(func.max(Listing.visible_until) <= today, func.max(Listing.open_until) > today)
    )
    elect(session, [group for group in session.scalars(query) if group is not None], today)


def _by_id(session: Session, numbers: set[int]) -> dict[int, Listing]:
    asked = sorted(numbers)
    return {
        one.id: one
        for at in range(0, len(asked), 1000)
        for one in session.scalars(
            select(Listing)
            .where(Listing.id.in_(asked[at : at + 1000]))
            .execution_options(populate_existing=True)
        )
    }
