"""How long an answer about the labour market takes, from the narrowest question to the widest.

Beside each stands what merely counting the same offers takes in the same round: no answer that
says how many there are is quicker than that, and a busy machine slows both.

    uv run python -m bench.market DATABASE_URL… > bench/results/market.json

The databases are those of bench/search_build.py; nothing is written to them.
"""

import json
import sys
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.listings import TODAY
from catalogue import places, taxonomy
from catalogue.market import Question, market, offers_of
from store.engine import Database

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
_ROUNDS = 9
_QUESTIONS = (
    ("plombier", "Casablanca"),
    ("plombier", "Maroc"),
    ("plombier", None),
    ("informatique", None),
    (None, "Casablanca"),
    (None, "Maroc"),
    (None, None),
)
"""Work and place as people name them; None asks for all."""


def measure(url: str) -> dict[str, Any]:
    """Milliseconds of each question on one database: medians of the rounds."""
    database = Database(url)
    rows = []
    for work, where in _QUESTIONS:
        with database.read() as session:
            question = _question(session, work, where)
            offers = market(session, question, NOW).total
        took = [(_answer(database, question), _count(database, question)) for _ in range(_ROUNDS)]
        answer, count = (median(times) for times in zip(*took, strict=True))
        told = {"question": f"{work or 'all work'}, {where or 'anywhere'}", "offers": offers}
        rows.append(told | {"answer_ms": round(answer), "count_ms": round(count)})
    name = "SQLite" if database.is_sqlite else "PostgreSQL"
    database.close()
    return {"database": name, "rounds": _ROUNDS, "questions": rows}


def _question(session: Session, work: str | None, where: str | None) -> Question:
    occupation = taxonomy.resolve(session, work) if work else None
    place = places.resolve(session, where, "MA") if where else None
    return Question(occupation.isco if occupation else (), place.place if place else None)


def _answer(database: Database, question: Question) -> float:
    started = perf_counter()
    with database.read() as session:
        market(session, question, NOW)
    return (perf_counter() - started) * 1000


def _count(database: Database, question: Question) -> float:
    started = perf_counter()
    with database.read() as session:
        session.scalar(select(func.count()).where(*offers_of(question)))
    return (perf_counter() - started) * 1000


if __name__ == "__main__":
    print(json.dumps({"runs": [measure(url) for url in sys.argv[1:]]}, indent=1))
