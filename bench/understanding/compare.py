"""Candidates for the classifier, side by side; run in the dialogue's environment:

    dialogue/.venv/bin/python -m bench.understanding.compare own
    dialogue/.venv/bin/python -m bench.understanding.compare own --plain
    dialogue/.venv/bin/python -m bench.understanding.compare banking
    dialogue/.venv/bin/python -m bench.understanding.compare table

`--only` names candidates; `--diet EPOCHS` asks DIET too, in the environment that `make bench` sets
up. What was measured is kept in var/bench/understanding.json until it is measured again.
"""  # noqa: D415

import argparse
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from dialogue.components import HOME, ROOT
from dialogue.without_tensorflow import install

install()  # before what imports Rasa

from bench.understanding.candidates import CANDIDATES  # noqa: E402
from bench.understanding.corpora import BANKING, Corpus, banking, own  # noqa: E402

KEPT = HOME / "bench" / "understanding.json"
STOCK = ROOT / "var/bench/stock-venv/bin/python"
Row = dict[str, Any]


def main() -> None:
    """Measure and print."""
    asked = _arguments()
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    if asked.corpus != "table":
        name = asked.corpus + (" plain" if asked.plain else "")
        for candidate, row in _rows(asked):
            kept.setdefault(name, {})[candidate] = row
            KEPT.parent.mkdir(parents=True, exist_ok=True)
            KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    for name, rows in kept.items():
        print("\n".join(table(name, rows)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", choices=["own", "banking", "table"])
    parser.add_argument("--data", type=Path, default=ROOT / "data/nlu", help="our examples")
    parser.add_argument("--banking", type=Path, default=BANKING, help="the file of Banking77")
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--first", type=int, help="measure only so many of the folds")
    parser.add_argument("--plain", action="store_true", help="deal out lines, not authors")
    parser.add_argument("--only", nargs="+", choices=list(CANDIDATES), default=list(CANDIDATES))
    parser.add_argument("--diet", type=int, metavar="EPOCHS", help="DIET too, and alone")
    return parser.parse_args()


def _rows(asked: argparse.Namespace) -> Iterator[tuple[str, Row]]:
    if asked.corpus == "own":
        corpus = own(asked.data, asked.folds, plain=asked.plain)
        corpus = replace(corpus, splits=corpus.splits[: asked.first])
    else:
        corpus = banking(asked.banking)
    if asked.diet:
        yield f"DIET, {asked.diet} epochs", _diet(corpus, asked.diet)
        return
    for name in asked.only:
        yield name, _measured(corpus, name)


def _measured(corpus: Corpus, name: str) -> Row:
    guesses = np.full(len(corpus.examples), "", dtype=object)
    learning = asking = 0.0
    for learnt, asked in corpus.splits:
        candidate = CANDIDATES[name]()
        began = time.process_time()
        candidate.fit([corpus.examples[i] for i in learnt], [corpus.intents[i] for i in learnt])
        learning += time.process_time() - began
        began = time.process_time()
        guesses[asked] = candidate.predict([corpus.examples[i] for i in asked])
        asking += time.process_time() - began
    return _row(corpus, guesses, learning, asking)


def _row(corpus: Corpus, guesses: Sequence[str], learning: float, asking: float) -> Row:
    asked = np.concatenate([indices for _, indices in corpus.splits])
    right = np.array([guesses[i] == corpus.intents[i] for i in asked])
    groups = np.array([corpus.groups[i] for i in asked])
    return {
        "all": float(right.mean()),
        **{name: float(right[groups == name].mean()) for name in sorted(set(groups))},
        "seconds": round(learning / len(corpus.splits), 1),
        "ms": round(1000 * asking / len(asked), 3),
    }


def _diet(corpus: Corpus, epochs: int) -> Row:
    guesses = np.full(len(corpus.examples), "", dtype=object)
    learning = asking = 0.0
    for learnt, asked in corpus.splits:
        *answers, told = _diet_asked(corpus, learnt.tolist(), asked.tolist(), epochs)
        guesses[asked] = [answer["intent"] for answer in answers]
        learning += told["seconds"]
        asking += sum(answer["ms"] for answer in answers) / 1000
    return _row(corpus, guesses, learning, asking)


def _diet_asked(
    corpus: Corpus, learnt: Sequence[int], asked: Sequence[int], epochs: int
) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, indices in (("train", learnt), ("test", asked)):
            lines = [
                json.dumps({"text": corpus.examples[i].text, "intent": corpus.intents[i]})
                for i in indices
            ]
            (folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
        script = Path(__file__).with_name("diet.py")
        words = [STOCK, script, folder / "train", folder / "test", folder / "out"]
        quiet = {**os.environ, "PYTHONWARNINGS": "ignore", "TF_CPP_MIN_LOG_LEVEL": "3"}
        subprocess.run([*words, "--epochs", str(epochs)], check=True, env=quiet)
        return [json.loads(line) for line in (folder / "out").read_text().splitlines()]


def table(name: str, rows: dict[str, Row]) -> Iterator[str]:
    """A table in Markdown: per cent right, then processor seconds a training and ms a message."""
    groups = [key for key in next(iter(rows.values())) if key not in ("seconds", "ms")]
    yield ""
    yield f"| {name} | {' | '.join(groups)} | training, s | a message, ms |"
    yield "|---" * (len(groups) + 3) + "|"
    for candidate, row in rows.items():
        shares = " | ".join(f"{100 * row[group]:.1f}" for group in groups)
        yield f"| {candidate} | {shares} | {row['seconds']:.0f} | {row['ms']:.2f} |"


if __name__ == "__main__":
    main()
