"""The one search: from a person's words to listings, widened in a fixed order when none fits.

    contract → occupations of the unit group → wider radius → of the minor group
             → whole country → online → any country

Each place is tried with the whole wish first and then with less of it; the search stops as soon
as there is something and says what was widened. Where that is less than two pages, what the next
steps within the country find comes after it, marked as beyond.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from catalogue import candidates, free_text, places, ranking, taxonomy, topics, widening
from catalogue.candidates import CANDIDATES
from catalogue.entry import Listed, entries
from catalogue.models import Kind, Listing
from catalogue.places import PlaceMatch
from catalogue.ranking import Candidate, Reason, Wish, Words
from catalogue.reading.occupations import read_occupation
from catalogue.request import SearchRequest
from catalogue.steps import Limits, PlaceStep, WorkStep
from catalogue.taxonomy import OccupationMatch
from catalogue.text import normalise, stem_groups

__all__ = [
    "CANDIDATES",
    "Hit",
    "Reason",
    "SearchRequest",
    "SearchResult",
    "get",
    "keep_in_memory",
    "search",
]

_TWO_PAGES = 6
_NOBODYS = "qzxwvq"  # no name sounds like it: every way of finding one is tried
_TRUSTED = 0.65  # confidence from which words that name no occupation still tell it


@dataclass(frozen=True, slots=True)
class Hit:
    """One listing found: points of fit, km from the asked city, why it is shown.

    `beyond`: it comes from a wider step than those before it, to fill the page.
    """

    listing: Listed
    score: float
    distance_km: float | None
    reasons: list[Reason]
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of hits.

    `total` counts all that fit in the first step that found any, at most CANDIDATES; `beyond`, what
    was added to it from wider ones. `occupation` and `place` are what
    the words were understood as, None when not given or not known. `widened` holds "contract",
    "occupation" or "topic" or "text", then one of "place" (a wider radius, or online), "country",
    "abroad": what was given up, in the order in which it was tried.
    """

    hits: list[Hit]
    total: int
    occupation: OccupationMatch | None
    place: PlaceMatch | None
    widened: tuple[str, ...] = ()
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class _Tier:
    """What one step found, best first, and what was given up for it."""

    names: tuple[str, ...]
    ranked: list[tuple[float, Candidate]]


def search(session: Session, request: SearchRequest, today: date) -> SearchResult:
    """The best listings for `request` that still show at `today`.

    A datetime for `today` means that very moment; a date means its end, so that nothing is shown
    that ends within the day.
    """
    request = free_text.understood(session, request)
    occupation = _occupation(session, request)
    place = _place(session, request)
    wish = _wish(session, request, occupation, place, today)
    limits = Limits.of(request, today, words=bool(wish.more))
    steps = widening.steps(session, request, occupation, place)
    tiers = list(_tiers(session, request, wish, limits, steps))
    if not tiers:
        return SearchResult([], 0, occupation, place)
    total = len(tiers[0].ranked)
    beyond = sum(len(tier.ranked) for tier in tiers[1:])
    hits = _page(session, request, wish, tiers)
    return SearchResult(hits, total, occupation, place, tiers[0].names, beyond)


def keep_in_memory(session: Session) -> None:
    """Read now what the first searches would read: all names of places and occupations."""
    places.resolve(session, _NOBODYS)
    taxonomy.resolve(session, _NOBODYS)
    read_occupation(session, _NOBODYS, "")


def get(session: Session, listing_id: int) -> Listing | None:
    """One listing by its id, also an expired one; None when there is none."""
    return session.get(Listing, listing_id) if 0 < listing_id < 2**31 else None


def _occupation(session: Session, request: SearchRequest) -> OccupationMatch | None:
    """By its name; else, as from the title of a listing, by the words that tell most."""
    if not request.occupation:
        return None
    named = taxonomy.resolve(session, request.occupation)
    if named and named.how != "part":
        return named
    read = read_occupation(session, request.occupation, "")
    if read is None or read.confidence < _TRUSTED:
        return named
    return taxonomy.of(session, read.code, read.isco) or named


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
        others=topics.others(normalise(request.topic)) if request.topic else (),
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


Steps = Iterable[tuple[str | None, WorkStep, PlaceStep]]


def _tiers(
    session: Session, request: SearchRequest, wish: Wish, limits: Limits, steps: Steps
) -> Iterator[_Tier]:
    """What the first step with anything in it finds, and what fills it up to two pages."""
    seen, left = set(request.exclude), _TWO_PAGES
    for contract, work, where in steps:
        if left <= 0 or (where.away and left < _TWO_PAGES):
            return
        found = candidates.find(session, replace(limits, contract=contract), work, where)
        fresh = [one for one in found if one.id not in seen]
        if fresh:
            best = ranking.ranked(fresh, wish)
            best = best if left == _TWO_PAGES else best[:left]
            seen.update(one.id for _, one in best)
            left -= len(best)
            given_up = ("contract",) * bool(request.contract and not contract)
            yield _Tier((*given_up, *filter(None, (work.name, where.name))), best)


def _page(
    session: Session, request: SearchRequest, wish: Wish, tiers: Sequence[_Tier]
) -> list[Hit]:
    found = [(at > 0, *pair) for at, tier in enumerate(tiers) for pair in tier.ranked]
    first = max(0, request.offset)
    page = found[first : first + max(0, request.limit)]
    listings = entries(session, [one.id for _, _, one in page])
    return [
        Hit(
            listings[one.id],
            points,
            wish.distances.get(one.place_id or ""),
            ranking.reasons(listings[one.id], wish),
            beyond,
        )
        for beyond, points, one in page
    ]
