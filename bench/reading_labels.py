"""Titles of listings with what a person read in them, and how much of that a reader gets right."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from catalogue.reading.contracts import read_contract
from catalogue.reading.occupations import read_occupation
from catalogue.reading.pay import read_pay
from catalogue.reading.where import read_place
from settings import ROOT

FOLDER = ROOT / "tests" / "catalogue" / "reading" / "labelled"
LANGUAGES = ("en", "fr", "ar")
HALVES = ("first", "second")
"""The reader was built while looking at the first half; the second was written afterwards."""

Occupation = Callable[[Session, str], str | None]
_MINOR = 3


@dataclass(slots=True)
class Marks:
    """How many of `count` titles were read right; ISCO by four digits and by three.

    `place`, `contract` and `pay` also count the titles that tell none and of which nothing is read.
    """

    count: int = 0
    unit: int = 0
    minor: int = 0
    place: int = 0
    contract: int = 0
    pay: int = 0
    wrong: list[str] = field(default_factory=list)

    def shares(self) -> dict[str, float]:
        """Each of them as a share of `count`."""
        names = ("unit", "minor", "place", "contract", "pay")
        return {name: round(getattr(self, name) / self.count, 3) for name in names}


def labelled(language: str, half: str, folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Rows {title, isco: acceptable groups, place?, contract?, pay?: [low, high, code, period]}."""
    lines = (folder / f"{language}.{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def ours(session: Session, title: str) -> str | None:
    """The ISCO group that the reader says."""
    found = read_occupation(session, title, "")
    return found.isco if found else None


def mark(
    session: Session, rows: Iterable[dict[str, Any]], language: str, read: Occupation = ours
) -> Marks:
    """Read each title and compare with its labels."""
    marks = Marks()
    for row in rows:
        title = row["title"]
        group = read(session, title) or ""
        marks.count += 1
        marks.unit += group in row["isco"]
        marks.minor += group[:_MINOR] in {one[:_MINOR] for one in row["isco"]}
        for name, right in _facts(session, row, language):
            setattr(marks, name, getattr(marks, name) + right)
            if not right:
                marks.wrong.append(f"{name}: {title}")
        if group not in row["isco"]:
            marks.wrong.append(f"{group}: {title}")
    return marks


def _facts(session: Session, row: dict[str, Any], language: str) -> list[tuple[str, bool]]:
    title, town = row["title"], row.get("place")
    country = town.partition("/")[0] if town else "MA"
    pay = read_pay(None, title, "", country)
    told = [pay.low, pay.high, pay.currency, pay.period] if pay else None
    return [
        ("place", read_place(session, title, "", country) == town),
        ("contract", read_contract(title, "", language) == row.get("contract")),
        ("pay", told == row.get("pay")),
    ]
