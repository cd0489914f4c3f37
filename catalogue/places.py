"""Where: the words of a person to a city or a country, and how far apart places are."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue.gazetteer import sound
from catalogue.models import Place, PlaceName
from catalogue.text import is_arabic, normalise
from catalogue.vocabulary import Kept, Remembered

_EARTH_KM = 6371.0
_KM_PER_DEGREE = 111.2
_LONGEST = 120
_FUZZY_LEAST = 5  # letters: shorter words are all alike
_FUZZY_SCORE = 84
# Particles before a place, as their own word or (Maghrebi writing) at the front of the word.
_PARTICLES = frozenset(
    (
        "a", "au", "aux", "en", "de", "du", "des", "la", "le", "les", "in", "at", "near", "city",
        "ville", "f", "fi", "b", "l", "d", "من", "في", "الي", "مدينه", "ب", "ف", "ل",
    )
)  # fmt: skip
_GLUED_LEAST = 3  # letters left; one more in Latin writing
_GLUED = "fbldبفلو"


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """What was found. `how` is exact, sound, glued or fuzzy."""

    place: Place
    how: str

    @property
    def is_country(self) -> bool:
        """Whether it is a whole country."""
        return self.place.kind == "country"

    def name(self, language: str) -> str:
        """Its name in `language`, else English."""
        return place_name(self.place, language)


def place_name(place: Place, language: str) -> str:
    """The place's name in `language`, else in English, else any."""
    names = place.names
    return str(names.get(language) or names.get("en") or next(iter(names.values()), place.id))


def resolve(
    session: Session, text: str, country: str | None = None, near: Place | None = None
) -> PlaceMatch | None:
    """The place that `text` names; None when no place is known by it.

    Of several places with one name, the one in `country` comes first, then the nearest to
    `near`, then the largest.
    """
    words = normalise(text[:_LONGEST])
    if near is not None:
        return _resolve(session, words, country, near)
    return _RESOLVED.get(session, (words, country))


def _resolve(
    session: Session, words: str, country: str | None, near: Place | None
) -> PlaceMatch | None:
    known = _KNOWN.get(session)
    for how, name in _spellings(words):
        by_sound = how == "sound"
        rows, key = (known.by_sound, sound(name)) if by_sound else (known.by_name, name)
        found = _named(rows, [key]) if key else []
        if found:
            return PlaceMatch(_best(found, country, near), how)
    return _fuzzy(session, words, country, near)


_RESOLVED: Remembered[tuple[str, str | None], PlaceMatch | None] = Remembered(
    lambda session, asked: _resolve(session, *asked, None)
)


def _spellings(words: str) -> list[tuple[str, str]]:
    tokens = words.split()
    while tokens and tokens[0] in _PARTICLES:
        tokens = tokens[1:]
    bare = " ".join(tokens)
    tries = [("exact", words), ("exact", bare), ("sound", bare)]
    if bare[:1] in _GLUED and len(bare) > _GLUED_LEAST + (not is_arabic(bare)):
        rest = bare[1:].removeprefix("ل") if bare.startswith("لل") else bare[1:]
        tries += [("glued", rest), ("glued", "ا" + bare[1:]), ("sound", rest)]
    return [(how, name) for how, name in tries if name]


@dataclass(frozen=True, slots=True)
class Known:
    """All places by id, by their names and by the sounds of these; they belong to no session."""

    by_id: dict[str, Place]
    by_name: dict[str, list[Place]]
    by_sound: dict[str, list[Place]]

    @classmethod
    def of(cls, session: Session) -> "Known":
        """Those of the vocabulary in `session`'s database."""
        places = {place.id: place for place in session.scalars(select(Place))}
        for place in places.values():
            session.expunge(place)
        known = cls(places, {}, {})
        for key, name, heard in session.execute(_NAMES):
            known.by_name.setdefault(name, []).append(places[key])
            known.by_sound.setdefault(heard, []).append(places[key])
        return known


_NAMES = select(PlaceName.place_id, PlaceName.name, PlaceName.sound).order_by(PlaceName.id)
_KNOWN: Kept[Known] = Kept(Known.of)


def _named(found: dict[str, list[Place]], names: Iterable[str]) -> list[Place]:
    return list(dict.fromkeys(place for name in names for place in found.get(name, ())))


def _best(found: Sequence[Place], country: str | None, near: Place | None) -> Place:
    # تونس and الجزائر name a country and its capital: the capital, the country by widening.
    cities = {place.country for place in found if place.kind != "country"}
    wanted = [p for p in found if p.kind != "country" or p.country not in cities]
    # عمان in Jordan is Amman; anywhere else it is Oman before it is a city far away.
    at_home = any(place.kind != "country" and place.country == country for place in wanted)
    if not at_home and (countries := [p for p in wanted if p.kind == "country"]):
        return countries[0]

    def rank(place: Place) -> tuple[bool, float, int, str]:
        away = distance_km(place, near) if near else None
        return (place.country != country, away or 0.0, -place.population, place.id)

    return min(wanted, key=rank)


def _fuzzy(
    session: Session, words: str, country: str | None, near: Place | None
) -> PlaceMatch | None:
    key = sound(words)
    if len(key) < _FUZZY_LEAST:
        return None
    known = _KNOWN.get(session)
    close = process.extract(
        key, known.by_sound.keys(), scorer=fuzz.ratio, score_cutoff=_FUZZY_SCORE, limit=5
    )
    if not close:
        return None
    best = [name for name, score, _ in close if score == close[0][1]]
    return PlaceMatch(_best(_named(known.by_sound, best), country, near), "fuzzy")


Position = tuple[float, float]

# Positions of all cities, degrees north and east: some thousand pairs, asked at every search.
_POSITIONS: Kept[dict[str, Position]] = Kept(
    lambda session: {
        key: spot
        for key, place in _KNOWN.get(session).by_id.items()
        if place.kind != "country" and (spot := position(place))
    }
)


def position(place: Place) -> Position | None:
    """Degrees north and east, None for a country."""
    if place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


def distance_km(one: Place, other: Place) -> float | None:
    """Kilometres as the crow flies; None when one of them has no position."""
    start, end = position(one), position(other)
    return _distance(start, end) if start and end else None


def _distance(one: Position, other: Position) -> float:
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    chord = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(math.sqrt(chord))


def nearest(session: Session, spot: Position, km: float) -> Place | None:
    """The city nearest to a point, within `km`; None where there is none.

    Args:
        session: a session.
        spot: degrees north and east.
        km: how far away it may be.
    """
    cities = _POSITIONS.get(session)
    key = min(cities, key=lambda one: _distance(cities[one], spot), default=None)
    if key is None or _distance(cities[key], spot) > km:
        return None
    return _KNOWN.get(session).by_id.get(key)  # None: other files were loaded this very moment


def nearby(session: Session, place: Place, km: float) -> dict[str, float]:
    """Ids of the cities within `km` and their distance in km, nearest first; itself included."""
    centre = position(place)
    return _NEARBY.get(session, (place.id, centre, km)) if centre else {place.id: 0.0}


def _nearby(session: Session, asked: tuple[str, Position, float]) -> dict[str, float]:
    own, centre, km = asked
    north = km / _KM_PER_DEGREE
    east = north / max(0.1, math.cos(math.radians(abs(centre[0]) + north)))
    close = (
        (key, _distance(centre, spot))
        for key, spot in _POSITIONS.get(session).items()
        if abs(spot[0] - centre[0]) <= north and abs(spot[1] - centre[1]) <= east
    )
    within = sorted(((away, key) for key, away in close if away <= km), key=lambda pair: pair[0])
    return {own: 0.0} | {key: away for away, key in within}


_NEARBY: Remembered[tuple[str, Position, float], dict[str, float]] = Remembered(_nearby, 2000)


def by_id(session: Session, ids: Iterable[str]) -> dict[str, Place]:
    """Places by id."""
    known = _KNOWN.get(session).by_id
    return {key: known[key] for key in ids if key in known}
