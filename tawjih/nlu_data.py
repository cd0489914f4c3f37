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
DOMAIN = ROOT / "domain.yml"
_ENTITY = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
_ARABIC = re.compile(r"[\u0620-\u064a]")
_LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f]")
_KEYS = {"intent", "examples"}
_VARIETIES = ("en", "fr", "msa", "darija", "arabizi", "mixed")
_LEAST = 25  # examples an intent and language
_LAG = 0.5  # of the median of the varieties
_TOP = {"version", "nlu"}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the first, where libyaml is, is fast
_TAB = re.compile(r" *\t")


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


def unusable(folder: Path = FOLDER, domain: Path = DOMAIN) -> list[str]:
    """What nothing can be learnt from, with file and line: wrong keys, intents, entities, tabs."""
    examples, errors = read(folder)
    known = _domain(domain)
    return errors + [line for example in examples for line in _unknown(example, *known)]


def labels(folder: Path = FOLDER, domain: Path = DOMAIN) -> set[str]:
    """What an example can be an example of: the domain's intents, and the FAQ keys in use."""
    examples, _ = read(folder)
    intents, _ = _domain(domain)
    return intents - {"faq", "nlu_fallback"} | {
        e.intent for e in examples if e.intent.startswith("faq/")
    }


def check(folder: Path = FOLDER, domain: Path = DOMAIN) -> Findings:
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
    root = _composed(path)
    if not isinstance(root, yaml.MappingNode):
        raise DataError(f"{path}:1: not a mapping with `version` and `nlu`")
    for key, value in root.value:
        if key.value not in _TOP:
            raise DataError(f"{path}:{_line(key)}: unknown key {key.value!r}")
        if key.value == "nlu":
            if not isinstance(value, yaml.SequenceNode):
                raise DataError(f"{path}:{_line(value)}: `nlu` is a list of intents")
            for block in value.value:
                yield from _block(path, folder, block)


def _composed(path: Path) -> yaml.Node | None:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DataError(f"{path}:1: not UTF-8") from None
    for number, line in enumerate(text.splitlines(), 1):
        if _TAB.match(line):
            raise DataError(f"{path}:{number}: a tab where YAML wants spaces")
    try:
        return yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or error
        raise DataError(f"{path}:{mark.line + 1 if mark else 1}: {what}") from None


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1


def _block(path: Path, folder: Path, block: yaml.Node) -> Iterator[Example]:
    if not isinstance(block, yaml.MappingNode):
        raise DataError(f"{path}:{_line(block)}: a block needs intent and examples")
    pairs = {key.value: (key, value) for key, value in block.value}
    wrong = next((key for name, (key, _) in pairs.items() if name not in _KEYS), None)
    if wrong is not None:
        raise DataError(f"{path}:{_line(wrong)}: unknown key {wrong.value!r}")
    if set(pairs) != _KEYS:
        raise DataError(f"{path}:{_line(block)}: a block needs intent and examples")
    intent, examples = pairs["intent"][1].value, pairs["examples"][1]
    if not isinstance(examples, yaml.ScalarNode) or examples.style != "|":
        raise DataError(f"{path}:{_line(examples)}: examples stand under `examples: |`")
    first = _line(examples) + 1  # the line after `examples: |`
    for number, line in enumerate(examples.value.splitlines()):
        if not line.strip():
            continue
        if not line.startswith("- "):
            raise DataError(f"{path}:{first + number}: an example begins with '- '")
        yield _example(path, first + number, intent, line[2:].strip(), variety_of(path, folder))


def _example(path: Path, line: int, intent: str, marked: str, variety: str) -> Example:
    entities = tuple((m.group(2), m.group(1)) for m in _ENTITY.finditer(marked))
    return Example(path, line, intent, unmarked(marked), entities, variety)


def unmarked(text: str) -> str:
    """An example without the marks of its entities."""
    return _ENTITY.sub(r"\1", text)


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
    yield from _unknown(example, intents, entities)
    if example.variety not in _VARIETIES:
        yield f"{example.where}: the folder names no variety: {example.variety!r}"
    elif _wrong_script(example):
        yield f"{example.where}: not the script of {example.variety}: {example.text!r}"


def _unknown(example: Example, intents: set[str], entities: set[str]) -> Iterator[str]:
    if example.intent.split("/")[0] not in intents:
        yield f"{example.where}: unknown intent {example.intent!r}"
    for entity, value in example.entities:
        if entity not in entities:
            yield f"{example.where}: unknown entity {entity!r}"
        if value != value.strip() or not value:
            yield f"{example.where}: an entity's mark holds spaces at its ends: {value!r}"
    if "[" in example.text or "](" in example.text:
        yield f"{example.where}: a bracket is not closed: {example.text!r}"


def _wrong_script(example: Example) -> bool:
    arabic, latin = len(_ARABIC.findall(example.text)), len(_LATIN.findall(example.text))
    if example.variety == "mixed" or arabic + latin == 0 or example.intent == "change_language":
        return False
    # Arabic holds Latin names and words; Latin varieties hold no Arabic letter at all.
    return arabic == 0 if example.variety in ("msa", "darija") else arabic > 0


def form_of(text: str) -> str:
    """What two texts have in common that say the same words."""
    return normalise(text) or text.strip()


def _across_intents(examples: Iterable[Example]) -> Iterator[str]:
    seen: dict[str, Example] = {}
    for example in examples:
        first = seen.setdefault(form_of(example.text), example)
        if first.intent != example.intent:
            told = f"{example.text!r} is {example.intent} here and {first.intent} at {first.where}"
            yield f"{example.where}: {told}"


def _within_intent(examples: Iterable[Example]) -> Iterator[str]:
    seen: dict[tuple[str, str], Example] = {}
    for example in examples:
        first = seen.setdefault((example.intent, form_of(example.text)), example)
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
