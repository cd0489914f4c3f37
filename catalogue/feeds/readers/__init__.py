"""One reader a format: a file to rows, each with its line or position. Nothing else."""

from collections.abc import Callable
from importlib import import_module

from catalogue.feeds.records import Rows
from catalogue.feeds.source import Source

Reader = Callable[[Source], Rows]


def _of(module: str, function: str = "read") -> Reader:
    # Spreadsheets and web pages need large libraries: who reads none of them loads none.
    def read(source: Source) -> Rows:
        reader: Reader = getattr(import_module(f"{__name__}.{module}"), function)
        return reader(source)

    return read


READERS: dict[str, Reader] = {
    "csv": _of("tables"),
    "xlsx": _of("workbooks"),
    "json": _of("json_files"),
    "jsonl": _of("json_files", "read_lines"),
    "france_travail": _of("json_files", "read_lines"),
    "yaml": _of("yaml_files"),
    "xml": _of("xml_files"),
    "rss": _of("syndication"),
    "ical": _of("calendars"),
    "jsonld": _of("json_ld"),
}
