"""How well a candidate fits what was asked: every weight of the search stands here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from functools import lru_cache, partial
from typing import Any, NamedTuple, Protocol

from catalogue.entry import Listed
from catalogue.models import Kind

# Points. Fit outweighs freshness: a plumber's job of last week beats a mason's of today.
SAME_OCCUPATION = 50.0
TITLE_WORDS = 46.0  # the words stand in its title
PERHAPS_SAME = 42.0  # of its group, and nobody knows which occupation of it
SAME_UNIT = 30.0
SAME_MINOR = 15.0
WORDS = 36.0  # times the share of the asked words that it holds
MORE_WORDS = 20.0  # times the share of what was said besides the occupation or topic
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
Words = Sequence[tuple[str, ...]]


class Candidate(NamedTuple):
    """The columns of a listing that decide, as the database gives them.

    `age` is in days; `stems` and `facets` are empty where no words were asked for.
    """

    id: int
    isco: str | None
    occupation_code: str | None
    place_id: str | None
    country: str | None
    online: bool
    contract: str | None
    language: str
    age: int
    starts_on: date | str | None
    stems: str
    facets: str


class Facts(Protocol):
    """What a candidate and a whole listing have in common."""

    @property
    def isco(self) -> str | None: ...  # noqa: D102 - as in Listing
    @property
    def occupation_code(self) -> str | None: ...  # noqa: D102
    @property
    def place_id(self) -> str | None: ...  # noqa: D102
    @property
    def online(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked, resolved.

    `words` are groups of alternative roots of what leads the search, `others` the same in other
    words, `more` what was said besides.
    """

    kind: str
    day: date
    language: str
    country: str | None = None
    place_id: str | None = None
    contract: str | None = None
    dated: bool = False
    codes: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    minors: frozenset[str] = frozenset()
    by_topic: bool = False
    words: Words = ()
    others: Sequence[Words] = ()
    more: Words = ()
    distances: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a listing is shown: a key (reply `reason_<key>`) and the reply's arguments."""

    key: str
    args: dict[str, Any] = field(default_factory=dict)


def ranked(found: Sequence[Candidate], wish: Wish) -> list[tuple[float, Candidate]]:
    """Candidates with their points, best first: by fit and freshness, events the sooner first."""
    # What one statement found by its words is known to hold the same ones.
    worded = lru_cache(maxsize=None)(partial(word_points, wish))
    pairs = [(score(candidate, wish, worded), candidate) for candidate in found]
    return sorted(pairs, key=lambda pair: (-pair[0], *_start(pair[1]), -pair[1].id))


def _start(candidate: Candidate) -> tuple[bool, Any]:
    # The database gives a start for events alone.
    return candidate.starts_on is None, candidate.starts_on or ""


def score(candidate: Candidate, wish: Wish, worded: Callable[[str, str], float]) -> float:
    """Points of fit and freshness; `worded` gives those for words, by stems and facets."""
    points = occupation_points(candidate, wish)
    if candidate.stems:
        points = max(points, worded(candidate.stems, candidate.facets))
    points += place_points(candidate, wish)
    if wish.more:
        points += MORE_WORDS * _share(candidate.stems, wish.more)
    points += CONTRACT * (wish.contract is not None and candidate.contract == wish.contract)
    points += OWN_COUNTRY * (wish.country is not None and candidate.country == wish.country)
    points += OWN_LANGUAGE * (candidate.language == wish.language)
    return round(points + freshness(candidate, wish), 4)


def freshness(candidate: Candidate, wish: Wish) -> float:
    """Points for what is new; an event is not the better for being told of late."""
    if wish.kind == Kind.EVENT:
        return 0.0
    halved: float = 0.5 ** (max(0, candidate.age) / HALF_LIFE_DAYS)
    return FRESH * halved


def occupation_points(one: Facts, wish: Wish) -> float:
    """How near the occupation is to the one that was asked for."""
    isco = one.isco
    if not isco or not wish.groups:
        return 0.0
    if is_same(one, wish):
        known = one.occupation_code is not None or not wish.codes
        return SAME_OCCUPATION if known else PERHAPS_SAME
    if isco[:_UNIT] in wish.groups:
        return SAME_UNIT
    return SAME_MINOR if isco[:_MINOR] in wish.minors else 0.0


def is_same(one: Facts, wish: Wish) -> bool:
    """Whether it is the occupation itself, or of the group when a group was asked for."""
    if one.occupation_code and wish.codes:
        return one.occupation_code in wish.codes
    return one.isco is not None and one.isco in wish.groups


def word_points(wish: Wish, stems: str, facets: str) -> float:
    """The share of the asked words that a listing holds; more when its title holds them all."""
    if not wish.words:
        return 0.0
    wordings = (wish.words, *wish.others)
    titled = {token[2:] for token in facets.split() if token.startswith("T:")}
    if any(all(not titled.isdisjoint(group) for group in words) for words in wordings):
        return TITLE_WORDS
    return WORDS * max(_share(stems, words, whole=words is not wish.words) for words in wordings)


def _share(stems: str, words: Words, *, whole: bool = False) -> float:
    """The share of the words that are held; 0 unless all are, when only the `whole` means it."""
    if not words:
        return 0.0
    held = set(stems.split())
    share = sum(not held.isdisjoint(group) for group in words) / len(words)
    return 0.0 if whole and share < 1 else share


def place_points(one: Facts, wish: Wish) -> float:
    """How near it is."""
    if one.place_id is not None:
        if one.place_id == wish.place_id:
            return SAME_PLACE
        away = wish.distances.get(one.place_id)
        if away is not None:
            return NEAR * max(0.0, 1 - away / FAR_KM)
    return ONLINE if one.online else 0.0


def reasons(listing: Listed, wish: Wish) -> list[Reason]:
    """Why this one, the strongest first."""
    found = [*_about_work(listing, wish), *_about_place(listing, wish)]
    if wish.contract is not None and listing.contract == wish.contract:
        found.append(Reason("contract"))
    if wish.dated and listing.starts_on:
        found.append(Reason("date"))
    if listing.no_experience:
        found.append(Reason("no_experience"))
    # What else it says of itself: youth, women_returning, green, disability, remote, training.
    found += [Reason(flag) for flag in listing.flags or () if flag != "no_experience"]
    return [*found, *_about_age(listing, wish)]


def _about_work(listing: Listed, wish: Wish) -> Iterator[Reason]:
    worded = word_points(wish, listing.stems, listing.facets)
    if wish.by_topic:
        if worded or is_same(listing, wish):
            yield Reason("topic")
    elif is_same(listing, wish) or worded >= TITLE_WORDS:
        yield Reason("same_occupation")
    elif occupation_points(listing, wish):
        yield Reason("close_occupation")


def _about_place(listing: Listed, wish: Wish) -> Iterator[Reason]:
    away = wish.distances.get(listing.place_id or "")
    if wish.place_id is not None and listing.place_id == wish.place_id:
        yield Reason("same_city")
    elif away is not None and away <= FAR_KM:
        yield Reason("near", {"count": max(1, round(away))})
    elif listing.online:
        yield Reason("online")


def _about_age(listing: Listed, wish: Wish) -> Iterator[Reason]:
    days = max(0, (wish.day - listing.posted_at.astimezone(UTC).date()).days)
    if days == 0:
        yield Reason("new_today")
    elif days <= HALF_LIFE_DAYS / 2:
        yield Reason("new_days", {"count": days})
