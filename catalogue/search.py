"""The one search: from a person's words to listings, widened in a fixed order when none fits.

    contract → neighbouring occupations (unit group, minor group) → wider radius
             → whole country → online → any country

Each place is tried with the whole wish first and then with less of it; the search stops as soon
as there is something and says what was widened.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from catalogue import candidates, free_text, places, ranking, taxonomy, widening
from catalogue.candidates import CANDIDATES
from catalogue.models import Kind, Listing
from catalogue.places import PlaceMatch
from catalogue.ranking import Candidate, Reason, Wish, Words
from catalogue.request import SearchRequest
from catalogue.steps import Limits, WorkStep
from catalogue.taxonomy import OccupationMatch
from catalogue.text import stem_groups

__all__ = ["CANDIDATES", "Hit", "Reason", "SearchRequest", "SearchResult", "get", "search"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One listing found: points of fit, km from the asked city, why it is shown."""

    listing: Listing
    score: float
    distance_km: float | None
    reasons: list[Reason]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of hits.

    `total` counts all that fit in this step, at most CANDIDATES. `occupation` and `place` are what
    the words were understood as, None when not given or not known. `widened` holds "contract",
    "occupation" or "topic" or "text", then one of "place" (a wider radius, or online), "country",
    "abroad": what was given up, in the order in which it was tried.
    """

    hits: list[Hit]
    total: int
    occupation: OccupationMatch | None
    place: PlaceMatch | None
    widened: tuple[str, ...] = ()


def search(session: Session, request: SearchRequest, today: date) -> SearchResult:
    """The best listings for `request` that still show at `today`.

    A datetime for `today` means that very moment; a date means its end, so that nothing is shown
    that ends within the day.
    """
    request = free_text.understood(session, request)
    occupation = taxonomy.resolve(session, request.occupation) if request.occupation else None
    place = _place(session, request)
    wish = _wish(session, request, occupation, place, today)
    limits = Limits.of(request, today, words=bool(wish.more))
    for names, found in _widen(session, request, occupation, place, limits):
        left = [c for c in found if c.id not in request.exclude] if request.exclude else found
        if left:
            hits = _page(session, request, wish, left)
            return SearchResult(hits, len(left), occupation, place, names)
    return SearchResult([], 0, occupation, place)


def get(session: Session, listing_id: int) -> Listing | None:
    """One listing by its id, also an expired one; None when there is none."""
    return session.get(Listing, listing_id) if 0 < listing_id < 2**31 else None


def _place(session: Session, request: SearchRequest) -> PlaceMatch | None:
    if request.anywhere or not request.place or request.is_online:
        return None
    return places.resolve(session, request.place, request.country)


def _wish(
    session: Session,
    request: SearchRequest,
    occupation: OccupationMatch | None,
    place: PlaceMatch | None,
    today: date,
) -> Wish:
    work = occupation or widening.trade_of(session, request)
    groups = work.isco if work else ()
    leads, *more = _said(request, occupation)
    city = place.place if place and not place.is_country else None
    return Wish(
        kind=request.kind,
        day=today.date() if isinstance(today, datetime) else today,
        language=request.language,
        country=place.place.country if place else request.country,
        place_id=city.id if city else None,
        contract=request.contract,
        dated=bool(request.starting_from or request.starting_until),
        codes=frozenset(work.codes if work else ()),
        groups=frozenset(groups),
        minors=frozenset(group[:3] for group in groups if len(group) > 2),  # noqa: PLR2004
        by_topic=occupation is None and bool(request.topic),
        words=leads,
        more=[group for groups in more for group in groups],
        distances=places.nearby(session, city, ranking.FAR_KM) if city else {},
    )


def _said(request: SearchRequest, occupation: OccupationMatch | None) -> list[Words]:
    """The roots of what leads the search, then of what was said besides."""
    said = [words for words in (request.occupation, request.topic, request.text) if words]
    if request.topic and request.kind != Kind.OFFER:
        said = [request.topic, *filter(None, (request.occupation, request.text))]
    if occupation and occupation.how == "part":
        said.append(said[0])  # "menuisier décors": what says more than the trade counts as well
    return [stem_groups(words) for words in said] or [()]


def _widen(
    session: Session,
    request: SearchRequest,
    occupation: OccupationMatch | None,
    place: PlaceMatch | None,
    limits: Limits,
) -> Iterator[tuple[tuple[str, ...], list[Candidate]]]:
    works = list(widening.works(session, request, occupation))
    wishes: list[tuple[str | None, WorkStep]] = [(request.contract, works[0])]
    wishes += [(None, work) for work in works[0 if request.contract else 1 :]]
    for where in widening.around(session, request, place):
        for contract, work in wishes:
            given_up = ("contract",) * bool(request.contract and not contract)
            names = (*given_up, *filter(None, (work.name, where.name)))
            held = replace(limits, contract=contract)
            yield names, candidates.find(session, held, work, where)


_BY_IDS = select(Listing).where(Listing.id.in_(bindparam("ids", expanding=True)))


def _page(
    session: Session, request: SearchRequest, wish: Wish, found: list[Candidate]
) -> list[Hit]:
    first = max(0, request.offset)
    page = ranking.ranked(found, wish)[first : first + max(0, request.limit)]
    rows = session.scalars(_BY_IDS, {"ids": [c.id for _, c in page]})
    listings = {listing.id: listing for listing in rows}
    return [
        Hit(
            listings[c.id],
            points,
            wish.distances.get(c.place_id or ""),
            ranking.reasons(listings[c.id], wish),
        )
        for points, c in page
    ]
