"""How well a candidate fits what was asked: every weight of the search stands here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from catalogue.models import Kind

# Points. Fit outweighs freshness: a plumber's job of last week beats a mason's of today.
SAME_OCCUPATION = 50.0
TITLE_WORDS = 42.0  # the words stand in its title
SAME_UNIT = 30.0
SAME_MINOR = 15.0
WORDS = 40.0  # times the share of the asked words that it holds
SAME_PLACE = 30.0
NEAR = 28.0  # at no distance, falling to zero at FAR_KM
FAR_KM = 300.0
ONLINE = 10.0
CONTRACT = 20.0
OWN_COUNTRY = 12.0
OWN_LANGUAGE = 3.0
FRESH = 4.0  # today, halved every HALF_LIFE_DAYS
HALF_LIFE_DAYS = 14.0

_UNIT, _MINOR = 4, 3


class Candidate(NamedTuple):
    """The columns of a listing that decide."""

    id: int
    isco: str | None
    occupation_code: str | None
    place_id: str | None
    country: str | None
    online: bool
    contract: str | None
    no_experience: bool
    language: str
    titles: dict[str, Any]
    posted_at: datetime
    starts_on: date | None
    stems: str
    facets: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked, resolved. `words` are groups of alternative roots of the text or topic."""

    kind: str
    day: date
    language: str
    country: str | None = None
    place_id: str | None = None
    contract: str | None = None
    dated: bool = False
    codes: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    by_topic: bool = False
    words: Sequence[tuple[str, ...]] = ()
    distances: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a listing is shown: a key (reply `reason_<key>`) and the reply's arguments."""

    key: str
    args: dict[str, Any] = field(default_factory=dict)


def order(candidate: Candidate, wish: Wish) -> tuple[float, float, float, int]:
    """Sort key, best first: fit, then the sooner (events) or the fresher, then the id."""
    soon = float(candidate.starts_on.toordinal()) if candidate.starts_on else 1e9
    return (
        -score(candidate, wish),
        soon if wish.kind == Kind.EVENT else 0.0,
        -candidate.posted_at.timestamp(),
        -candidate.id,
    )


def score(candidate: Candidate, wish: Wish) -> float:
    """Points of fit and freshness."""
    points = max(occupation_points(candidate, wish), word_points(candidate, wish))
    points += place_points(candidate, wish)
    points += CONTRACT * (wish.contract is not None and candidate.contract == wish.contract)
    points += OWN_COUNTRY * (wish.country is not None and candidate.country == wish.country)
    points += OWN_LANGUAGE * (wish.language in candidate.titles)
    half_lives = age_days(candidate, wish.day) / HALF_LIFE_DAYS
    return round(points + FRESH * float(0.5**half_lives), 4)


def occupation_points(candidate: Candidate, wish: Wish) -> float:
    """How near the occupation is to the one that was asked for."""
    if is_same(candidate, wish):
        return SAME_OCCUPATION
    isco = candidate.isco or ""
    if isco and isco[:_UNIT] in wish.groups:
        return SAME_UNIT
    return SAME_MINOR * any(isco[:_MINOR] == group[:_MINOR] for group in wish.groups if isco)


def is_same(candidate: Candidate, wish: Wish) -> bool:
    """Whether it is the occupation itself, or of the group when a group was asked for."""
    if candidate.occupation_code and wish.codes:
        return candidate.occupation_code in wish.codes
    return candidate.isco is not None and candidate.isco in wish.groups


def word_points(candidate: Candidate, wish: Wish) -> float:
    """The share of the asked words that it holds; more when its title holds them all."""
    if not wish.words:
        return 0.0
    held, titled = set(candidate.stems.split()), set(candidate.facets.split())
    if all(any(f"T:{root}" in titled for root in group) for group in wish.words):
        return TITLE_WORDS
    return WORDS * sum(not held.isdisjoint(group) for group in wish.words) / len(wish.words)


def place_points(candidate: Candidate, wish: Wish) -> float:
    """How near it is."""
    if wish.place_id is not None and candidate.place_id == wish.place_id:
        return SAME_PLACE
    away = wish.distances.get(candidate.place_id or "")
    if away is not None:
        return NEAR * max(0.0, 1 - away / FAR_KM)
    return ONLINE * candidate.online


def age_days(candidate: Candidate, day: date) -> int:
    """Whole days since it was posted."""
    return max(0, (day - candidate.posted_at.astimezone(UTC).date()).days)


def reasons(candidate: Candidate, wish: Wish) -> list[Reason]:
    """Why this one, the strongest first."""
    found = [*_about_work(candidate, wish), *_about_place(candidate, wish)]
    if wish.contract is not None and candidate.contract == wish.contract:
        found.append(Reason("contract"))
    if wish.dated and candidate.starts_on:
        found.append(Reason("date"))
    if candidate.no_experience:
        found.append(Reason("no_experience"))
    days = age_days(candidate, wish.day)
    if days == 0:
        found.append(Reason("new_today"))
    elif days <= HALF_LIFE_DAYS / 2:
        found.append(Reason("new_days", {"count": days}))
    return found


def _about_work(candidate: Candidate, wish: Wish) -> list[Reason]:
    worded = word_points(candidate, wish)
    if wish.by_topic:
        told = worded or is_same(candidate, wish)
        return [Reason("topic")] if told else []
    if is_same(candidate, wish) or worded >= TITLE_WORDS:
        return [Reason("same_occupation")]
    return [Reason("close_occupation")] if occupation_points(candidate, wish) else []


def _about_place(candidate: Candidate, wish: Wish) -> list[Reason]:
    if wish.place_id is not None and candidate.place_id == wish.place_id:
        return [Reason("same_city")]
    away = wish.distances.get(candidate.place_id or "")
    if away is not None and away <= FAR_KM:
        return [Reason("near", {"count": max(1, round(away))})]
    return [Reason("online")] if candidate.online else []
