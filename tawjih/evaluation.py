"""How well messages are understood: the figures of `tawjih evaluate`."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from errors import DataError

OUT_OF_SCOPE = "out_of_scope"
_REFUSED = (OUT_OF_SCOPE, "nlu_fallback")
_ALLOWED_FALL = 0.01
_FLOORS = TypeAdapter(dict[str, dict[str, float]])


class Entity(BaseModel):
    """An entity that a message holds; the value as written."""

    model_config = ConfigDict(extra="ignore")

    entity: str
    value: str


class Example(BaseModel):
    """One line of an evaluation file."""

    model_config = ConfigDict(extra="ignore")

    text: Annotated[str, Field(min_length=1)]
    intent: str
    variety: Literal["en", "fr", "msa", "darija", "arabizi", "mixed"]
    language: Literal["en", "fr", "ar"]
    entities: list[Entity] | None = None


def read_examples(path: Path) -> list[Example]:
    """The examples of a file.

    Raises:
        DataError: naming the line that is not as it should be.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name}: not UTF-8, from byte {error.start} on") from None
    examples = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            examples.append(Example.model_validate_json(line))
        except ValidationError as error:
            wrong = [(".".join(map(str, e["loc"])), e["msg"]) for e in error.errors()]
            told = "; ".join(": ".join(filter(None, one)) for one in wrong)
            raise DataError(f"{path.name}:{number}: {told}") from None
    if not examples:
        raise DataError(f"{path.name}: no examples")
    return examples


def report(examples: Sequence[Example], parsed: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All figures, as shares from 0 to 1 (milliseconds apart).

    Returns:
        {"examples", "accuracy", "macro_f1", "language_accuracy", "entities": {precision, recall,
        f1}, "out_of_scope": {…}, "ms": {mean, median, p95}, "varieties": {name: {examples,
        accuracy, language_accuracy, entity_f1}}, "confusions": [[expected, predicted, count]]}
    """
    pairs = list(zip(examples, parsed, strict=True))
    right = [_is_right(example, found) for example, found in pairs]
    return {
        "examples": len(pairs),
        "accuracy": _share(right),
        "macro_f1": _macro_f1(pairs),
        "language_accuracy": _share([e.language == p["language"] for e, p in pairs]),
        "entities": _entity_scores(pairs),
        "out_of_scope": _out_of_scope(pairs),
        "ms": _milliseconds([p["ms"] for p in parsed]),
        "varieties": {name: _variety(group) for name, group in sorted(_by_variety(pairs).items())},
        "confusions": _confusions(pairs),
    }


Pair = tuple[Example, dict[str, Any]]


def _is_right(example: Example, found: dict[str, Any]) -> bool:
    if example.intent == OUT_OF_SCOPE:
        return found["intent"] in _REFUSED
    return bool(found["intent"] == example.intent)


def _predicted(found: dict[str, Any]) -> str:
    return OUT_OF_SCOPE if found["intent"] in _REFUSED else str(found["intent"])


def _share(hits: Iterable[bool]) -> float:
    values = list(hits)
    return round(sum(values) / len(values), 4) if values else 0.0


def _scores(true: int, predicted: int, actual: int) -> dict[str, float]:
    precision = true / predicted if predicted else 0.0
    recall = true / actual if actual else 0.0
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def _macro_f1(pairs: list[Pair]) -> float:
    true, predicted, actual = Counter[str](), Counter[str](), Counter[str]()
    for example, found in pairs:
        guess = _predicted(found)
        predicted[guess] += 1
        actual[example.intent] += 1
        true[guess] += guess == example.intent
    names = actual.keys()
    return round(mean(_scores(true[n], predicted[n], actual[n])["f1"] for n in names), 4)


def _entity_scores(pairs: list[Pair]) -> dict[str, float]:
    true = predicted = actual = 0
    for example, found in pairs:
        if example.entities is None:
            # Absent is not the same as none: such a line says nothing about entities.
            continue
        wanted = Counter((e.entity, same_form(e.value)) for e in example.entities)
        got = Counter((e["entity"], same_form(e["value"])) for e in found["entities"])
        true += (wanted & got).total()
        predicted += got.total()
        actual += wanted.total()
    return _scores(true, predicted, actual)


def same_form(value: str) -> str:
    """A span but for case, spaces and the signs at its ends."""
    return " ".join(value.casefold().split()).strip(" .,!?؟،")


def _out_of_scope(pairs: list[Pair]) -> dict[str, float]:
    true = sum(e.intent == OUT_OF_SCOPE == _predicted(p) for e, p in pairs)
    predicted = sum(_predicted(p) == OUT_OF_SCOPE for _, p in pairs)
    return _scores(true, predicted, sum(e.intent == OUT_OF_SCOPE for e, _ in pairs))


def _milliseconds(spent: list[float]) -> dict[str, float]:
    ordered = sorted(spent)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return {"mean": round(mean(spent), 2), "median": round(median(spent), 2), "p95": round(p95, 2)}


def _by_variety(pairs: list[Pair]) -> dict[str, list[Pair]]:
    groups: defaultdict[str, list[Pair]] = defaultdict(list)
    for example, found in pairs:
        groups[example.variety].append((example, found))
    return groups


def _variety(pairs: list[Pair]) -> dict[str, Any]:
    return {
        "examples": len(pairs),
        "accuracy": _share([_is_right(e, p) for e, p in pairs]),
        "language_accuracy": _share([e.language == p["language"] for e, p in pairs]),
        "entity_f1": _entity_scores(pairs)["f1"],
    }


def _confusions(pairs: list[Pair], most: int = 15) -> list[tuple[str, str, int]]:
    wrong = Counter((e.intent, _predicted(p)) for e, p in pairs if not _is_right(e, p))
    return [(expected, got, count) for (expected, got), count in wrong.most_common(most)]


def check(json_out: Path | None, floors: Path | None) -> None:
    """See before the minutes of measuring that their end will not be in vain.

    Raises:
        DataError: the floors cannot be read, or the report has nowhere to go.
    """
    if floors is not None:
        _read_floors(floors)
    if json_out is not None and not json_out.parent.is_dir():
        raise DataError(f"{json_out}: there is no such folder")


def _read_floors(path: Path) -> dict[str, dict[str, float]]:
    try:
        return _FLOORS.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError):
        raise DataError(f"{path.name}: not figures by name, by variety") from None


def below(figures: dict[str, Any], floors: Path) -> list[str]:
    """What fell by more than a point below its floor, in words.

    The file holds {variety: {figure: share}}, the figures as in `report`, and `out_of_scope: {f1}`.

    Raises:
        DataError: the file names a variety or figure that was not measured.
    """
    fallen = []
    for group, wanted in _read_floors(floors).items():
        measured = figures["varieties"].get(group) or figures.get(group)
        for name, floor in wanted.items():
            if not measured or name not in measured:
                raise DataError(f"{floors.name}: {group}.{name} was not measured")
            if measured[name] < floor - _ALLOWED_FALL:
                fallen.append(f"{group} {name} {measured[name]:.1%}, floor {floor:.1%}")
    return fallen


def write_json(figures: dict[str, Any], path: Path) -> None:
    """Write the report."""
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
