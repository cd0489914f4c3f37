"""Rows of the tables for places, from data/places and the country names that Babel knows."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

from catalogue.files import read_csv
from catalogue.models import Place, PlaceName
from catalogue.text import is_arabic, normalise
from errors import DataError
from store.base import Base

Row = dict[str, Any]
LANGUAGES = ("en", "fr", "ar")

# Spellings of one sound: kazablanka, qasablanca; ch/sh, ou/w, é, doubled letters, gaps.
_SOUNDS = (
    (re.compile(r"\b(?:el|al|ul|l)\b"), ""),
    (re.compile(r"\s+"), ""),
    (re.compile(r"sch|ch"), "sh"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"[cq9]|kh|5"), "k"),
    (re.compile(r"gu(?=[ei])|gh|dj|j"), "g"),
    (re.compile(r"z|ç"), "s"),
    (re.compile(r"oo|ou|w|o"), "u"),
    (re.compile(r"ai|ei|ay|ey|ee|y|e"), "i"),
    (re.compile(r"[h7]|3"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


def sound(text: str) -> str:
    """A key that spellings of one spoken name share; Arabic loses article and gaps only."""
    word = normalise(text)
    if is_arabic(word):
        return re.sub(r"\bال|\s+", "", word)
    key = word.replace("sh", "ch")
    for pattern, by in _SOUNDS:
        key = pattern.sub(by, key)
    return key


def place_id(country: str, name: str) -> str:
    """The lasting id of a city: it must outlive every reload, since listings hold it."""
    return f"{country}/{normalise(name).replace(' ', '-')}"[:96]


def rows(folder: Path) -> Iterator[tuple[type[Base], Row]]:
    """All rows of Place and PlaceName.

    Raises:
        DataError: naming the file and line of an alias or a number that cannot be used.
    """
    places = {row["id"]: row for row in _countries()}
    names = {(row["id"], name) for row in places.values() for name in _country_names(row["id"])}
    for row in _cities(folder):
        places[row["id"]] = row
    names |= {(row["id"], name) for row in places.values() for name in row["names"].values()}
    names |= set(_aliases(folder, places))
    yield from ((Place, row) for row in places.values())
    forms = {(key, normalise(name)[:255]) for key, name in names}
    for key, name in sorted(forms):
        if name:
            yield PlaceName, {"place_id": key, "name": name, "sound": sound(name)[:255]}


@cache
def _territories(language: str) -> dict[str, str]:
    found = Locale(language).territories
    return {code: name for code, name in found.items() if len(code) == 2 and code.isalpha()}  # noqa: PLR2004 - ISO 3166 alpha-2


def _countries() -> Iterator[Row]:
    for code in _territories("en"):
        yield {
            "id": code,
            "kind": "country",
            "country": code,
            "names": {x: _territories(x)[code] for x in LANGUAGES if code in _territories(x)},
            "latitude": None,
            "longitude": None,
            "population": 0,
        }


def _country_names(code: str) -> set[str]:
    # Babel writes "Myanmar (Burma)" and "Côte d’Ivoire": both halves are asked for.
    names = {_territories(language).get(code, "") for language in LANGUAGES}
    return {part.strip(" )") for name in names for part in [name, *name.split("(")]}


def _cities(folder: Path) -> Iterator[Row]:
    columns = ("country", "name", "fr", "ar", "population", "lat", "lon")
    for file in ("cities.csv", "extra_cities.csv"):  # what is extra corrects what is given
        for number, row in enumerate(read_csv(folder / file, columns), 2):
            try:
                yield _city(row)
            except ValueError as error:
                raise DataError(f"{file}:{number}: {error}") from None


def _city(row: dict[str, str]) -> Row:
    names = {"en": row["name"], "fr": row["fr"] or row["name"]}
    return {
        "id": place_id(row["country"], row["name"]),
        "kind": "city",
        "country": row["country"],
        "names": names | ({"ar": row["ar"]} if row["ar"] else {}),
        "latitude": float(row["lat"]) if row["lat"] else None,
        "longitude": float(row["lon"]) if row["lon"] else None,
        "population": int(row["population"] or 0),
    }


def _aliases(folder: Path, places: dict[str, Row]) -> Iterator[tuple[str, str]]:
    known = {
        (row["country"], normalise(name)): row["id"]
        for row in sorted(
            places.values(), key=lambda row: (row["kind"] == "city", row["population"])
        )
        for name in row["names"].values()
    }
    for number, row in enumerate(read_csv(folder / "aliases.csv", ("country", "name", "alias")), 2):
        country, name = row["country"], row["name"]
        key = country if name in ("", country) else known.get((country, normalise(name)))
        if key not in places:
            raise DataError(f"aliases.csv:{number}: no place {name!r} in {country!r}")
        yield str(key), row["alias"]
