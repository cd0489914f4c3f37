"""CSV: comma, semicolon, tab or bar; a column a field."""

import csv
from collections.abc import Iterator
from typing import Any

from catalogue.feeds.records import Rows, Truncated, Unreadable
from catalogue.feeds.source import MEGABYTE, Source
from errors import DataError

_DELIMITERS = ",;\t|"
_LONGEST_LINE = MEGABYTE


def read(source: Source) -> Rows:
    """Each row by the names of the first line; empty cells are left out.

    A row of another width is unreadable, the ones after it are not.

    Raises:
        DataError: the first line has no names, or one of them twice.
    """
    lines = _bounded(source.lines())
    first = next((line for line in lines if line.strip()), "")
    delimiter = source.feed.delimiter or max(_DELIMITERS, key=first.count)
    names = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    given = [name for name in names if name]
    if not given or len(set(given)) < len(given):
        raise DataError("line 1: the columns need a name each, every one another")
    yield from _rows(csv.reader(lines, delimiter=delimiter, strict=True), names)


def _bounded(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if len(line) > _LONGEST_LINE:
            raise DataError(f"a line is longer than {_LONGEST_LINE // MEGABYTE} million characters")
        yield line


def _rows(reader: Any, names: list[str]) -> Rows:  # noqa: ANN401 - the type has no public name
    while True:
        line = reader.line_num + 2
        try:
            row = next(reader, None)
        except csv.Error as error:
            open_quote = "unexpected end of data" in str(error)
            yield line, Truncated("a quote is not closed") if open_quote else Unreadable(str(error))
            continue
        if row is None:
            return
        if not any(cell.strip() for cell in row):
            continue
        if len(row) == len(names):
            yield line, {name_of(names, at): cell for at, cell in enumerate(row) if cell.strip()}
        else:
            yield line, Unreadable(f"{len(row)} values for {len(names)} columns")


def name_of(names: list[str], at: int) -> str:
    """The name of a column; one without is called by its number, so that nothing is lost."""
    return (names[at] if at < len(names) else "") or f"column {at + 1}"


def nested(row: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    """A table's row with its texts by language: {"title.fr": x} is {"title": {"fr": x}}."""
    if not isinstance(row, dict) or not any("." in str(name) for name in row):
        return row
    made: dict[str, Any] = {}
    for name, value in row.items():
        outer, dot, language = str(name).partition(".")
        inner = made.setdefault(outer, {}) if dot else None
        if isinstance(inner, dict):
            inner[language] = value
        else:
            made[str(name)] = value
    return made
