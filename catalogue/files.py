"""Reading the small CSV files of data/."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from errors import DataError


def read_csv(path: Path, columns: Iterable[str]) -> Iterator[dict[str, str]]:
    """The rows of a CSV file that has at least `columns`; nothing when there is no such file.

    Raises:
        DataError: for a missing column or a row of the wrong width.
    """
    if not path.exists():
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restkey="", strict=True)
        if missing := set(columns) - set(reader.fieldnames or ()):
            raise DataError(f"{path.name}:1: no column {', '.join(sorted(missing))}")
        for row in reader:
            if "" in row or None in row.values():
                raise DataError(f"{path.name}:{reader.line_num}: not as many values as columns")
            yield row
