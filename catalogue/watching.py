"""New listings against searches that people want to be told of, turned around.

A search looks for listings; here a listing looks for searches. Each wish lies under a few keys: one
a work (a unit group of ISCO, or the root of a word) and one place. A new listing asks for the keys
that it is itself, its place being all towns from which it is near. So the work done grows with the
new listings and the wishes that fit, not with all wishes that there are.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalogue import places, ranking, taxonomy
from catalogue.models import Kind, Listing
from catalogue.ranking import Reason, Wish
from catalogue.request import is_online
from catalogue.taxonomy import OccupationMatch
from catalogue.text import normalise, stem_groups, stems

RADIUS_KM = 50.0
"""So far from the town that was named a listing is still told of."""
OVERLAP = 2000
"""Listings before the last one that are looked at again: on PostgreSQL a slow import may commit
numbers lower than those already seen. What was found twice is noted once."""
ANY, ONLINE = "*", "online"
_BATCH = 500
_UNIT = 4  # digits of an ISCO unit group


@dataclass(frozen=True, slots=True)
class Keys:
    """Under which keys a wish lies, and the words that are checked besides."""

    work: tuple[str, ...]
    spot: str
    words: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A new listing: the keys under which it looks, its roots, what it shares with its copies."""

    id: int
    work: tuple[str, ...]
    spots: tuple[str, ...]
    roots: frozenset[str]
    contract: str | None
    fingerprint: str

    def holds(self, words: Sequence[Sequence[str]], contract: str | None) -> bool:
        """Whether each group of words has a root in its title or topics, and the contract fits."""
        if contract is not None and contract != self.contract:
            return False
        return all(not self.roots.isdisjoint(group) for group in words)


def keys(
    session: Session, kind: str, what: str | None, place: str | None, country: str | None
) -> Keys | None:
    """The keys of a wish in a person's words; None where no place is known by that name.

    Args:
        session: for reading.
        kind: offer, training or event.
        what: job or topic; None for any.
        place: town, country or "online"; None for anywhere.
        country: ISO 3166; where places are looked for first.
    """
    spot = _spot(session, place, country)
    if spot is None:
        return None
    if what is None:
        return Keys((f"{kind}|{ANY}",), spot)
    known = taxonomy.resolve(session, what) if kind == Kind.OFFER else None
    if known and known.isco:
        groups = dict.fromkeys(group[:_UNIT] for group in known.isco)
        return Keys(tuple(f"{kind}|g:{group}" for group in groups), spot)
    words = tuple(stem_groups(what))
    if not words:
        return Keys((f"{kind}|{ANY}",), spot)
    # Under the longest word alone: it is the rarest, and the others are checked besides.
    rarest = max(words, key=lambda group: max(map(len, group)))
    return Keys(tuple(f"{kind}|w:{root}"[:96] for root in rarest), spot, words)


def _spot(session: Session, place: str | None, country: str | None) -> str | None:
    if place is None:
        return ANY
    if is_online(place):
        return ONLINE
    found = places.resolve(session, place, country)
    return found.place.id if found else None


def newest(session: Session) -> int:
    """The number of the newest listing; 0 when there is none."""
    return session.scalar(select(func.max(Listing.id))) or 0


def arrivals(session: Session, after: int, until: int, moment: datetime) -> Iterator[Arrival]:
    """Listings numbered above `after`, up to `until`, that still show at `moment`."""
    last = after
    while rows := session.scalars(
        select(Listing)
        .where(Listing.id > last, Listing.id <= until, Listing.visible_until > moment)
        .order_by(Listing.id)
        .limit(_BATCH)
    ).all():
        for listing in rows:
            yield _arrival(session, listing)
        last = rows[-1].id
        session.expunge_all()


def _arrival(session: Session, listing: Listing) -> Arrival:
    titled = {token[2:] for token in listing.facets.split() if token.startswith("T:")}
    roots = frozenset(titled | set(stems(" ".join(listing.topics)).split()))
    work = [f"{listing.kind}|{ANY}", *(f"{listing.kind}|w:{root}"[:96] for root in sorted(roots))]
    if listing.isco:
        work.append(f"{listing.kind}|g:{listing.isco[:_UNIT]}")
    return Arrival(
        listing.id,
        tuple(work),
        _spots(session, listing),
        roots,
        listing.contract,
        fingerprint(listing),
    )


def _spots(session: Session, listing: Listing) -> tuple[str, ...]:
    spots = [ANY, *([ONLINE] if listing.online else []), *filter(None, [listing.country])]
    if listing.place_id:
        town = places.by_id(session, [listing.place_id]).get(listing.place_id)
        spots += places.nearby(session, town, RADIUS_KM) if town else [listing.place_id]
    return tuple(spots)


def fingerprint(listing: Listing) -> str:
    """The same for copies of a listing: one title, organisation, place and beginning."""
    title = " ".join(sorted(normalise(str(text)) for text in listing.titles.values()))
    told = (
        listing.kind, title, normalise(listing.organisation or ""), listing.place_id,
        listing.country, str(listing.starts_on or ""),
    )  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()


def shown(session: Session, ids: Sequence[int], moment: datetime) -> list[Listing]:
    """Those of these listings that still show, in the order given."""
    found = session.scalars(
        select(Listing).where(Listing.id.in_(ids), Listing.visible_until > moment)
    )
    by_id = {one.id: one for one in found}
    return [by_id[number] for number in ids if number in by_id]


def reasons(  # noqa: PLR0913 - what was wished, and by whom
    session: Session,
    listing: Listing,
    *,
    what: str | None,
    place: str | None,
    contract: str | None,
    language: str,
    country: str | None,
    moment: datetime,
) -> list[Reason]:
    """Why a listing is told of, the strongest first; as a search for the same would say it."""
    known = taxonomy.resolve(session, what) if what and listing.kind == Kind.OFFER else None
    found = places.resolve(session, place, country) if place and not is_online(place) else None
    town = found.place if found and not found.is_country else None
    wish = Wish(
        kind=listing.kind,
        day=moment.date(),
        language=language,
        country=country,
        place_id=town.id if town else None,
        contract=contract,
        by_topic=known is None and listing.kind != Kind.OFFER,
        words=tuple(stem_groups(what)) if what else (),
        distances=places.nearby(session, town, ranking.FAR_KM) if town else {},
    )
    return ranking.reasons(listing, _with_work(wish, known))


def _with_work(wish: Wish, known: OccupationMatch | None) -> Wish:
    if known is None:
        return wish
    minors = frozenset(group[:3] for group in known.isco if len(group) > 2)  # noqa: PLR2004
    return replace(wish, codes=frozenset(known.codes), groups=frozenset(known.isco), minors=minors)
