"""JSON, read as a stream of events, and JSON Lines."""

import json
from collections.abc import Iterator
from typing import Any

import ijson

from catalogue.feeds.records import Rows, Truncated, Unreadable
from catalogue.feeds.source import MEGABYTE, Pieces, Source
from errors import DataError

_MOST_ROW = 16 * MEGABYTE
_DEEPEST = 64
_SCALARS = ("string", "number", "boolean")


def read(source: Source) -> Rows:
    """Each item of the list at the feed's `items` ("ads", "result.jobs"; empty: the whole file).

    The whole file may also be one item. What stands beside the list goes to `source.envelope`,
    with a slash before its name.

    Raises:
        DataError: the file is no JSON from its beginning.
    """
    position = 0
    try:
        for item in _items(source):
            position += 1
            yield position, item
    except ijson.JSONError as error:
        reason = " ".join(str(error).split())[:200]
        if not position:
            raise DataError(f"no JSON: {reason}") from None
        yield position + 1, Truncated(f"the file breaks off here: {reason}")


def _items(source: Source) -> Iterator[Any]:
    pieces = Pieces((block.encode() for block in source.text()), _MOST_ROW)
    wanted: tuple[str, ...] | None = None
    builder: Any = None
    for path, event, value in _walk(ijson.basic_parse(pieces, use_float=True)):
        if wanted is None:
            if event == "start_map" and not source.feed.mapping:
                raise DataError("not a list of listings")  # one alone is a partner's way
            wanted = _wanted(source.feed.items, event)
        starts = builder is None and path == wanted
        if starts and event in ("start_map", "start_array"):
            builder = ijson.ObjectBuilder()
        if builder is not None:
            builder.event(event, value)
        elif starts and event in (*_SCALARS, "null"):
            yield value
        elif event in _SCALARS and value != "":
            source.envelope["/" + ".".join(one for one in path if one)] = str(value)
        if builder is not None and path == wanted and event in ("end_map", "end_array"):
            yield builder.value
            builder, pieces.pending = None, 0


def _walk(events: Any) -> Iterator[tuple[tuple[str, ...], str, Any]]:  # noqa: ANN401
    """(path, event, value); an item of a list has an empty name. A container has its own path."""
    path: tuple[str, ...] = ()
    inside: list[str] = []
    for event, value in events:
        if event == "map_key":
            path = (*path[: len(inside) - 1], value)
        elif event in ("end_map", "end_array"):
            inside.pop()
            path = path[: len(inside)]
            yield path, event, value
            continue
        yield path, event, value
        if event in ("start_map", "start_array"):
            if len(inside) == _DEEPEST:
                raise ijson.JSONError(f"nested more than {_DEEPEST} deep")
            inside.append(event)
            path = (*path, "")


def _wanted(items: str, first: str) -> tuple[str, ...]:
    inner = tuple(items.split(".")) if items else ()
    if first == "start_array":
        return ("", *inner, "") if inner else ("",)
    return (*inner, "") if inner else ()


def read_lines(source: Source) -> Rows:
    """Each line that is not empty. One that is no JSON is unreadable, the others are not."""
    for number, line in enumerate(source.lines(), 1):
        if len(line) > _MOST_ROW:
            yield number, Unreadable(f"longer than {_MOST_ROW // MEGABYTE} million characters")
        elif line.strip():
            yield number, _row(line)


def _row(line: str) -> Any:  # noqa: ANN401 - whatever the line holds
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        # A last line without an end may have been cut off in the middle.
        kind = Unreadable if line.endswith("\n") else Truncated
        return kind(f"no JSON: {error}")
