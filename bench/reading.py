"""How well and how fast listings are read: `uv run python -m bench.reading`.

Accuracy on 600 titles written by hand, by language, beside a plain fuzzy match of the title with
every name of the taxonomy (rapidfuzz, token_set_ratio) and beside the search's own understanding of
a person's words. Speed in listings a second, and as a multiple of the fuzzy match.
"""

import json
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.reading_labels import HALVES, LANGUAGES, labelled, mark, ours
from catalogue import taxonomy
from catalogue.listing_in import ListingIn
from catalogue.listing_rows import RowMaker
from catalogue.models import Occupation, OccupationName
from catalogue.text import normalise
from catalogue.vocabulary import load_vocabulary
from store import migrate
from store.engine import Database

_TIMED = 2000
_TEXT = (
    "Nous recherchons une personne motivée pour notre équipe. Vous travaillez du lundi au vendredi "
    "de 8 h à 17 h. Salaire : 4 500 à 5 500 DH par mois selon expérience. Débutant accepté, "
    "formation assurée. Type de contrat : CDI. Lieu : Casablanca. "
)


def fuzzy(session: Session) -> Callable[[Session, str], str | None]:
    """A reader that takes the name most like the title."""
    query = select(OccupationName.name, Occupation.isco).join(
        Occupation, Occupation.code == OccupationName.code
    )
    groups = {name: isco for name, isco in session.execute(query) if "|" not in isco}
    names = list(groups)

    def read(_session: Session, title: str) -> str | None:
        found = process.extractOne(normalise(title), names, scorer=fuzz.token_set_ratio)
        return groups[found[0]] if found else None

    return read


def asked(session: Session, title: str) -> str | None:
    """The first group that the search understands when a person types the title."""
    found = taxonomy.resolve(session, title)
    return next(iter(found.isco), None) if found else None


def accuracy(session: Session) -> dict[str, Any]:
    """Shares of right readings by reader, language and half."""
    readers = {"ours": ours, "search": asked, "fuzzy": fuzzy(session)}
    return {
        name: {
            f"{language} {half}": mark(session, labelled(language, half), language, read).shares()
            for language in LANGUAGES
            for half in HALVES
        }
        for name, read in readers.items()
    }


def speed(session: Session) -> dict[str, float]:
    """Listings a second, whole rows with all that is read in them, and titles of a fuzzy match."""
    maker = RowMaker(session, "bench", date(2025, 1, 1), "MA")
    titles = [
        (row["title"], language)
        for language in LANGUAGES
        for half in HALVES
        for row in labelled(language, half)
    ]
    maker.row(_listing(0, *titles[0]))  # reads the taxonomy in
    start = time.perf_counter()
    for number in range(_TIMED):
        maker.row(_listing(number, *titles[number % len(titles)]))
    ours_rate = _TIMED / (time.perf_counter() - start)
    read, start = fuzzy(session), time.perf_counter()
    for title, _ in titles[:100]:
        read(session, title)
    return {
        "listings_a_second": round(ours_rate),
        "hours_for_a_million": round(1_000_000 / ours_rate / 3600, 2),
        "fuzzy_titles_a_second": round(100 / (time.perf_counter() - start), 1),
    }


def _listing(number: int, title: str, language: str) -> ListingIn:
    text = f"{_TEXT} Référence {number}, équipe {number % 97}."
    told = {"id": number, "kind": "offer", "title": {language: title}}
    return ListingIn.model_validate(told | {"summary": {"fr": text}})


def main() -> None:
    """Measure all and print it as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'reading.db'}")
        migrate.upgrade(database)
        load_vocabulary(database)
        with database.read() as session:
            found = {"accuracy": accuracy(session), "speed": speed(session)}
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
