"""PDFs: with nothing in them that runs, opens something else, or is hidden."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from errors import FileRefused

_MOST_OBJECTS = 60_000
_TAIL = 2048  # bytes that may follow the end, such as blank lines
_ACTIONS = {
    "/JavaScript", "/Launch", "/GoToE", "/GoToR", "/ImportData", "/SubmitForm", "/Rendition",
    "/RichMediaExecute", "/Movie", "/Sound",
}  # fmt: skip
_KEYS = {"/JS", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent", "/AF"}
_TYPES = {"/EmbeddedFile", "/RichMedia", "/3D", "/Screen", "/FileAttachment"}
# What an object that no table names would be found by, when a reader repairs the file.
_RAW = re.compile(rb"/(JavaScript|EmbeddedFiles?|Launch|RichMedia)\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def check(content: bytes) -> None:
    """Pass where a PDF is only to be read.

    Raises:
        FileRefused: locked with a password, active, or broken.
    """
    if zipfile.is_zipfile(io.BytesIO(content)) or len(content) - content.rfind(b"%%EOF") > _TAIL:
        raise FileRefused("broken")  # a second file hangs on it, or its end is missing
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise FileRefused("locked")
        active = _is_active(reader)
        if not reader.pages:
            raise FileRefused("broken")
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, OSError):
        raise FileRefused("broken") from None
    except RecursionError:
        raise FileRefused("bomb") from None
    plain = _ESCAPED.sub(lambda hit: bytes([int(hit[1], 16)]), content)
    if active or _RAW.search(plain):
        raise FileRefused("active")


def _is_active(reader: PdfReader) -> bool:
    return any(_acts(found) for found in _dictionaries(reader))


def _acts(found: DictionaryObject) -> bool:
    types = {str(_plain(found.get(key))) for key in ("/Type", "/Subtype")}
    action = str(_plain(found.get("/S")))
    return action in _ACTIONS or bool(types & _TYPES) or not _KEYS.isdisjoint(found.keys())


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a PDF holds
    return value.get_object() if isinstance(value, IndirectObject) else value


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary that is reached from the trailer, each once."""
    todo: list[Any] = [reader.trailer]
    seen: set[int] = set()
    count = 0
    while todo:
        one = todo.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        count += 1
        if count > _MOST_OBJECTS * 20 or len(seen) > _MOST_OBJECTS:
            raise FileRefused("bomb")
        if isinstance(one, DictionaryObject):
            yield one
            todo.extend(one.raw_get(key) for key in one)
        elif isinstance(one, ArrayObject):
            todo.extend(list.__iter__(one))
