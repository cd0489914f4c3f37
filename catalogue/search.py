"""The one search: from a person's words to listings, widened in a fixed order when none fits.

    contract → neighbouring occupations (unit group, minor group) → wider radius
             → whole country → online → any country

Each place is tried with the whole wish first and then with less of it; the search stops as soon
as there is something and says what was widened.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from catalogue import candidates, places, ranking, taxonomy, widening
from catalogue.candidates import CANDIDATES
from catalogue.models import Listing
from catalogue.places import PlaceMatch
from catalogue.ranking import Candidate, Reason, Wish
from catalogue.request import SearchRequest
from catalogue.taxonomy import OccupationMatch
from catalogue.text import stem_groups
from catalogue.widening import Step

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
    occupation = taxonomy.resolve(session, request.occupation) if request.occupation else None
    place = _place(session, request)
    wish = _wish(session, request, occupation, place, today)
    visible = candidates.visible(request, today)
    for names, found in _widen(session, request, occupation, place, visible):
        left = [c for c in found if c.id not in request.exclude]
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
    topic = widening.trade_of(session, request)
    work = occupation or topic
    words = request.occupation if request.occupation and not occupation else None
    asked = " ".join(filter(None, (words, request.topic, request.text)))
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
        groups=frozenset(work.isco if work else ()),
        by_topic=occupation is None and bool(request.topic),
        words=stem_groups(asked) if asked else (),
        distances=places.nearby(session, city, ranking.FAR_KM) if city else {},
    )


def _widen(
    session: Session,
    request: SearchRequest,
    occupation: OccupationMatch | None,
    place: PlaceMatch | None,
    conditions: list[ColumnElement[bool]],
) -> Iterator[tuple[tuple[str, ...], list[Candidate]]]:
    works = list(widening.works(session, request, occupation))
    wishes: list[tuple[str | None, Step]] = [(request.contract, works[0])]
    wishes += [(None, work) for work in works[0 if request.contract else 1 :]]
    for where in widening.around(session, request, place):
        for contract, work in wishes:
            given_up = ("contract",) * bool(request.contract and not contract)
            names = (*given_up, *filter(None, (work.name, where.name)))
            fits = [] if contract is None else [Listing.contract == contract]
            yield names, candidates.find(session, request, [*conditions, *fits], work, where)


def _page(
    session: Session, request: SearchRequest, wish: Wish, found: list[Candidate]
) -> list[Hit]:
    ranked = sorted(found, key=lambda candidate: ranking.order(candidate, wish))
    page = ranked[max(0, request.offset) :][: max(0, request.limit)]
    rows = session.scalars(select(Listing).where(Listing.id.in_([c.id for c in page])))
    listings = {listing.id: listing for listing in rows}
    return [
        Hit(
            listings[c.id],
            ranking.score(c, wish),
            wish.distances.get(c.place_id or ""),
            ranking.reasons(c, wish),
        )
        for c in page
    ]
