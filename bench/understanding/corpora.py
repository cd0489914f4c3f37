"""What the candidates are compared on: our own examples, and Banking77 in three languages.

Banking77 (PolyAI, CC BY 4.0; French: WolBanking77, CC BY 4.0; Arabic: ArBanking77, CC BY-SA 4.0)
is no part of the product. Its file lies in shared/data/nlu beside the checkout, unless a path is
given; each line holds {"text", "intent", "lang", "variety", "split"}.
"""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.components import ROOT
from dialogue.crossvalidation import by_line, by_voice, read
from dialogue.features import Example
from dialogue.gazetteer import Gazetteer
from dialogue.language import variety_of
from dialogue.text import tokens

BANKING = ROOT.parent / "shared/data/nlu/banking77_en_fr_ar.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Corpus:
    """Messages with what they mean, and how they are dealt out.

    Args:
        examples: with the variety that their source tells, for all candidates alike.
        intents: one an example.
        groups: what the tables tell apart, one an example.
        splits: (learnt from, asked) as indices.
    """

    examples: Sequence[Example]
    intents: Sequence[str]
    groups: Sequence[str]
    splits: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]


def own(folder: Path, folds: int, *, plain: bool) -> Corpus:
    """Our examples, authors apart or, `plain`, dealt out line by line."""
    lines = read(folder)
    fold = by_line(lines, folds, seed=0) if plain else by_voice(lines, folds)
    examples = _framed([(line.text, variety_of(line.voice, line.text)) for line in lines])
    splits = [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(folds)]
    return Corpus(
        examples, [line.intent for line in lines], [line.variety for line in lines], splits
    )


def banking(path: Path) -> Corpus:
    """Banking77: learnt from `train` of all languages together, asked on `test`."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    varieties = ["msa" if row["lang"] == "ar" else row["lang"] for row in rows]
    split = np.array([row["split"] for row in rows])
    return Corpus(
        _framed([(row["text"], variety) for row, variety in zip(rows, varieties, strict=True)]),
        [row["intent"] for row in rows],
        [row["variety"] for row in rows],
        [(np.flatnonzero(split == "train"), np.flatnonzero(split == "test"))],
    )


def _framed(messages: Sequence[tuple[str, str]]) -> list[Example]:
    gazetteer = Gazetteer.read(ROOT / "data")
    return [
        Example(text, variety, tuple(gazetteer.framed(tokens(text)))) for text, variety in messages
    ]
