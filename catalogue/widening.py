"""How strict a search is, step by step: about the work, and about the place."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from catalogue import places, taxonomy
from catalogue.fulltext import TextQuery
from catalogue.models import Kind, Listing
from catalogue.places import PlaceMatch
from catalogue.request import SearchRequest
from catalogue.taxonomy import OccupationMatch

NEAR_KM = 25.0
WIDE_KM = 100.0
_MOST_PLACES = 120
_MINOR = 3

Branch = ColumnElement[bool] | TextQuery | None


@dataclass(frozen=True, slots=True)
class Step:
    """One degree of strictness about place, or about work: any of `branches` may hold."""

    name: str | None
    branches: tuple[Branch, ...]
    facets: tuple[str, ...] = ()


def works(
    session: Session, request: SearchRequest, occupation: OccupationMatch | None
) -> Iterator[Step]:
    """What is asked of the work, strictest first: one of occupation, topic and text leads.

    The others, when given too, only move what fits them up.
    """
    if request.topic and (request.kind != Kind.OFFER or not request.occupation):
        yield from _topic(session, request)
    elif occupation:
        # What was surely understood need only be looked for in titles; a guess, in all the text.
        sure = request.kind == Kind.OFFER and occupation.how in ("exact", "stem")
        title = TextQuery.of(request.occupation or "", in_title=sure)
        yield Step(None, (_same(occupation), *filter(None, [title])))
        yield Step("occupation", (Listing.isco.in_(occupation.isco),))
        if occupation.codes:
            # A sector is wide already: the neighbours of its receptionists answer telephones.
            yield Step("occupation", (Listing.isco.in_(_minor(session, occupation)),))
    elif request.occupation:
        yield from _wordings("occupation", request.occupation)
    elif request.text:
        yield from _wordings("text", request.text)
    else:
        yield Step(None, (None,))


def _topic(session: Session, request: SearchRequest) -> Iterator[Step]:
    trade = trade_of(session, request)
    yield from _wordings("topic", request.topic or "", _same(trade) if trade else None)
    if trade:
        yield Step("topic", (Listing.isco.in_(_minor(session, trade)),))


def _wordings(name: str, words: str, also: ColumnElement[bool] | None = None) -> Iterator[Step]:
    every, some = TextQuery.of(words), TextQuery.of(words, every=False)
    branches = [branch for branch in (also, every) if branch is not None]
    if branches:
        yield Step(None, tuple(branches))
    else:
        yield Step(None, (Listing.id.is_(None),))  # no word in it: nothing can be meant
    if some and len(some.words) > 1:
        yield Step(name, (some,))


def _same(occupation: OccupationMatch) -> ColumnElement[bool]:
    in_groups = Listing.isco.in_(occupation.isco)
    if not occupation.codes:
        return in_groups
    code = or_(Listing.occupation_code.in_(occupation.codes), Listing.occupation_code.is_(None))
    return and_(in_groups, code)


def _minor(session: Session, occupation: OccupationMatch) -> tuple[str, ...]:
    prefixes = tuple(dict.fromkeys(group[:_MINOR] for group in occupation.isco))
    return taxonomy.groups_under(session, prefixes) if prefixes else ()


def around(session: Session, request: SearchRequest, found: PlaceMatch | None) -> Iterator[Step]:
    """What is asked of the place, strictest first."""
    if request.is_online:
        yield Step(None, (Listing.online.is_(True),))
        yield Step("place", (None,))
    elif found:
        yield from _city(session, found)
        yield Step("place", (Listing.online.is_(True),))  # reached from anywhere: not yet abroad
        yield Step("abroad", (None,))
    elif request.country:
        own = Listing.country == request.country  # first in line, not alone
        yield Step(None, (own, None), (f"C:{request.country}",))
    else:
        yield Step(None, (None,))


def _city(session: Session, found: PlaceMatch) -> Iterator[Step]:
    country = found.place.country
    whole = (Listing.country == country,)
    if found.is_country:
        yield Step(None, whole, (f"C:{country}",))
        return
    for name, km in ((None, NEAR_KM), ("place", WIDE_KM)):
        ids = list(islice(places.nearby(session, found.place, km), _MOST_PLACES))
        city = (Listing.place_id == ids[0],) if name is None else ()
        branches = (*city, Listing.place_id.in_(ids))
        yield Step(name, branches, tuple(f"P:{key}" for key in ids))
    yield Step("country", whole, (f"C:{country}",))


def trade_of(session: Session, request: SearchRequest) -> OccupationMatch | None:
    """The trade that a topic names, when it surely does."""
    # "couture", "الخياطة": a topic that is a trade is found in any language through the trade.
    found = taxonomy.resolve(session, request.topic) if request.topic else None
    return found if found and found.how in ("exact", "stem") else None
