"""Half a gigabyte of XML as a feed: peak memory beside that of a small file, rows a second.

    uv run --no-sync python -m bench.feeds [--mb 500] [--json OUT]

Each size runs in a process of its own, on a fresh SQLite database in a temporary folder.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from catalogue.feeds.feed import Feed
from catalogue.feeds.run import Job, run_feed
from settings import ROOT
from store.engine import Database
from store.migrate import upgrade

SMALL_MB = 5
FEED = Feed.model_validate(
    {
        "name": "bench", "publisher": "Bench", "licence": "invented", "format": "xml",
        "items": "offers/offer", "language": "fr", "kind": "offer", "country": "TN",
        "most_mb": 4096,
        "mapping": {
            "id": "id", "title": "title", "summary": "text", "organisation": "employer",
            "place": "town", "contract": "contract", "url": "url", "posted_on": "date",
        },
    }
)  # fmt: skip
TOWNS = ("Tunis", "Sfax", "Sousse", "Gabès", "Bizerte", "Kairouan", "Gafsa")
TRADES = ("Menuisier", "Soudeuse", "Infirmier", "Comptable", "Plombière", "Développeur web")
SENTENCE = (
    "vous participez à la préparation des commandes avec une équipe soigneuse et accueillante dans "
    "notre atelier où la sécurité compte autant que la qualité du travail rendu au client"
)


def write(path: Path, megabytes: int) -> int:
    """Write about so many MB of offers, some of them wrong; how many."""
    made = random.Random(7)  # noqa: S311 - the same file every time
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<offers>\n')
        while file.tell() < megabytes << 20:
            text = " ".join(made.choices(SENTENCE.split(), k=280))
            file.write(
                f"<offer><id>{count}</id><title>{made.choice(TRADES)} (H/F)</title>"
                f"<text><![CDATA[<p>{text}</p>]]></text><employer>Atelier {count % 997}</employer>"
                f"<town>{made.choice(TOWNS)}</town><contract>CDI</contract>"
                f"<url>https://emploi.example/{count}</url><date>2026-02-03</date></offer>\n"
            )
            count += 1
        file.write("</offers>\n")
    return count


def measure(megabytes: int) -> dict[str, float]:
    """Import a file of that size in this process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "offers.xml"
        count = write(path, megabytes)
        database = Database(f"sqlite:///{folder}/bench.db")
        upgrade(database)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        job = Job(FEED, datetime(2026, 3, 1, tzinfo=UTC), "TN", "bench", path)
        run = run_feed(database, job)
        seconds = time.perf_counter() - began
        database.close()
    if run.added != count:
        raise SystemExit(f"{run.added} of {count} came in: {run.message}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "mb": megabytes,
        "rows": count,
        "seconds": round(seconds, 1),
        "rows_a_second": round(count / seconds),
        "peak_mb": round(peak / 1024),
        "more_than_before_mb": round((peak - before) / 1024),
    }


def main() -> None:
    """Measure the small and the big file and print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=500)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one)))
        return
    figures = [_apart(size) for size in (SMALL_MB, given.mb)]
    figures_of = {"small": figures[0], "big": figures[1]}
    ratio = figures[1]["peak_mb"] / figures[0]["peak_mb"]
    print(json.dumps(figures_of | {"peak_ratio": round(ratio, 2)}, indent=2))
    if given.json:
        given.json.write_text(json.dumps(figures_of | {"peak_ratio": ratio}, indent=2) + "\n")


def _apart(megabytes: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.feeds", "--one", str(megabytes)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, check=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


if __name__ == "__main__":
    main()
