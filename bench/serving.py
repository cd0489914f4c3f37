"""Tawjih beside stock Rasa, serving the same assistant: `make bench`.

Both are set up, trained, started, asked and stopped in turns, in one run on the same two cores;
what counts are the ratios. Writes bench/results.json and docs/benchmarks.md.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from statistics import mean, median
from typing import Any

from bench import serving_machine as machine
from bench import serving_page as page
from bench import serving_stock as stock
from bench.serving_load import VISIT, load, long_talk
from bench.serving_sides import Running, environment, ours, peer
from settings import ROOT
from tawjih.dialogue import python as dialogue_python

RESULTS = ROOT / "bench" / "results.json"
SIDES: dict[str, Callable[[], AbstractContextManager[Running]]] = {"ours": ours, "stock": peer}
# Conversations at once, and what each says: enough of it that both take some seconds at least.
LOADS = {
    "ours": {1: 10 * len(VISIT), 8: 6 * len(VISIT), 64: len(VISIT)},
    "stock": {1: 3 * len(VISIT), 8: len(VISIT), 64: 4},
}
TALK = 208
# The same message of the visit each time, so that only the talk's length differs.
AROUND = {"5": (5, 13, 21), "50": (45, 53, 61), "200": (189, 197, 205)}
_LEAST_CARDS = 0.25  # half of those that ask for some: below, it did not do the work
Figures = dict[str, Any]


def main() -> None:
    """Measure, write, and tell where a bound is missed."""
    asked = _arguments()
    machine.use_two_cores()
    results: Figures = {"machine": machine.description(), "commit": machine.commit()}
    results["began"] = datetime.now(UTC).isoformat(timespec="minutes")
    began = time.monotonic()
    training: Figures = {"ours": _train_ours(), "stock": stock.prepare()}
    rounds = list(_rounds(asked.rounds))
    results["versions"] = {"stock": stock.versions()}
    results["figures"] = _figures(rounds, training) | {"parse": _parse_alone()}
    results["took_minutes"] = round((time.monotonic() - began) / 60, 1)
    written = _kept() | {"serving": results | {"bounds": page.bounds(results["figures"])}}
    RESULTS.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    page.write(written["serving"])
    print(page.table(written["serving"]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is started and asked")
    return parser.parse_args()


def _kept() -> Figures:
    """What other measurements have written beside ours."""
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}


def _train_ours() -> Figures:
    """Seconds of a whole training, from files to a model, and all that starting needs."""
    for words in (["prepare", "--no-train"], ["train", "--force"]):
        began = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "tawjih", *words], cwd=ROOT, env=environment(), check=True
        )
    return {"whole_s": time.monotonic() - began}


def _rounds(number: int) -> Iterator[Figures]:
    """Each round asks both; the first of a round is the second of the next."""
    for count in range(number):
        order = list(SIDES) if count % 2 == 0 else list(SIDES)[::-1]
        measured = {}
        for name in order:
            print(f"· round {count + 1} of {number}: {name}", flush=True)
            with SIDES[name]() as running:
                measured[name] = _asked(name, running)
        yield measured


def _asked(name: str, running: Running) -> Figures:
    long_talk(running.url, len(VISIT))  # whatever is made at first use is made
    loads = {str(many): load(running.url, many, turns) for many, turns in LOADS[name].items()}
    with_cards = mean(measured.with_cards for measured in loads.values())
    if with_cards < _LEAST_CARDS:
        raise RuntimeError(f"{name}: only {with_cards:.0%} of the answers show listings")
    talk = long_talk(running.url, TALK)
    used = running.memory()
    return {
        "start_s": running.started_s,
        "rss_mb": running.idle.rss_mb,
        "pss_mb": running.idle.pss_mb,
        "processes": running.idle.processes,
        "used_rss_mb": used.rss_mb,
        "used_pss_mb": used.pss_mb,
        "a_second": {many: measured.a_second for many, measured in loads.items()},
        "median_ms": {many: measured.median_s * 1000 for many, measured in loads.items()},
        "p95_ms": {many: measured.p95_s * 1000 for many, measured in loads.items()},
        "with_cards": with_cards,
        "turn_ms": {
            turn: median(talk[near - 1] for near in nears) * 1000 for turn, nears in AROUND.items()
        },
    }


def _figures(rounds: list[Figures], training: Figures) -> Figures:
    """Each figure's median over the rounds, and the ratios' medians, ratio by round."""
    sides = {name: _median([one[name] for one in rounds]) for name in SIDES}
    ratios = _median([_ratios(one["ours"], one["stock"]) for one in rounds])
    return {"training": training, **sides, "ratios": ratios, "rounds": rounds}


def _ratios(one: Figures, other: Figures) -> Figures:
    return {
        "a_second": {m: one["a_second"][m] / other["a_second"][m] for m in one["a_second"]},
        "start": one["start_s"] / other["start_s"],
        "rss": one["rss_mb"] / other["rss_mb"],
        "pss": one["pss_mb"] / other["pss_mb"],
        "growth_ours": one["turn_ms"]["200"] / one["turn_ms"]["5"],
        "growth_stock": other["turn_ms"]["200"] / other["turn_ms"]["5"],
    }


def _median(measured: list[Any]) -> Any:  # noqa: ANN401 - figures, or figures in figures
    if isinstance(measured[0], dict):
        return {name: _median([one[name] for one in measured]) for name in measured[0]}
    return round(median(measured), 3)


def _parse_alone() -> Figures:
    """Milliseconds to understand a message, without dialogue and server, on unseen messages."""
    texts = list(_unseen(40))
    understood = subprocess.run(
        [str(dialogue_python()), "-W", "ignore", "-m", "dialogue", "parse"],
        cwd=ROOT,
        env=environment(),
        input="".join(f"{json.dumps(text)}\n" for text in texts),
        capture_output=True,
        text=True,
        check=True,
    )
    own = [json.loads(line)["ms"] for line in understood.stdout.splitlines()]
    return {
        name: {"median_ms": round(median(spent), 2), "mean_ms": round(mean(spent), 2)}
        for name, spent in {"ours": own, "stock": stock.parse(texts)}.items()
    }


def _unseen(each: int) -> Iterator[str]:
    for path in sorted((ROOT / "tests" / "nlu" / "heldout").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines()[:each]:
            yield json.loads(line)["text"]


if __name__ == "__main__":
    main()
