"""Checks the examples of data/nlu: `tawjih nlu check` names file and line of what is wrong.

Folders are the truth: data/nlu/<language>/ for English and French, data/nlu/ar/<variety>/ below.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from catalogue.text import normalise
from errors import DataError
from settings import ROOT

FOLDER = ROOT / "data" / "nlu"
_ENTITY = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
_ARABIC = re.compile(r"[\u0620-\u064a]")
_LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f]")
_KEYS = {"intent", "examples"}
_VARIETIES = ("en", "fr", "msa", "darija", "arabizi", "mixed")
_LEAST = 25  # examples an intent and language
_LAG = 0.5  # of the median of the varieties
_TOP = {"version", "nlu"}


@dataclass(frozen=True, slots=True)
class Example:
    """One line of training data: where it stands, what it is an example of."""

    path: Path
    line: int
    intent: str
    text: str
    entities: tuple[tuple[str, str], ...]
    variety: str

    @property
    def where(self) -> str:
        """File and line."""
        inside = self.path.is_relative_to(ROOT)
        return f"{self.path.relative_to(ROOT) if inside else self.path}:{self.line}"


@dataclass(slots=True)
class Findings:
    """Errors stop the training; warnings are for authors."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read(folder: Path = FOLDER) -> tuple[list[Example], list[str]]:
    """Every example, and what could not be read, with file and line."""
    examples: list[Example] = []
    errors: list[str] = []
    for path in sorted(folder.rglob("*.yml")):
        try:
            examples += _file(path, folder)
        except DataError as error:
            errors.append(str(error))
    return examples, errors


def check(folder: Path = FOLDER, domain: Path = ROOT / "domain.yml") -> Findings:
    """All checks."""
    examples, errors = read(folder)
    intents, entities = _domain(domain)
    found = Findings(errors=errors)
    for example in examples:
        found.errors += _of_one(example, intents, entities)
    found.errors += _across_intents(examples)
    found.warnings += _within_intent(examples)
    found.errors += _missing(examples, intents, entities)
    found.warnings += _lagging(examples)
    return found


def _file(path: Path, folder: Path) -> Iterator[Example]:
    text = path.read_text(encoding="utf-8")
    tab = next((n for n, line in enumerate(text.splitlines(), 1) if line.startswith("\t")), None)
    if tab:
        raise DataError(f"{path}:{tab}: a tab where YAML wants spaces")
    try:
        root = yaml.compose(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise DataError(f"{path}:{mark.line + 1 if mark else 1}: {error}") from None
    if not isinstance(root, yaml.MappingNode):
        raise DataError(f"{path}:1: not a mapping with `version` and `nlu`")
    for key, value in root.value:
        if key.value not in _TOP:
            raise DataError(f"{path}:{key.start_mark.line + 1}: unknown key {key.value!r}")
        if key.value == "nlu":
            for block in value.value:
                yield from _block(path, folder, block)


def _block(path: Path, folder: Path, block: yaml.Node) -> Iterator[Example]:
    pairs = {key.value: (key, value) for key, value in block.value}
    wrong = next((key for name, (key, _) in pairs.items() if name not in _KEYS), None)
    if wrong is not None:
        raise DataError(f"{path}:{wrong.start_mark.line + 1}: unknown key {wrong.value!r}")
    if set(pairs) != _KEYS:
        raise DataError(f"{path}:{block.start_mark.line + 1}: a block needs intent and examples")
    intent, examples = pairs["intent"][1].value, pairs["examples"][1]
    first = examples.start_mark.line + 2  # the line after `examples: |`
    for number, line in enumerate(str(examples.value).splitlines()):
        if not line.strip():
            continue
        if not line.startswith("- "):
            raise DataError(f"{path}:{first + number}: an example begins with '- '")
        yield _example(path, first + number, intent, line[2:].strip(), variety_of(path, folder))


def _example(path: Path, line: int, intent: str, marked: str, variety: str) -> Example:
    entities = tuple((m.group(2), m.group(1)) for m in _ENTITY.finditer(marked))
    return Example(path, line, intent, _ENTITY.sub(r"\1", marked), entities, variety)


def variety_of(path: Path, folder: Path = FOLDER) -> str:
    """The variety that a file's folder names."""
    parts = path.relative_to(folder).parts
    if "mixed" in parts:
        return "mixed"
    return parts[1] if parts[0] == "ar" else parts[0]


def _domain(path: Path) -> tuple[set[str], set[str]]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    intents = {name if isinstance(name, str) else next(iter(name)) for name in content["intents"]}
    return intents, set(content["entities"])


def _of_one(example: Example, intents: set[str], entities: set[str]) -> Iterator[str]:
    if example.intent.split("/")[0] not in intents:
        yield f"{example.where}: unknown intent {example.intent!r}"
    for entity, value in example.entities:
        if entity not in entities:
            yield f"{example.where}: unknown entity {entity!r}"
        if value != value.strip() or not value:
            yield f"{example.where}: an entity's mark holds spaces at its ends: {value!r}"
    if "[" in example.text or "](" in example.text:
        yield f"{example.where}: a bracket is not closed: {example.text!r}"
    if example.variety not in _VARIETIES:
        yield f"{example.where}: the folder names no variety: {example.variety!r}"
    elif _wrong_script(example):
        yield f"{example.where}: not the script of {example.variety}: {example.text!r}"


def _wrong_script(example: Example) -> bool:
    arabic, latin = len(_ARABIC.findall(example.text)), len(_LATIN.findall(example.text))
    if example.variety == "mixed" or arabic + latin == 0 or example.intent == "change_language":
        return False
    # Arabic holds Latin names and words; Latin varieties hold no Arabic letter at all.
    return arabic == 0 if example.variety in ("msa", "darija") else arabic > 0


def _form(text: str) -> str:
    return normalise(text) or text.strip()


def _across_intents(examples: Iterable[Example]) -> Iterator[str]:
    seen: dict[str, Example] = {}
    for example in examples:
        first = seen.setdefault(_form(example.text), example)
        if first.intent != example.intent:
            told = f"{example.text!r} is {example.intent} here and {first.intent} at {first.where}"
            yield f"{example.where}: {told}"


def _within_intent(examples: Iterable[Example]) -> Iterator[str]:
    seen: dict[tuple[str, str], Example] = {}
    for example in examples:
        first = seen.setdefault((example.intent, _form(example.text)), example)
        if first is not example:
            yield f"{example.where}: {example.text!r} stands at {first.where} too"


def _missing(examples: Sequence[Example], intents: set[str], entities: set[str]) -> Iterator[str]:
    counts = Counter((_language(e.variety, e.path), e.intent) for e in examples)
    names = {e.intent for e in examples} | (intents - {"faq", "nlu_fallback"})
    for language in ("en", "fr", "ar"):
        for name in sorted(names):
            count = counts[language, name]
            if count < _LEAST:
                yield f"{language}: {name} has {count} examples, {_LEAST} are needed"
    marked = {entity for e in examples for entity, _ in e.entities}
    for entity in sorted(entities - marked - {"field", "item"}):
        yield f"no example marks the entity {entity}"


def _language(variety: str, path: Path) -> str:
    if variety == "mixed":
        return next(part for part in path.parts if part in ("en", "fr", "ar"))
    return variety if variety in ("en", "fr") else "ar"


def _lagging(examples: Iterable[Example]) -> Iterator[str]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        if example.variety != "mixed":
            counts[example.intent][example.variety] += 1
    for intent, by_variety in sorted(counts.items()):
        middle = median(by_variety[v] for v in _VARIETIES if v != "mixed")
        for variety in (v for v in _VARIETIES if v != "mixed"):
            if by_variety[variety] < _LAG * middle:
                yield f"{variety}: {intent} lags with {by_variety[variety]}, median {middle:.0f}"
