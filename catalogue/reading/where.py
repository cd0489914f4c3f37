"""The town of a listing whose publisher filled in no place: from its title, else its text."""

import re
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue.models import Place, PlaceName
from catalogue.reading.titles import bare, segments
from catalogue.text import normalise
from catalogue.vocabulary import Kept

_BEFORE = frozenset(normalise("à a in at sur في ب near").split())
_TOLD = re.compile(
    r"(?:lieu(?: de travail| du poste)?|localisation|ville|poste bas[ée] [àa]|bas[ée]e? [àa]"
    r"|situ[ée]e? [àa]|location|based in|located in|work ?place|مكان العمل|المكان|المدينة|مقر العمل"
    r"|الموقع|مقره[ا]? في)\s*[:\-]?\s*(?P<where>[^\n.;:|]{2,60})",
    re.IGNORECASE,
)
_MOST_WORDS = 4
_LEAST = 3  # letters of a name
_TEXT = 6000
_GLUED = ("ب", "ف", "ل")
Town = tuple[str, int]  # id and population


def _towns(session: Session) -> dict[str, dict[str, Town]]:
    """Towns by name and country, the largest of one name."""
    query = select(PlaceName.name, Place.id, Place.country, Place.population).join(
        Place, Place.id == PlaceName.place_id
    )
    found: dict[str, dict[str, Town]] = {}
    for name, number, country, population in session.execute(query.where(Place.kind != "country")):
        by_country = found.setdefault(name, {})
        if country not in by_country or by_country[country][1] < population:
            by_country[country] = (number, population)
    return found


_TOWNS: Kept[dict[str, dict[str, Town]]] = Kept(_towns)


def read_place(session: Session, title: str, text: str, country: str | None) -> str | None:
    """The id of the town; in `country`, or the largest of its name where that has none so named.

    A title tells it after a preposition, or as a part of its own or at the end of one; a text
    after a word like "Lieu:".
    """
    towns = _TOWNS.get(session)
    for part in segments(bare(title)):
        if found := _in_part(towns, normalise(part).split(), country):
            return found
    for match in _TOLD.finditer(text[:_TEXT]):
        if found := _from_start(towns, normalise(match["where"]).split(), country):
            return found
    return None


def _in_part(
    towns: dict[str, dict[str, Town]], words: list[str], country: str | None
) -> str | None:
    for name, placed in _runs(words):
        if name in towns and (found := _one(towns[name], country, placed=placed)):
            return found
    return None


def _runs(words: list[str]) -> Iterator[tuple[str, bool]]:
    """Names that may be towns, the longest first, and whether the words say that they are."""
    for size in range(min(_MOST_WORDS, len(words)), 0, -1):
        for at in range(len(words) - size, -1, -1):
            name = " ".join(words[at : at + size])
            if len(name) < _LEAST:
                continue
            if size == len(words) or (at and words[at - 1] in _BEFORE):
                yield name, True
            elif at and at + size == len(words):
                yield name, False
            if at and name[:1] in _GLUED and len(name) > _LEAST + 1:
                yield name[1:], True
                yield "ا" + name[1:], True


def _from_start(
    towns: dict[str, dict[str, Town]], words: list[str], country: str | None
) -> str | None:
    for start in (0, 1):
        for size in range(_MOST_WORDS, 0, -1):
            name = " ".join(words[start : start + size])
            if len(name) >= _LEAST and name in towns:
                return _one(towns[name], country, placed=True)
    return None


def _one(by_country: dict[str, Town], country: str | None, *, placed: bool) -> str | None:
    if country in by_country:
        return by_country[country][0]
    # A last word that is a town far away is more often something else: "nurse in charge, Nice".
    return max(by_country.values(), key=lambda town: town[1])[0] if placed else None
