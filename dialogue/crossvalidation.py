"""Cross-validation of the whole pipeline: `python -m dialogue crossvalidate`, JSON lines out.

The strict way keeps voices apart: a folder of data/nlu is an author, and nobody's messages are
understood by what the same author taught. The plain way deals out lines; it flatters, as it lets
an author's turns of phrase stand on both sides.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    INTENT_RESPONSE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.entities_parser import (
    find_entities_in_training_example,
    replace_entities,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from dialogue.classifier import LinearIntentClassifier
from dialogue.components import LANGUAGE, ROOT, VARIETY
from dialogue.language import LanguageIdentifier, variety_of
from dialogue.tagger import EntityTagger

_FALLBACK = "nlu_fallback"
# The same safe loader in C where libyaml is there: ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Line(NamedTuple):
    """One example: what it means, its entities, its author, and the language of the answer."""

    text: str
    intent: str
    entities: list[dict[str, Any]]
    voice: str
    variety: str
    language: str


def main(words: list[str]) -> None:
    """Measure and print."""
    asked = _asked(words)
    lines = read(ROOT / "data/nlu" if asked.data is None else asked.data)
    folds = by_line(lines, asked.folds, asked.seed) if asked.plain else by_voice(lines, asked.folds)
    cut = partial(_cut, lines, share=asked.share, seed=asked.seed, voices=asked.voices)
    work = partial(_fold, lines, folds, cut=cut, tag=asked.entities)
    with ProcessPoolExecutor(max_workers=asked.jobs) as pool:
        for found in pool.map(work, range(asked.folds)):
            for row in found:
                sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def _asked(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m dialogue crossvalidate")
    parser.add_argument("--data", type=Path, help="folder of the examples; else data/nlu")
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2, help="folds that are learnt at once")
    parser.add_argument("--plain", action="store_true", help="deal out lines, not voices")
    parser.add_argument("--entities", action="store_true", help="entities too")
    parser.add_argument("--share", type=float, default=1.0, help="of the examples to learn from")
    parser.add_argument("--voices", type=int, default=0, help="of each variety, at most")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(words)


def read(folder: Path) -> list[Line]:
    """Every example below a folder, in the order of files and lines."""
    lines = []
    for path in sorted(folder.rglob("*.yml")):
        parts = path.relative_to(folder).parts
        voice = "/".join(parts[:-1])
        content = yaml.load(path.read_text(encoding="utf-8"), _LOADER) or {}  # noqa: S506 - safe
        lines += [_line(*marked, voice) for marked in _marked(content)]
    return lines


def _marked(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for block in content.get("nlu", []):
        for line in (block.get("examples") or "").splitlines():
            if line.strip():
                yield line.strip().removeprefix("-").strip(), block["intent"]


def _line(marked: str, intent: str, voice: str) -> Line:
    parts = voice.split("/")
    variety = "mixed" if "mixed" in parts else parts[1] if parts[0] == "ar" else parts[0]
    entities = find_entities_in_training_example(marked)
    return Line(replace_entities(marked), intent, entities, voice, variety, parts[0])


def by_voice(lines: Sequence[Line], folds: int) -> NDArray[np.int64]:
    """The fold of each line; the voices of one variety are spread over all folds.

    No voice stands on both sides, and no variety loses all its voices at once while it has two.
    """
    voices: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        if line.voice not in voices[line.variety]:
            voices[line.variety].append(line.voice)
    fold = {
        voice: (rank + number) % folds
        for number, variety in enumerate(sorted(voices))
        for rank, voice in enumerate(sorted(voices[variety]))
    }
    return np.array([fold[line.voice] for line in lines])


def by_line(lines: Sequence[Line], folds: int, seed: int) -> NDArray[np.int64]:
    """The fold of each line, dealt out within every intent and variety."""
    groups: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        groups[line.intent, line.variety].append(number)
    fold = np.zeros(len(lines), dtype=np.int64)
    random = np.random.default_rng(seed)
    for members in groups.values():
        fold[random.permutation(members)] = (
            np.arange(len(members)) + random.integers(folds)
        ) % folds
    return fold


class Pipeline:
    """The components of config.yml that learn, trained on some lines, without a server.

    AskedLanguage stays out: a folder tells the language that a message is written in, not the one
    that it may ask for.
    """

    def __init__(self, lines: Sequence[Line], folder: Path, *, tag: bool) -> None:
        storage = LocalModelStorage(folder)
        config = _config()
        data = TrainingData([_message(line) for line in lines])
        self._language = _made(LanguageIdentifier, config, storage)
        self._language.learn([(line.text, variety_of(line.voice, line.text)) for line in lines])
        self._language.process_training_data(data)
        kinds = [LinearIntentClassifier, *([EntityTagger] if tag else [])]
        learners = [_made(kind, config, storage) for kind in kinds]
        for learner in learners:
            learner.train(data)
        self._parts = [self._language, *learners]

    def parse(self, text: str) -> dict[str, Any]:
        """As `dialogue.parse` tells it, without the full ranking."""
        message = Message.build(text)
        began = time.perf_counter()
        for part in self._parts:
            part.process([message])
        return _told(message, (time.perf_counter() - began) * 1000)


def _config() -> list[dict[str, Any]]:
    content = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    pipeline: list[dict[str, Any]] = content["pipeline"]
    return pipeline


def _made(kind: Any, config: list[dict[str, Any]], storage: LocalModelStorage) -> Any:
    name = f"{kind.__module__}.{kind.__name__}"
    given = next(part for part in config if part["name"] == name)
    own = {**kind.get_default_config(), **given}
    return kind.create(own, storage, Resource(kind.__name__), None)


def _message(line: Line) -> Message:
    intent, _, key = line.intent.partition("/")
    properties = {TEXT: line.text, INTENT: intent, ENTITIES: line.entities}
    if key:
        properties[INTENT_RESPONSE_KEY] = line.intent
    return Message(properties)


def _told(message: Message, spent: float) -> dict[str, Any]:
    ranking = message.get(INTENT_RANKING_KEY)
    fallback = message.get(INTENT)[INTENT_NAME_KEY] == _FALLBACK
    return {
        "intent": _FALLBACK if fallback else ranking[0]["name"],
        "confidence": ranking[0]["confidence"],
        "ranking": ranking,
        "language": message.get(LANGUAGE),
        "variety": message.get(VARIETY),
        "entities": [{k: e[k] for k in ("entity", "value")} for e in message.get(ENTITIES, [])],
        "ms": round(spent, 3),
    }


def _fold(
    lines: list[Line], folds: NDArray[np.int64], fold: int, *, cut: Cut, tag: bool
) -> list[dict[str, Any]]:
    taught = cut(np.flatnonzero(folds != fold))
    with tempfile.TemporaryDirectory() as folder:
        pipeline = Pipeline([lines[i] for i in taught], Path(folder), tag=tag)
        held = [line for line, own in zip(lines, folds, strict=True) if own == fold]
        return [{**line._asdict(), "found": pipeline.parse(line.text)} for line in held]


Cut = Callable[[NDArray[np.int64]], list[int]]


def _cut(
    lines: Sequence[Line], others: NDArray[np.int64], *, share: float, seed: int, voices: int
) -> list[int]:
    """What is learnt of the other folds' lines: a share, or so many authors of each variety."""
    random = np.random.default_rng(seed)
    kept = random.permutation(others)[: round(len(others) * share)]
    if not voices:
        return sorted(kept.tolist())
    named: defaultdict[str, set[str]] = defaultdict(set)
    for number in others.tolist():
        named[lines[number].variety].add(lines[number].voice)
    heard = {v for group in named.values() for v in random.permutation(sorted(group))[:voices]}
    return sorted(number for number in kept.tolist() if lines[number].voice in heard)
