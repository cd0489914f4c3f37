"""Alerts: what a thousand new listings cost at 10,000 and at 100,000 saved searches.

    uv run python -m bench.alerts [--database URL]

Counted work (alerts read a listing) is what is compared; seconds are told beside it. With ten times
the alerts, ten times as many fit: work divided by finds must stay as it was.
"""

import argparse
import json
import random
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import delete, insert, select

from catalogue.listing_import import import_listings
from catalogue.models import Place
from catalogue.vocabulary import load_vocabulary
from catalogue.watching import RADIUS_KM
from people import finds
from people.alerts import LASTS
from people.models import Alert, AlertFind, AlertKey, Contact
from settings import ROOT
from store.base import now
from store.engine import Database
from store.migrate import upgrade
from tawjih.alerts import find

SIZES = (10_000, 100_000)
LISTINGS = 1_000
TRADES = ("électricien", "plombier", "menuisier", "soudeur", "infirmier", "cuisinier", "comptable",
          "chauffeur de camion", "développeur web", "maçon", "coiffeur", "serveur")  # fmt: skip
GROUPS = 400  # unit groups among which other people's wishes are spread
_BATCH = 5_000


def main() -> None:
    """Measure and print; with --out also write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", help="an empty database; else SQLite in a folder of its own")
    parser.add_argument("--out", type=Path, help="write the figures here, as JSON")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        database = Database(given.database or f"sqlite:///{folder}/alerts.db")
        figures = measure(database)
        database.close()
    print(json.dumps(figures, indent=2))
    if given.out:
        given.out.write_text(json.dumps(figures, indent=2), encoding="utf-8")


def measure(database: Database) -> dict[str, Any]:
    """The figures of each size."""
    upgrade(database)
    load_vocabulary(database, ROOT / "data")
    chance = random.Random(7)  # noqa: S311 - the same wishes each time
    with database.read() as session:
        towns = list(
            session.scalars(select(Place.id).where(Place.country == "TN", Place.kind == "city"))
        )
        names = dict(
            session.execute(select(Place.id, Place.names).where(Place.id.in_(towns))).all()
        )
    find(database, datetime.now(UTC))
    figures: dict[str, Any] = {"engine": database.engine.dialect.name, "radius_km": RADIUS_KM}
    there = 0
    for size in SIZES:
        _subscribe(database, chance, towns, there, size)
        there = size
        _publish(database, chance, [str(n["fr"]) for n in names.values()], f"bench {size}")
        figures[str(size)] = _matched(database)
    small, large = (figures[str(size)] for size in SIZES)
    figures["read_per_find_ratio"] = round(large["read_per_find"] / small["read_per_find"], 3)
    return figures


def _subscribe(
    database: Database, chance: random.Random, towns: list[str], there: int, size: int
) -> None:
    for start in range(there, size, _BATCH):
        numbers = range(start + 1, min(start + _BATCH, size) + 1)
        with database.write() as session:
            contacts = [{"id": f"c{n}", "channel": "bench", "address": str(n)} for n in numbers]
            session.execute(insert(Contact), contacts)
            session.execute(insert(Alert), [_alert(n) for n in numbers])
            session.execute(insert(AlertKey), [_key(n, chance, towns) for n in numbers])


def _alert(number: int) -> dict[str, Any]:
    return {
        "id": number, "contact_id": f"c{number}", "signature": str(number), "kind": "offer",
        "what": "métier", "words": [], "every": "daily", "hour": 9, "expires_at": now() + LASTS,
    }  # fmt: skip


def _key(number: int, chance: random.Random, towns: list[str]) -> dict[str, Any]:
    group = chance.choice(range(1000, 1000 + 20 * GROUPS, 20))
    return {"work": f"offer|g:{group}", "place": chance.choice(towns), "alert_id": number}


def _publish(database: Database, chance: random.Random, towns: list[str], source: str) -> None:
    rows = [
        {
            "id": str(n), "kind": "offer", "title": {"fr": f"Poste {n}"}, "country": "TN",
            "occupation": chance.choice(TRADES), "place": chance.choice(towns),
        }
        for n in range(LISTINGS)
    ]  # fmt: skip
    with database.write() as session:
        import_listings(session, source, enumerate(rows, 1), datetime.now(UTC).date())


def _matched(database: Database) -> dict[str, Any]:
    with database.write() as session:
        session.execute(delete(AlertFind))
    with database.read() as session:
        mark = finds.mark(session)
    begun = time.perf_counter()
    done = find(database, datetime.now(UTC))
    seconds = time.perf_counter() - begun
    return {
        "mark_before": mark,
        "listings": done.listings,
        "alerts_read": done.looked_at,
        "finds": done.finds,
        "read_per_find": round(done.looked_at / max(1, done.finds), 3),
        "seconds": round(seconds, 2),
        "ms_a_listing": round(1000 * seconds / max(1, done.listings), 2),
    }


if __name__ == "__main__":
    main()
