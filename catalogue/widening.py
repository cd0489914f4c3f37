"""How strict a search is, step by step: about the work, and about the place."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from sqlalchemy.orm import Session

from catalogue import places, spelling, taxonomy
from catalogue.fulltext import TextQuery
from catalogue.models import Kind
from catalogue.places import PlaceMatch
from catalogue.request import SearchRequest
from catalogue.steps import ANYWHERE, NOTHING, Nothing, PlaceStep, Wanted, Where, Work, WorkStep
from catalogue.taxonomy import OccupationMatch

NEAR_KM = 25.0
WIDE_KM = 100.0
FAR_KM = 300.0
_MOST_PLACES = 120
_MINOR = 3


def works(
    session: Session, request: SearchRequest, occupation: OccupationMatch | None
) -> Iterator[WorkStep]:
    """What is asked of the work, strictest first: one of occupation, topic and text leads.

    The others, when given too, only move what fits them up.
    """
    if request.topic and (request.kind != Kind.OFFER or not request.occupation):
        yield from _topic(session, request)
    elif occupation:
        # What was surely understood need only be looked for in titles; a guess, in all the text.
        sure = request.kind == Kind.OFFER and occupation.how in ("exact", "stem")
        title = TextQuery.of(request.occupation or "", in_title=sure)
        yield WorkStep(None, (_same(occupation), *filter(None, [title])))
        yield WorkStep("occupation", (_groups(occupation.isco),))
        if occupation.codes:
            # A sector is wide already: the neighbours of its receptionists answer telephones.
            yield WorkStep("occupation", (_minor(session, occupation),))
    elif request.occupation:
        yield from _wordings(session, "occupation", request.occupation)
    elif request.text:
        yield from _wordings(session, "text", request.text)
    else:
        yield WorkStep(None, (None,))


def _topic(session: Session, request: SearchRequest) -> Iterator[WorkStep]:
    trade = trade_of(session, request)
    also = _same(trade) if trade else NOTHING
    yield from _wordings(session, "topic", request.topic or "", also)
    if trade:
        yield WorkStep("topic", (_minor(session, trade),))


def _wordings(
    session: Session, name: str, words: str, also: Wanted = NOTHING
) -> Iterator[WorkStep]:
    every = TextQuery.of(words)
    if every is None:
        yield WorkStep(None, (also,))  # no word in it: nothing can be meant
        return
    meant = spelling.respelt(session, every) or every
    yield WorkStep(None, (also, replace(meant, in_title=True), meant))
    if len(meant.words) > 1:
        yield WorkStep(name, (replace(meant, every=False),))


def _groups(isco: tuple[str, ...], codes: tuple[str, ...] = ()) -> Work | Nothing:
    return Work(isco, codes) if isco else NOTHING


def _same(occupation: OccupationMatch) -> Work | Nothing:
    return _groups(occupation.isco, occupation.codes)


def _minor(session: Session, occupation: OccupationMatch) -> Work | Nothing:
    prefixes = tuple(dict.fromkeys(group[:_MINOR] for group in occupation.isco))
    return _groups(taxonomy.groups_under(session, prefixes) if prefixes else ())


def around(
    session: Session, request: SearchRequest, found: PlaceMatch | None
) -> Iterator[PlaceStep]:
    """What is asked of the place, strictest first."""
    if request.is_online:
        yield PlaceStep(None, (Where(online=True),))
        yield PlaceStep("place", (ANYWHERE,))
    elif found:
        yield from _city(session, found)
        yield PlaceStep("place", (Where(online=True),))  # reached from anywhere: not yet abroad
        yield PlaceStep("abroad", (ANYWHERE,))
    elif request.country:
        own = Where(country=request.country)  # first in line, not alone
        yield PlaceStep(None, (own, ANYWHERE))
    else:
        yield PlaceStep(None, (ANYWHERE,))


def _city(session: Session, found: PlaceMatch) -> Iterator[PlaceStep]:
    whole = (Where(country=found.place.country),)
    if found.is_country:
        yield PlaceStep(None, whole)
        return
    away = places.nearby(session, found.place, FAR_KM)
    for name, km in ((None, NEAR_KM), ("place", WIDE_KM)):
        within = takewhile(lambda town, km=km: away[town] <= km, away)  # type: ignore[misc]
        yield PlaceStep(name, (Where(tuple(within)[:_MOST_PLACES]),))
    yield PlaceStep("country", whole)


def trade_of(session: Session, request: SearchRequest) -> OccupationMatch | None:
    """The trade that a topic names, when it surely does."""
    # "couture", "الخياطة": a topic that is a trade is found in any language through the trade.
    found = taxonomy.resolve(session, request.topic) if request.topic else None
    return found if found and found.how in ("exact", "stem") else None
