"""nDCG@5 of our search and of Tantivy on the labelled searches.

    uv run --with tantivy python -m bench.relevance [--misses]

Writes bench/results/relevance.json.
"""

import json
import math
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from bench.relevance.corpus import Document, Judge, Query, documents, queries
from bench.relevance.engines import Engine, Ours, Tantivy
from store.engine import Database

_AT = 5
_RESULTS = Path(__file__).parents[1] / "results" / "relevance.json"
_POOR = 0.6


def gain(grades: Sequence[int]) -> float:
    """Discounted cumulative gain of the first grades: 2^grade - 1 over log2(rank + 1)."""
    return sum((2**g - 1) / math.log2(rank + 2) for rank, g in enumerate(grades[:_AT]))


def ndcg(engine: Engine, query: Query, corpus: Sequence[Document], judge: Judge) -> float:
    """Gain of what the engine finds against the best that the corpus has, 0 to 1."""
    grades = {document.number: judge.grade(query, document) for document in corpus}
    best = gain(sorted(grades.values(), reverse=True))
    found = engine.find(query, _AT)
    return gain([grades[number] for number in found]) / best if best else 1.0


def measure(engine: Engine, corpus: Sequence[Document], *, misses: bool) -> dict[str, float]:
    """Means over all queries, and by variety and by kind."""
    judge, points = Judge.by_the_book(), defaultdict(list)
    for query in queries():
        value = ndcg(engine, query, corpus, judge)
        for name in ("all", query.variety, query.kind):
            points[name].append(value)
        if misses and value < _POOR:
            print(f"{value:.2f} {query.text} ({query.wanted[0]}, {query.town})")
    return {name: round(sum(values) / len(values), 3) for name, values in points.items()}


def main() -> None:
    """Measure both and write the result."""
    corpus, misses = documents(), "--misses" in sys.argv
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/relevance.db")
        ours = measure(Ours(database, corpus), corpus, misses=misses)
        database.close()
    theirs = measure(Tantivy(corpus), corpus, misses=False)
    done = {
        "queries": len(queries()),
        "listings": len(corpus),
        "ndcg_at": _AT,
        "tawjih": ours,
        "tantivy": theirs,
        "tantivy_version": version("tantivy"),
    }
    _RESULTS.parent.mkdir(exist_ok=True)
    _RESULTS.write_text(json.dumps(done, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(done, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
