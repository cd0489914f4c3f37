"""The listings in which the labelled searches look, and how well each fits one of them.

What a listing is about is known because it was drawn from corpus.yml; how well it fits follows from
that file and the rules here, by a person's wishes alone. Nothing here knows how the search works.
"""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
EXACT, NEAR, SOME = 3, 2, 1  # grades: just that, worth the way, better than nothing
_HOME = "MA"
_EACH = {"offer": 26, "training": 14, "event": 14}
_LANGUAGES = (("fr", "ar", "en"), (55, 27, 18))
_CONTRACTS = {
    "permanent": 36, "fixed_term": 22, "internship": 18, "part_time": 8, "temporary": 6,
    "apprenticeship": 5, "seasonal": 5,
}  # fmt: skip
_ONLINE = 0.25
_IN_TITLE = 0.25
_FIRST_TOWNS = 9  # the first town of a country has this many times the listings of a later one


@dataclass(frozen=True, slots=True)
class Document:
    """One listing and what it is about."""

    number: int
    kind: str
    about: str
    town: str | None
    country: str
    contract: str | None
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody writes, and what they want."""

    text: str
    variety: str
    kind: str
    wanted: tuple[str, ...]
    town: str | None
    contract: str | None
    country: str


def _facts() -> dict[str, Any]:
    facts: dict[str, Any] = yaml.safe_load((FOLDER / "corpus.yml").read_text(encoding="utf-8"))
    return facts


def queries() -> list[Query]:
    """All labelled searches."""
    country = {town: code for code, towns in _facts()["towns"].items() for town in towns}
    with (FOLDER / "queries.csv").open(encoding="utf-8", newline="") as file:
        return [
            Query(
                row["query"],
                row["variety"],
                row["kind"],
                tuple(row["wanted"].split()),
                row["town"] or None,
                row["contract"] or None,
                country.get(row["town"], _HOME),
            )
            for row in csv.DictReader(file)
        ]


def documents(seed: int = 7) -> list[Document]:
    """All listings, the same at every run."""
    facts, dice = _facts(), random.Random(seed)  # noqa: S311 - no secret
    return [_document(facts, dice, *one) for one in enumerate(_subjects(facts), 1)]


def _subjects(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for kind, each in _EACH.items():
        for about in facts[f"{kind}s"]:
            yield from ((kind, about) for _ in range(each))


def _document(
    facts: dict[str, Any], dice: random.Random, number: int, subject: tuple[str, str]
) -> Document:
    kind, about = subject
    told = facts[f"{kind}s"][about]
    country = dice.choices(list(facts["towns"]), (70, 18, 6, 6))[0]
    towns = facts["towns"][country]
    town = dice.choices(towns, [_FIRST_TOWNS / (place + 1) + 1 for place in range(len(towns))])[0]
    language = dice.choices(*_LANGUAGES)[0]
    online = kind == "training" and dice.random() < _ONLINE
    contract = dice.choices(list(_CONTRACTS), list(_CONTRACTS.values()))[0]
    title = dice.choice(told[language])
    row = {
        "id": str(number),
        "kind": kind,
        "language": language,
        "title": {language: f"{title} - {town}" if dice.random() < _IN_TITLE else title},
        "organisation": f"Maison {number % 97}",
        "place": "online" if online else town,
        "country": country,
        "posted_days_ago": dice.randrange(30),
    }
    if text := told.get("text", {}).get(language):
        row["summary"] = {language: text}
    if kind == "offer":
        row["contract"] = contract
    else:
        row["starts_in_days"] = dice.randrange(2, 60)
    where = None if online else town
    return Document(number, kind, about, where, country, row.get("contract"), row)


@dataclass(frozen=True, slots=True)
class Judge:
    """Grades a document for a query: 3 just that, 2 worth the way, 1 better than nothing, 0."""

    facts: dict[str, Any]

    @classmethod
    def by_the_book(cls) -> "Judge":
        """The judge that corpus.yml makes."""
        return cls(_facts())

    def grade(self, query: Query, document: Document) -> int:
        """How well it fits."""
        if document.kind != query.kind:
            return 0
        grade = self._by_place(query, document, exact=document.about in query.wanted)
        if document.about not in query.wanted and not self._is_close(query, document):
            grade = 0
        # Who asks for an internship can do little with a permanent position.
        mismatch = query.contract is not None and document.contract != query.contract
        return min(grade, SOME) if mismatch else grade

    def _is_close(self, query: Query, document: Document) -> bool:
        subjects = self.facts[f"{query.kind}s"]
        return any(document.about in subjects[wanted]["near"] for wanted in query.wanted)

    def _by_place(self, query: Query, document: Document, *, exact: bool) -> int:
        at_home = document.country == query.country
        online = document.town is None
        if query.town is None:
            return (EXACT if exact else SOME) if at_home or online else int(exact)
        if document.town == query.town:
            return EXACT if exact else SOME
        if not exact:
            return 0
        pair = {query.town, document.town}
        close_by = online or any(pair == set(towns) for towns in self.facts["near_towns"])
        return NEAR if close_by else SOME if at_home else 0
