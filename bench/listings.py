"""A catalogue of any size, the same at every run: skewed as real ones are.

A few trades and a few cities have most of the listings (Zipf), most titles are French, some Arabic,
some English, offers outnumber trainings ten to one and most have gone out of date. The rows are
those of the table `listing`, texts and tokens made by the catalogue's own code.
"""

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import wording
from catalogue import fulltext
from catalogue.listing_rows import NEVER
from catalogue.models import Contract, Occupation, OccupationName, Place
from catalogue.text import stems

TODAY = date(2026, 3, 10)
DAYS = 240  # over which the listings were posted
Row = dict[str, Any]
_COUNTRIES = {"MA": 40, "TN": 20, "DZ": 14, "SN": 8, "CI": 7, "EG": 6, "JO": 3, "TR": 2}
_CONTRACTS = {
    Contract.PERMANENT: 34, Contract.FIXED_TERM: 22, Contract.INTERNSHIP: 16,
    Contract.TEMPORARY: 8, Contract.PART_TIME: 6, Contract.APPRENTICESHIP: 5,
    Contract.SEASONAL: 4, Contract.FREELANCE: 3, None: 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trade:
    """An occupation with the names that advertisements give it, by language."""

    code: str
    isco: str
    labels: dict[str, str]
    names: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class City:
    """A place of the gazetteer."""

    id: str
    country: str
    name: str


class Draw:
    """Picks one of `things`, the first ones far more often: weight 1 / rank ** `slope`."""

    def __init__(self, things: list[Any], slope: float) -> None:
        self.things = things
        self._weights = list(accumulate(1 / (rank + 3) ** slope for rank in range(len(things))))

    def __call__(self, dice: random.Random) -> Any:  # noqa: ANN401 - whatever `things` are
        """One of them."""
        return dice.choices(self.things, cum_weights=self._weights)[0]


@dataclass(frozen=True, slots=True)
class World:
    """What listings are drawn from."""

    trades: Draw
    cities: dict[str, Draw]

    @classmethod
    def of(cls, session: Session) -> "World":
        """From the vocabulary of a database."""
        return cls(Draw(_trades(session), 1.05), _cities(session))


def _trades(session: Session) -> list[Trade]:
    names: dict[str, dict[str, list[str]]] = {}
    everyday: dict[str, int] = {}
    for name in session.scalars(select(OccupationName).order_by(OccupationName.id)):
        if name.weight > 1:
            everyday[name.code] = everyday.get(name.code, 0) + 1
        if name.language in ("en", "fr", "ar") and name.weight >= 1:
            names.setdefault(name.code, {}).setdefault(name.language, []).append(name.name)
    found = session.scalars(select(Occupation).where(Occupation.kind == "occupation"))
    # What people have many names for is what there is most of.
    ranked = sorted(found, key=lambda o: (-everyday.get(o.code, 0), o.code))
    return [_trade(o, names.get(o.code, {})) for o in ranked]


def _trade(occupation: Occupation, names: dict[str, list[str]]) -> Trade:
    labels = {x: str(occupation.labels[x]) for x in ("en", "fr", "ar") if occupation.labels.get(x)}
    said = {x: (label, *names.get(x, [])[:6]) for x, label in labels.items()}
    return Trade(occupation.code, occupation.isco, labels, said)


def _cities(session: Session) -> dict[str, Draw]:
    found: dict[str, list[City]] = {}
    query = select(Place).where(Place.kind == "city").order_by(Place.population.desc(), Place.id)
    for place in session.scalars(query):
        city = City(place.id, place.country, str(place.names.get("fr", place.id)))
        found.setdefault(place.country, []).append(city)
    return {country: Draw(cities, 1.1) for country, cities in found.items()}


def rows(world: World, count: int, seed: int = 1) -> Iterator[Row]:
    """`count` rows of the table `listing`, older ones first, ids from 1."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    for number in range(1, count + 1):
        kind = dice.choices(("offer", "training", "event"), (87, 10, 3))[0]
        # Feeds are read day by day, each a little late.
        ago = max(0, DAYS - number * DAYS // count + dice.randrange(-3, 4))
        yield _row(world, dice, number, kind, TODAY - timedelta(days=ago))


def _row(world: World, dice: random.Random, number: int, kind: str, posted: date) -> Row:
    trade = world.trades(dice)
    country = dice.choices(list(_COUNTRIES), list(_COUNTRIES.values()))[0]
    city = world.cities[country](dice)
    language = dice.choices(("fr", "ar", "en"), (62, 24, 14))[0]
    if language not in trade.names:
        language = "fr" if "fr" in trade.names else next(iter(trade.names))
    contract = dice.choices(list(_CONTRACTS), list(_CONTRACTS.values()))[0]
    title, told = wording.texts(dice, kind, language, dice.choice(trade.names[language]), city.name)
    online = kind != "offer" and dice.random() < 0.3  # noqa: PLR2004 - a share
    known = kind == "offer" or dice.random() < 0.5  # noqa: PLR2004
    organisation = wording.organisation(dice)
    place_id = None if online else city.id
    tokens = [stems(title), *map(_stems, told), _stems(organisation)]
    tokens += [_stems(label) for label in trade.labels.values() if known]
    return {
        "id": number,
        "kind": kind,
        "source": f"bench{number % 7}",
        "source_id": str(number),
        "language": language,
        "titles": _json({language: title}),
        "summary": _json({language: " ".join(told)}),
        "organisation": organisation,
        "occupation_code": trade.code if known else None,
        "isco": trade.isco if known else None,
        "place_id": place_id,
        "place_text": "online" if online else city.name,
        "country": country,
        "online": online,
        "contract": contract if kind == "offer" else None,
        "no_experience": dice.random() < 0.2,  # noqa: PLR2004
        "url": f"https://emploi.example/{number}",
        "content_hash": hashlib.sha256(str(number).encode()).hexdigest(),
        "stems": " ".join(dict.fromkeys(" ".join(tokens).split())),
        "facets": fulltext.facets(kind, country, place_id, stems(title)),
        **_days(dice, kind, posted),
    }


def _days(dice: random.Random, kind: str, posted: date) -> Row:
    start = end = None
    if kind != "offer":
        start = posted + timedelta(days=dice.randrange(5, 120))
        end = start + timedelta(days=dice.choice((0, 1, 5, 30)) if kind == "training" else 0)
    expires = start or posted + timedelta(days=dice.choice((30, 45, 60, 90)))
    until = _midnight((end if kind == "training" and end else expires) + timedelta(days=1))
    return {
        "starts_on": start,
        "ends_on": end,
        "posted_at": _midnight(posted),
        "expires_at": None,
        "visible_until": min(until, NEVER),
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


_stems = lru_cache(65536)(stems)
