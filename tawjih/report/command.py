"""`tawjih report`: measures and writes the page."""

import os
import platform
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from errors import DataError
from settings import ROOT
from tawjih import dialogue, evaluation, nlu_data
from tawjih.report import diversity, learning, page
from tawjih.report.learning import Curve
from tawjih.report.measured import Measured, of_crossvalidation, of_examples

DOCS = ROOT / "docs" / "evaluation.md"
_CLASSIFIER = "dialogue.classifier.LinearIntentClassifier"
_SEEDS = 3  # draws a share of the learning curve


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure beside the unseen files.

    Args:
        folds: parts of the cross-validation.
        entities: whether it is to learn and find entities too; takes twice as long.
        curve: whether to draw learning curves; takes several times as long.
    """

    folds: int = 3
    entities: bool = False
    curve: bool = False


def measure(files: Sequence[Path], options: Options) -> page.Inputs:
    """Measure everything that the page tells; `files` are messages that nothing was learnt from.

    Raises:
        DataError: an example of the files or of the training data is wrong.
        PartUnavailable: the dialogue has no model, or cannot be measured.
    """
    began = time.monotonic()
    training = _training()
    counts = diversity.counts(training)
    # Unseen first: a missing model is told at once, not after minutes.
    unseen = _unseen(files)
    folds = options.folds
    across = _across(folds, *(["--entities"] if options.entities else []))
    config = _thresholds()
    return page.Inputs(
        unseen=unseen,
        across=across,
        diversity=diversity.of(training),
        counts=counts,
        threshold=config["threshold"],
        ambiguity=config["ambiguity"],
        when=datetime.now(UTC).date().isoformat(),
        curves=_curve(folds, training) if options.curve else {},
        by_voices=_by_voices(folds) if options.curve else {},
        how=_how(len(training), len(unseen), folds, time.monotonic() - began),
    )


def _training() -> list[nlu_data.Example]:
    examples, errors = nlu_data.read()
    if errors:
        raise DataError(errors[0])
    return examples


def _unseen(files: Sequence[Path]) -> list[Measured]:
    examples = [example for file in files for example in evaluation.read_examples(file)]
    return of_examples(examples, dialogue.parse({"text": e.text} for e in examples))


def _across(folds: int, *words: str) -> list[Measured]:
    return list(of_crossvalidation(dialogue.crossvalidate("--folds", str(folds), *words)))


def _thresholds() -> dict[str, float]:
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    part = next(part for part in config["pipeline"] if part["name"] == _CLASSIFIER)
    return {name: float(part[name]) for name in ("threshold", "ambiguity")}


def _curve(folds: int, training: Iterable[nlu_data.Example]) -> dict[str, Curve]:
    counted = Counter(example.variety for example in training)
    examples = {name: round(count * (folds - 1) / folds) for name, count in counted.items()}

    def cut(share: float, seed: int) -> Iterable[Measured]:
        return _across(folds, "--share", str(share), "--seed", str(seed))

    return learning.curves(cut, examples, seeds=_SEEDS)


def _by_voices(folds: int) -> dict[str, Curve]:
    measured = {n: _across(folds, "--voices", str(n)) for n in range(1, folds)}
    return learning.by_voices(measured)


def _how(examples: int, unseen: int, folds: int, seconds: float) -> str:
    return (
        f"{examples:,} examples, {folds} folds of authors, {unseen:,} unseen messages, "
        f"{seconds / 60:.0f} minutes on {os.cpu_count()} cores, Python {platform.python_version()}"
    )
