"""Puts the figures of bench/results into docs/benchmarks.md: `python -m bench.figures`.

Each measurement writes a JSON file of its own there; a section stands between two marks, and what
stands around them stays. Serving has a page writer of its own (bench/serving_page.py).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bench.serving_page import PAGE
from settings import ROOT

RESULTS = ROOT / "bench" / "results"
Figures = dict[str, Any]


def main() -> None:
    """Write every section whose figures are there."""
    text = PAGE.read_text(encoding="utf-8")
    for name, section in SECTIONS.items():
        path = RESULTS / f"{name}.json"
        if path.exists():
            lines = section(json.loads(path.read_text(encoding="utf-8")))
            text = put(text, name, "\n".join(lines))
    PAGE.write_text(text, encoding="utf-8")


def put(page: str, name: str, section: str) -> str:
    """The page with the section of this name, in its place or at its end."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if begin not in page:
        return f"{page.rstrip()}\n\n{begin}\n{section}\n{end}\n"
    before, after = page.split(begin, maxsplit=1)[0], page.split(end)[1]
    return f"{before}{begin}\n{section}\n{end}{after}"


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    columns = list(head)
    yield f"| {' | '.join(columns)} |"
    yield "|---" * len(columns) + "|"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


def _relevance(told: Figures) -> Iterator[str]:
    yield "## Search: the right offer first\n"
    yield (
        f"nDCG@{told['ndcg_at']} over {told['queries']} labelled searches among"
        f" {told['listings']} listings, beside Tantivy {told['tantivy_version']} with the stemmers"
        " of the three languages (`python -m bench.relevance`; labels by one hand).\n"
    )
    ours, theirs = told["tawjih"], told["tantivy"]
    rows = ((name, f"{ours[name]:.2f}", f"{theirs[name]:.2f}") for name in ours)
    yield from _table(("searches", "Tawjih", "Tantivy"), rows)


def _search(told: Figures) -> Iterator[str]:
    yield "## Search: a million listings\n"
    yield (
        "`python -m bench.search_build` and `bench.search_load`: a million generated listings,"
        " searches as people make them; each client asks again as soon as it has an answer, so the"
        " two cores, the database and the clients on them, are always full.\n"
    )
    columns = (
        "database",
        "clients",
        "median ms",
        "p95 ms",
        "p99 ms",
        "a second",
        "table MB",
        "index MB",
        "index built, s",
    )
    keys = ("clients", "p50_ms", "p95_ms", "p99_ms", "per_second")
    built = ("table_mb", "index_mb", "index_seconds")
    rows = (
        (one["database"], *(one["load"][k] for k in keys), *(one["build"][k] for k in built))
        for one in told["runs"]
    )
    yield from _table(columns, rows)
    if note := told.get("note"):
        yield f"\n{note}"


def _market(told: Figures) -> Iterator[str]:
    yield "## The labour market: answers from a million listings\n"
    yield (
        "`python -m bench.market`: the counts are walks through an index, and rows are read of the"
        " newest 2,000 offers alone ([labour-market.md](labour-market.md)). Beside each answer,"
        " what merely counting the same offers took in the same rounds.\n"
    )
    columns = ["question", "offers"]
    for run in told["runs"]:
        columns += [f"{run['database']}, answer ms", "counting ms"]
    rows = (
        (
            same[0]["question"],
            f"{same[0]['offers']:,}",
            *(one[key] for one in same for key in ("answer_ms", "count_ms")),
        )
        for same in zip(*(run["questions"] for run in told["runs"]), strict=True)
    )
    yield from _table(columns, rows)
    if note := told.get("note"):
        yield f"\n{note}"


def _alerts(told: Figures) -> Iterator[str]:
    yield "## Alerts: new listings against saved searches\n"
    yield (
        "`python -m bench.alerts`: work is the number of alerts read, and follows the finds, not"
        " the number of saved searches.\n"
    )
    columns = ("database", "saved searches", "new listings", "alerts read", "finds", "ms a listing")
    keys = ("listings", "alerts_read", "finds", "ms_a_listing")
    rows = (
        (run["engine"], size, *(run[size][key] for key in keys))
        for run in told["runs"]
        for size in run
        if size.isdigit()
    )
    yield from _table(columns, rows)


def _delivery(told: Figures) -> Iterator[str]:
    yield "## Delivery: nothing lost, nothing twice\n"
    yield "`python -m bench.delivery`, dialogue and platform being fakes on loopback.\n"
    for what, runs in told.items():
        columns = list(dict.fromkeys(key for run in runs for key in run))
        yield f"\n{what.capitalize()}:\n"
        yield from _table(columns, ([run.get(key, "") for key in columns] for run in runs))


def _desk(told: Figures) -> Iterator[str]:
    yield "## Desk: 50 conversations, 20 counsellors\n"
    yield (
        "`python -m bench.desk`: each conversation is wanted by three counsellors at once; then"
        " person and counsellor write to each other twenty times in all of them at once, each of"
        " the counsellor's forms sent twice, to both edges where there are two.\n"
    )
    runs = told["desk"]
    yield from _table(runs[0], (run.values() for run in runs))


def _understanding(told: Figures) -> Iterator[str]:
    yield "## Understanding: candidates for the classifier\n"
    yield (
        "`python -m bench.understanding.compare`: per cent right, processor seconds a training,"
        " milliseconds a message. Why ours is ours: docs/decisions/0018-classifier.md.\n"
    )
    for corpus, rows in told.items():
        groups = [key for key in next(iter(rows.values())) if key not in ("seconds", "ms")]
        shares = (
            (name, *(f"{100 * row[g]:.1f}" for g in groups), f"{row['seconds']:.0f}", row["ms"])
            for name, row in rows.items()
        )
        yield ""
        yield from _table((corpus, *groups, "training, s", "a message, ms"), shares)


SECTIONS: dict[str, Callable[[Figures], Iterator[str]]] = {
    "understanding": _understanding,
    "relevance": _relevance,
    "search": _search,
    "market": _market,
    "alerts": _alerts,
    "delivery": _delivery,
    "desk": _desk,
}

if __name__ == "__main__":
    main()
