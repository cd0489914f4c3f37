"""How strict a search is, step by step: about the work, and about the place."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from sqlalchemy.orm import Session

from catalogue import places, spelling, taxonomy, topics
from catalogue.fulltext import TextQuery
from catalogue.models import Kind
from catalogue.places import PlaceMatch
from catalogue.request import SearchRequest
from catalogue.steps import ANYWHERE, NOTHING, Nothing, PlaceStep, Wanted, Where, Work, WorkStep
from catalogue.taxonomy import OccupationMatch
from catalogue.text import normalise

NEAR_KM = 25.0
WIDE_KM = 100.0
FAR_KM = 300.0
_MOST_PLACES = 120
_MINOR = 3


def steps(
    session: Session,
    request: SearchRequest,
    occupation: OccupationMatch | None,
    place: PlaceMatch | None,
) -> Iterator[tuple[str | None, WorkStep, PlaceStep]]:
    """Contract, work and place of each step, in the order in which they are tried.

    In reach: with the contract that was asked for, any contract, close occupations; then what is
    further from the trade; then the same in the country, online, abroad.
    """
    asked = list(works(session, request, occupation))
    wishes: list[tuple[str | None, WorkStep]] = [(request.contract, asked[0])]
    wishes += [(None, work) for work in asked[0 if request.contract else 1 :]]
    places_ = list(around(session, request, place))
    for daily, fars in ((True, (False,)), (True, (True,)), (False, (False, True))):
        for where in places_:
            for contract, work in wishes:
                if where.daily == daily and work.far in fars:
                    yield contract, work, where


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
            yield WorkStep("occupation", (_minor(session, occupation),), far=True)
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
        yield WorkStep("topic", (_minor(session, trade),), far=True)


def _wordings(
    session: Session, name: str, words: str, also: Wanted = NOTHING
) -> Iterator[WorkStep]:
    every = TextQuery.of(words)
    if every is None:
        yield WorkStep(None, (also,))  # no word in it: nothing can be meant
        return
    meant = spelling.respelt(session, every) or every
    meant = replace(meant, others=topics.others(normalise(words)))
    yield WorkStep(None, (also, replace(meant, in_title=True), meant))
    if len(meant.words) > 1:
        yield WorkStep(name, (replace(meant, every=False),), far=True)


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
        yield PlaceStep(None, (Where(online=True),), daily=True)
        yield PlaceStep("place", (ANYWHERE,))
    elif found:
        yield from _city(session, found)
        # Reached from anywhere: not yet abroad.
        yield PlaceStep("place", (Where(online=True),), away=True)
        yield PlaceStep("abroad", (ANYWHERE,), away=True)
    elif request.country:
        own = Where(country=request.country)  # first in line, not alone
        yield PlaceStep(None, (own, ANYWHERE), daily=True)
    else:
        yield PlaceStep(None, (ANYWHERE,), daily=True)


def _city(session: Session, found: PlaceMatch) -> Iterator[PlaceStep]:
    whole = (Where(country=found.place.country),)
    if found.is_country:
        yield PlaceStep(None, whole, daily=True)
        return
    away = places.nearby(session, found.place, FAR_KM)
    for name, km in ((None, NEAR_KM), ("place", WIDE_KM)):
        within = takewhile(lambda town, km=km: away[town] <= km, away)  # type: ignore[misc]
        yield PlaceStep(name, (Where(tuple(within)[:_MOST_PLACES]),), daily=True)
    yield PlaceStep("country", whole)


def trade_of(session: Session, request: SearchRequest) -> OccupationMatch | None:
    """The trade that a topic names, when it surely does."""
    # "couture", "الخياطة": a topic that is a trade is found in any language through the trade.
    found = taxonomy.resolve(session, request.topic) if request.topic else None
    return found if found and found.how in ("exact", "stem") else None
