"""Files of listings in our own words, whatever their format: what `tawjih import FILE` reads."""

from datetime import date
from pathlib import Path
from typing import Any

from catalogue.feeds.feed import Feed
from catalogue.feeds.readers import READERS
from catalogue.feeds.readers.tables import nested
from catalogue.feeds.records import Rows, Truncated, Unreadable
from catalogue.feeds.source import Source
from errors import DataError

__all__ = ["Rows", "Unreadable", "own_words", "read_rows"]

_FORMATS = {
    ".yml": "yaml",
    ".yaml": "yaml",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".xlsx": "xlsx",
}


def own_words(path: Path, source: str, language: str) -> Feed:
    """A feed of listings that use the names of `ListingIn`, by the end of the file's name.

    Raises:
        DataError: the format is unknown, or no source has such a name.
    """
    named = path.name.lower().removesuffix(".gz")
    file_format = _FORMATS.get(Path(named).suffix)
    if file_format is None:
        raise DataError(f"{path.name}: not one of {', '.join(_FORMATS)}")
    told = {"name": "own", "publisher": source, "licence": "own", "format": file_format}
    # Nothing is mapped: the rows are listings as they are.
    return Feed.model_validate(told | {"language": language, "mapping": {}})


def read_rows(path: Path) -> Rows:
    """The rows of a YAML list, a JSON list, JSON Lines, CSV or XLSX file, by the end of its name.

    In CSV and XLSX, `title.fr` is the French title, and lists have `|` between their words.

    Raises:
        DataError: when there is no such file, its format is unknown or the whole is broken.
    """
    feed = own_words(path, path.stem, "fr")
    try:
        source = Source(path, feed, date.today())  # noqa: DTZ011 - no reader here asks for it
        for line, row in READERS[feed.format](source):
            yield line, nested(_whole(line, row))
    except OSError as error:
        raise DataError(f"{path.name}: {error.strerror or error}") from None
    except DataError as error:
        raise DataError(f"{path.name}: {error}") from None


def _whole(line: int, row: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    if isinstance(row, Truncated):
        raise DataError(f"line {line}: {row.reason}")
    return row
