"""From a labelled file to the examples of data/nlu: all of it, or nothing when the check objects.

A line goes to data/nlu/<language or variety>/reviewed/<topic>.yml, the topic being the name of
the file in which its intent stands most often. Files are added to as text: comments stay.
"""

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from errors import DataError
from people.redaction import DATE, EMAIL, LINK, NAME, NUMBER, PHONE, SECRET
from tawjih import nlu_data
from tawjih.nlu_data import DOMAIN, FOLDER, Example
from tawjih.review.entries import Entry, read, write_whole

_NEW = 'version: "3.1"\nnlu:\n'
_INDENT = "    "
# What stands in an example for what was taken out of a message: somebody else's.
_STAND_INS = {
    NAME: "Amina",
    EMAIL: "amina@emploi.example",
    LINK: "https://emploi.example",
    PHONE: "0600000000",
    NUMBER: "00000000",
    DATE: "01/02/2003",
    SECRET: "0000",
}
_SHOWN = 15  # errors


@dataclass(slots=True)
class Merged:
    """What became of a file's entries: lines added by file, and how many were not."""

    added: Counter[Path] = field(default_factory=Counter)
    there: int = 0
    unlabelled: int = 0


def merge(path: Path, folder: Path = FOLDER, domain: Path = DOMAIN) -> Merged:
    """Add what was labelled to the examples.

    Raises:
        DataError: the file is wrong, a label unknown, or the check of the examples finds an
            error in what it would become; nothing was changed.
    """
    entries = read(path)
    examples, errors = nlu_data.read(folder)
    if errors:
        raise DataError("the examples are wrong already:\n" + "\n".join(errors[:_SHOWN]))
    _refuse_unknown(path, entries, nlu_data.labels(folder, domain))
    done = Merged(unlabelled=sum(entry.label is None for entry in entries))
    lines = _lines(entries, examples, folder, done)
    texts = {
        target: _with(target.read_text("utf-8") if target.exists() else _NEW, found)
        for target, found in lines.items()
    }
    _refuse_wrong(texts, folder, domain)
    for target, text in texts.items():
        write_whole(target, text, mode=0o644)
    return done


def _refuse_unknown(path: Path, entries: Iterable[Entry], known: set[str]) -> None:
    unknown = {entry.label for entry in entries if entry.label and entry.label not in known}
    if unknown:
        told = [f"{label} (near: {', '.join(near(label, known))})" for label in sorted(unknown)]
        raise DataError(f"{path}: no such intent: {'; '.join(told)}")


def near(label: str, known: Iterable[str]) -> list[str]:
    """Names that look like one."""
    return get_close_matches(label, known, n=3, cutoff=0.5)


Lines = dict[Path, dict[str, list[str]]]
"""New lines by file and intent."""


def _lines(
    entries: Sequence[Entry], examples: Sequence[Example], folder: Path, done: Merged
) -> Lines:
    topics = _topics(examples)
    seen = {(example.intent, nlu_data.form_of(example.text)) for example in examples}
    lines: Lines = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        if entry.label is None:
            continue
        text = _stand_in(entry.text)
        form = (entry.label, nlu_data.form_of(nlu_data.unmarked(text)))
        if form in seen:
            done.there += 1
            continue
        seen.add(form)
        target = _home(entry, folder) / "reviewed" / f"{topics[entry.label]}.yml"
        lines[target][entry.label].append(text)
        done.added[target] += 1
    return lines


def _topics(examples: Iterable[Example]) -> dict[str, str]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        counts[example.intent][example.path.stem] += 1
    return {intent: count.most_common(1)[0][0] for intent, count in counts.items()}


def _stand_in(text: str) -> str:
    for mark, word in _STAND_INS.items():
        text = text.replace(mark, word)
    return " ".join(text.split())


def _home(entry: Entry, folder: Path) -> Path:
    if entry.variety == "mixed":
        return folder / entry.language / "mixed"
    return folder / (entry.variety if entry.variety in ("en", "fr") else f"ar/{entry.variety}")


def _with(text: str, found: dict[str, list[str]]) -> str:
    for intent, examples in found.items():
        text = _added(text if text.endswith("\n") else f"{text}\n", intent, examples)
    return text


def _added(text: str, intent: str, examples: Sequence[str]) -> str:
    """A file's text with examples at the end of the intent's block, or in a new block."""
    block = _block(text, intent)
    if block is None:
        head = f"- intent: {intent}\n  examples: |\n"
        return text + head + "".join(f"{_INDENT}- {example}\n" for example in examples)
    lines = text.splitlines(keepends=True)
    first = block.start_mark.line + 1
    end = first + len(block.value.rstrip("\n").splitlines())
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip(" "))]
    new = [f"{indent}- {example}\n" for example in examples]
    return "".join([*lines[:end], *new, *lines[end:]])


def _block(text: str, intent: str) -> yaml.ScalarNode | None:
    # The file is one that the check has read without an error, or a new one.
    root = yaml.compose(text)
    assert isinstance(root, yaml.MappingNode)  # noqa: S101 - narrows for the type checker
    blocks = next(value.value for key, value in root.value if key.value == "nlu")
    for block in blocks:
        keys = {key.value: value for key, value in block.value}
        if keys["intent"].value == intent:
            examples: yaml.ScalarNode = keys["examples"]
            return examples
    return None


def _refuse_wrong(texts: dict[Path, str], folder: Path, domain: Path) -> None:
    """Check a copy of all examples with the new lines in it."""
    with TemporaryDirectory() as scratch:
        copy = Path(scratch) / "nlu"
        shutil.copytree(folder, copy)
        for target, text in texts.items():
            write_whole(copy / target.relative_to(folder), text)
        errors = nlu_data.check(copy, domain).errors
    if errors:
        told = [line.replace(str(copy), str(folder)) for line in errors[:_SHOWN]]
        raise DataError("nothing was merged, the check says:\n" + "\n".join(told))
