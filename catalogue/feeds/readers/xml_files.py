"""XML, read as a stream: one row in memory, entities refused, and on after a broken row."""

from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from catalogue.feeds.readers.xml_mending import Mender
from catalogue.feeds.records import Rows, Truncated, Unreadable
from catalogue.feeds.source import MEGABYTE, Source
from errors import DataError

_MOST_ROW = 16 * MEGABYTE
_DEEPEST = 64
_MOST_BROKEN = 1000
_MOST_BETWEEN = 1000


def read(source: Source) -> Rows:
    """Each element at the feed's `items` ("offers/offer", from the root) with its line.

    Attributes are fields with an @ before their name, text beside others is "#text"; namespaces
    are left out. What stands outside the rows goes to `source.envelope`, with a slash before it.

    Raises:
        DataError: entities are declared, or it is no XML from its beginning.
    """
    mender = Mender()
    try:
        yield from _Document(source).rows(mender)
    except DefusedXmlException:
        raise DataError("it declares entities or refers to other files: refused") from None
    if mender.mended:
        source.notes.append((1, f"{mender.mended} stray & or control characters are mended"))


class _Document:
    """One file being read: parser after parser, a new one after each row that is broken."""

    def __init__(self, source: Source) -> None:
        self._items = source.feed.items.strip("/").split("/")
        self._envelope = source.envelope
        self._source = source
        self._head = b""  # up to the first row: what a new parser has to see first
        self._headed = False
        self._fed = 0  # bytes that this parser has seen
        self._lines = 0  # to be added to this parser's line numbers
        self._pending = 0
        self._broken = 0
        self._lost: bytes | None = None  # looking for the next row since it broke
        self._begin()

    def _begin(self) -> None:
        self._target = _Target(self._items, self._envelope)
        self._parser = DefusedXMLParser(target=self._target, encoding="utf-8")
        self._target.parser = self._parser.parser
        self._fed = 0

    def rows(self, mender: Mender) -> Rows:
        for text in mender.run(self._source.text()):
            block = text.encode()
            if self._lost is not None:
                block = self._found(block)
            while block:
                block = yield from self._feed(block)
        yield from self._close()

    def _feed(self, block: bytes) -> Any:  # noqa: ANN401 - a generator's own return
        """The rows of `block`; returns what is still to be fed, which is what a break left."""
        before = self._fed
        try:
            self._parser.feed(block)
        except ParseError as error:
            self._keep_head(block)
            yield from self._complete_rows()
            yield self._break(error)
            at = max(0, self._parser.parser.ErrorByteIndex - before)
            self._lines += self._parser.parser.ErrorLineNumber - 1
            return self._found(block[at:])
        self._fed += len(block)
        self._keep_head(block)
        yield from self._complete_rows()
        self._pending = 0 if self._target.between else self._pending + len(block)
        if self._pending > _MOST_ROW:
            raise DataError(f"one row is bigger than {_MOST_ROW // MEGABYTE} MB")
        return b""

    def _complete_rows(self) -> Rows:
        rows, self._target.rows = self._target.rows, []
        for line, row in rows:
            self._pending = 0
            yield line + self._lines, row

    def _keep_head(self, block: bytes) -> None:
        if not self._headed:
            self._head += block
            if self._target.first_byte is not None:
                self._head = self._head[: self._target.first_byte]
                self._headed = True
            elif len(self._head) > _MOST_ROW:
                raise DataError(f"no {'/'.join(self._items)} in its first 16 MB")

    def _break(self, error: ParseError) -> tuple[int, Any]:
        if not self._headed and self._target.first_byte is None:
            raise DataError(f"no XML: {_said(error)}") from None
        self._broken += 1
        if self._broken > _MOST_BROKEN:
            raise DataError(f"more than {_MOST_BROKEN} rows are no XML")
        line = self._target.line or self._parser.parser.ErrorLineNumber
        return line + self._lines, Unreadable(f"no XML: {_said(error)}")

    def _found(self, block: bytes) -> bytes:
        """From the next row on, with a new parser; empty while there is none in sight."""
        block = (self._lost or b"") + block
        tag = b"<" + self._items[-1].encode()
        at = block.find(tag, 1)
        while at >= 0 and block[at + len(tag) : at + len(tag) + 1] not in (
            b">",
            b" ",
            b"\n",
            b"\t",
        ):
            at = block.find(tag, at + 1)
        if at < 0:
            kept = block[-len(tag) - 1 :]
            self._lines += block.count(b"\n") - kept.count(b"\n")
            self._lost = kept
            return b""
        self._lost = None
        self._lines += block[:at].count(b"\n") - self._head.count(b"\n")
        head = self._head
        self._begin()
        self._parser.feed(head)
        self._fed = len(head)
        return block[at:]

    def _close(self) -> Rows:
        if self._lost is not None:
            yield 1 + self._lines, Truncated("the file breaks off in a broken row")
            return
        try:
            self._parser.close()
        except ParseError as error:
            yield from self._complete_rows()
            if self._target.first_byte is None:
                raise DataError(f"no XML: {_said(error)}") from None
            line = self._parser.parser.ErrorLineNumber + self._lines
            yield line, Truncated(f"the file breaks off here: {_said(error)}")
        else:
            yield from self._complete_rows()


class _Target:
    """Builds the rows and keeps nothing else: what the parser calls for each event."""

    def __init__(self, items: list[str], envelope: dict[str, str]) -> None:
        self.parser: Any = None
        self.rows: list[tuple[int, Any]] = []
        self.first_byte: int | None = None
        self.line: int | None = None
        self._items = items
        self._envelope = envelope
        self._path: list[str] = []
        self._stack: list[dict[str, Any]] = []
        self._text: list[list[str]] = []

    @property
    def between(self) -> bool:
        """Whether no row is open."""
        return not self._stack

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = _local(tag)
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise DataError(f"nested more than {_DEEPEST} deep")
        if self._stack or self._path == self._items:
            if not self._stack:
                self.line = self.parser.CurrentLineNumber
                if self.first_byte is None:
                    self.first_byte = self.parser.CurrentByteIndex
            self._stack.append({f"@{_local(key)}": value for key, value in attributes.items()})
        else:
            for key, value in attributes.items():
                self._tell(f"@{_local(key)}", value)
        self._text.append([])

    def data(self, text: str) -> None:
        """Text inside the element that is open."""
        # Between the rows there is a line break each: a million of them are not worth keeping.
        if self._text and (self._stack or len(self._text[-1]) < _MOST_BETWEEN):
            self._text[-1].append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        text = "".join(self._text.pop()).strip()
        name = self._path.pop()
        if not self._stack:
            self._tell(name, text)
            return
        row = self._stack.pop()
        if text and row:
            row["#text"] = text
        if self._stack:
            _add(self._stack[-1], name, row or text)
        else:
            self.rows.append((self.line or 1, row or text))

    def close(self) -> None:
        """The document is over."""

    def _tell(self, name: str, value: str) -> None:
        if value.strip() and len(self._envelope) < _MOST_BETWEEN:
            self._envelope["/" + ".".join([*self._path, name])] = value.strip()


def _add(row: dict[str, Any], name: str, value: Any) -> None:  # noqa: ANN401
    if name not in row:
        row[name] = value
    elif isinstance(row[name], list):
        row[name].append(value)
    else:
        row[name] = [row[name], value]


def _said(error: ParseError) -> str:
    # Its line is that of the parser, of which there may be several to a file.
    return str(error).partition(": line ")[0]


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
