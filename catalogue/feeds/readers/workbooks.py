"""XLSX: the rows of one sheet, read as a stream; bombs are refused before anything is unpacked."""

import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from catalogue.feeds.readers.tables import name_of
from catalogue.feeds.records import Rows
from catalogue.feeds.source import CHUNK, MEGABYTE, Source
from errors import DataError

_MOST_UNPACKED = 400 * MEGABYTE
_MOST_RATIO = 200  # a sheet of real rows is packed 5 to 30 times smaller
_SMALL = MEGABYTE  # below it, a ratio says nothing
_MOST_MEMBERS = 2000
_MOST_COLUMNS = 500
# A workbook's XML never declares anything: who does so wants the parser to expand it.
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")


def read(source: Source) -> Rows:
    """Each row by the names of the first row that is not empty; empty cells are left out.

    A value in a column without a name is not lost: the column is then called "column 3".

    Raises:
        DataError: no workbook, no such sheet, names that stand twice, or a bomb.
    """
    _check(source)
    try:
        # Opened here: openpyxl asks for the right end of a name, which a fetched file has not.
        with source.path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            yield from _rows(_sheet(book, source.feed.sheet))
    except DataError:
        raise
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise DataError(f"no workbook that can be read: {error}") from None
    except SyntaxError as error:  # what every XML parser's error is
        raise DataError(f"no workbook that can be read: {error}") from None


def _check(source: Source) -> None:
    try:
        with zipfile.ZipFile(source.path) as packed:
            _check_sizes(packed.infolist())
            for member in packed.infolist():
                _check_member(packed, member)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(f"no workbook that can be read: {error}") from None


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(one.file_size for one in members)
    packed = sum(one.compress_size for one in members)
    if len(members) > _MOST_MEMBERS or unpacked > _MOST_UNPACKED:
        raise DataError(f"unpacks to more than {_MOST_UNPACKED // MEGABYTE} MB")
    if unpacked > _SMALL and unpacked > _MOST_RATIO * packed:
        raise DataError(f"unpacks to {unpacked // max(1, packed)} times its size: a bomb")


def _check_member(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Read through once: what is longer than it says ends here, and so do declarations."""
    before = b""
    with packed.open(member) as file:
        while block := file.read(CHUNK):
            seen = (before + block).replace(b"\0", b"")  # UTF-16 too
            if any(word in seen for word in _DECLARATIONS):
                raise DataError(f"{member.filename} declares entities: refused")
            before = block[-20:]


def _sheet(book: Any, name: str | None) -> Any:  # noqa: ANN401 - openpyxl has no types
    if name is None:
        return book.worksheets[0]
    if name not in book.sheetnames:
        raise DataError(f"sheet: there is no {name!r} but {', '.join(book.sheetnames)}")
    return book[name]


def _rows(sheet: Any) -> Rows:  # noqa: ANN401
    # A sheet may claim a million empty columns: rows are as long as they are, not as it says.
    sheet.reset_dimensions()
    rows = enumerate(sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS), 1)
    names = _names(rows)
    for line, cells in rows:
        row = {name_of(names, at): _value(c) for at, c in enumerate(cells) if c is not None}
        if row:
            yield line, row


def _names(rows: Iterator[tuple[int, tuple[Any, ...]]]) -> list[str]:
    for _, cells in rows:
        names = [str(cell).strip() if cell is not None else "" for cell in cells]
        if given := [name for name in names if name]:
            if len(set(given)) < len(given):
                raise DataError("the columns need a name each, every one another")
            return names
    raise DataError("no row with the names of columns")


def _value(cell: Any) -> Any:  # noqa: ANN401
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)  # Excel knows no whole numbers: an id of 7 would become 7.0
    return cell
