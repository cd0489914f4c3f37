"""The rows of a file of listings, whatever its format, each with the line where it begins."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from errors import DataError


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that could not even be read: it is rejected with this reason, not left out."""

    reason: str


Rows = Iterator[tuple[int, Any]]


def read_rows(path: Path) -> Rows:
    """The rows of a YAML list, a JSON list, JSON Lines or CSV file, by the end of its name.

    In CSV, `title.fr` is the French title, and lists have `|` between their words.

    Raises:
        DataError: when there is no such file, its format is unknown or the whole is broken.
    """
    readers = {
        ".yml": _yaml,
        ".yaml": _yaml,
        ".json": _json,
        ".jsonl": _json_lines,
        ".ndjson": _json_lines,
        ".csv": _csv,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise DataError(f"{path.name}: not one of {', '.join(readers)}")
    try:
        yield from reader(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError, csv.Error) as error:
        raise DataError(f"{path.name}: {error or type(error).__name__}") from None


def _yaml(text: str) -> Rows:
    loader = yaml.SafeLoader(text)
    try:
        whole = loader.get_single_node()
        if whole is None:
            return
        if not isinstance(whole, yaml.SequenceNode):
            raise yaml.YAMLError("not a list of listings")
        for node in whole.value:
            yield node.start_mark.line + 1, loader.construct_document(node)
    finally:
        loader.dispose()


def _json(text: str) -> Rows:
    rows = json.loads(text)
    if not isinstance(rows, list):
        raise ValueError("not a list of listings")  # noqa: TRY004 - the file is wrong, not the code
    yield from enumerate(rows, 1)


def _json_lines(text: str) -> Rows:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                yield number, Unreadable(f"no JSON: {error}")


def _csv(text: str) -> Rows:
    reader = csv.DictReader(text.splitlines(keepends=True), restkey="", strict=True)
    for row in reader:
        if "" in row or None in row.values():
            yield reader.line_num, Unreadable("not as many values as columns")
        else:
            yield reader.line_num, _nested(row)


def _nested(row: dict[str, str]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, value in row.items():
        if not value.strip():
            continue
        outer, dot, language = name.partition(".")
        if dot:
            nested.setdefault(outer, {})[language] = value
        else:
            nested[name] = value
    return nested
