"""DIET on sparse features, as stock Rasa sets it up, trained and asked in the bench's own Rasa.

Run by compare.py in the environment of bench/stock:

    var/bench/stock-venv/bin/python bench/understanding/diet.py TRAIN.jsonl TEST.jsonl OUT.jsonl \
        --epochs 8

Lines hold {"text", "intent"}; OUT gets {"intent", "ms"} a line, in order, and a last line with the
seconds that training took.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import yaml
from rasa.core.agent import Agent
from rasa.model_training import train_nlu
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY


def main() -> None:
    """Train, ask, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("train", type=Path)
    parser.add_argument("test", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, required=True)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        model = _trained(_lines(asked.train), Path(folder), asked.epochs)
        seconds = time.monotonic() - began
        agent = Agent.load(model)
        with asked.out.open("w", encoding="utf-8") as out:
            for line in _lines(asked.test):
                out.write(json.dumps(_asked(agent, line["text"])) + "\n")
            out.write(json.dumps({"seconds": round(seconds, 1)}) + "\n")


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _trained(lines: list[dict[str, str]], folder: Path, epochs: int) -> str:
    by_intent: dict[str, list[str]] = {}
    for line in lines:
        # Rasa reads brackets as marks of entities.
        by_intent.setdefault(line["intent"], []).append(line["text"].translate(_NO_MARKS))
    nlu = [
        {"intent": intent, "examples": "".join(f"- {' '.join(text.split())}\n" for text in texts)}
        for intent, texts in by_intent.items()
    ]
    (folder / "nlu.yml").write_text(
        yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True)
    )
    (folder / "config.yml").write_text(yaml.safe_dump(_config(epochs)))
    return str(
        train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder / "models"))
    )


_NO_MARKS = str.maketrans("[](){}", "      ")


def _config(epochs: int) -> dict[str, object]:
    return {
        "recipe": "default.v1",
        "language": "en",
        "assistant_id": "bench",
        "pipeline": [
            {"name": "WhitespaceTokenizer"},
            {"name": "RegexFeaturizer"},
            {"name": "LexicalSyntacticFeaturizer"},
            {"name": "CountVectorsFeaturizer"},
            {
                "name": "CountVectorsFeaturizer",
                "analyzer": "char_wb",
                "min_ngram": 1,
                "max_ngram": 4,
            },
            {"name": "DIETClassifier", "epochs": epochs, "entity_recognition": False},
        ],
        "policies": [],
    }


def _asked(agent: Agent, text: str) -> dict[str, object]:
    from rasa.core.channels.channel import UserMessage  # noqa: PLC0415

    assert agent.processor is not None  # noqa: S101 - loaded a moment ago
    began = time.perf_counter()
    parsed = agent.processor._parse_message_with_graph(UserMessage(text), None)  # noqa: SLF001
    spent = (time.perf_counter() - began) * 1000
    return {"intent": parsed[INTENT][INTENT_NAME_KEY], "ms": round(spent, 2)}


if __name__ == "__main__":
    main()
