"""What to show somebody who asks "what do you have for me?": every weight stands here.

It is chosen by what they wish, kept, looked for and turned down, and by nothing else: gender, age
and origin do not come in, since no parameter could carry them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from catalogue import search as catalogue_search
from catalogue.entry import Listed
from catalogue.models import Kind, Listing
from catalogue.request import SearchRequest
from catalogue.search import Hit

Source = Literal["profile", "saved", "search"]
WEIGHTS: dict[Source, float] = {
    "profile": 1.0,  # what they said they wish for
    "search": 0.9,  # what they looked for last
    "saved": 0.7,  # what is like something they kept
}
LIKE_DISMISSED = 25.0
"""Points off for the work of a listing that they turned down; twice that from its organisation."""
_LOOKED_AT = 20
_UNIT = 4  # digits of an ISCO unit group


@dataclass(frozen=True, slots=True)
class Interest:
    """Something they are interested in, in words; `told` is how it is named to them."""

    source: Source
    kind: str
    what: str
    place: str | None = None
    contract: str | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Pick:
    """A listing for somebody, its points, and the interest that it answers."""

    hit: Hit
    points: float
    because: Interest


def recommend(  # noqa: PLR0913 - who, where, when
    session: Session,
    interests: Iterable[Interest],
    *,
    known: Sequence[int],
    dismissed: Sequence[int],
    language: str,
    country: str,
    moment: datetime,
    limit: int = 3,
) -> list[Pick]:
    """The best listings for these interests, best first.

    Args:
        session: for reading.
        interests: what they are interested in.
        known: ids of what they kept: it is theirs already.
        dismissed: ids of what they turned down.
        language: the person's.
        country: ISO 3166; where places are looked for first.
        moment: now.
        limit: how many at most.
    """
    refused = [one for n in dismissed if (one := catalogue_search.get(session, n))]
    best: dict[int, Pick] = {}
    for interest in interests:
        request = _request(interest, [*known, *dismissed], language, country)
        found = catalogue_search.search(session, request, moment)
        for hit in [] if "abroad" in found.widened else found.hits:
            points = WEIGHTS[interest.source] * hit.score - _like(hit.listing, refused)
            pick = Pick(hit, points, interest)
            before = best.get(hit.listing.id)
            best[hit.listing.id] = max(before, pick, key=_points) if before else pick
    ranked = sorted(best.values(), key=lambda pick: (-pick.points, -pick.hit.listing.id))
    return [pick for pick in ranked if pick.points > 0][:limit]


def _points(pick: Pick) -> float:
    return pick.points


def _request(
    interest: Interest, exclude: Sequence[int], language: str, country: str
) -> SearchRequest:
    offer = interest.kind == Kind.OFFER
    return SearchRequest(
        kind=interest.kind,
        occupation=interest.what if offer else None,
        topic=None if offer else interest.what,
        place=interest.place,
        anywhere=interest.place is None,
        contract=interest.contract if offer else None,
        language=language,
        country=country,
        limit=_LOOKED_AT,
        exclude=exclude,
    )


def _like(listing: Listed, refused: Sequence[Listing]) -> float:
    """Points off for being like what was turned down; the likest one counts."""
    alike = [one for one in refused if one.isco and listing.isco]
    same = [one for one in alike if str(one.isco)[:_UNIT] == str(listing.isco)[:_UNIT]]
    own = [one for one in same if one.organisation and one.organisation == listing.organisation]
    return LIKE_DISMISSED * (2 if own else 1 if same else 0)
