"""One file as bytes and as text: compressed or not, in whatever encoding, within a size."""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import IO, Any, cast

import charset_normalizer

from catalogue.feeds.feed import Feed
from errors import DataError

CHUNK = 1 << 16
MEGABYTE = 1 << 20
_GZIP = b"\x1f\x8b"
_SAMPLE = 1 << 16
_WINDOW = 200  # bytes around a byte that is no UTF-8, for guessing what it is
_LEGACY = ["cp1256", "cp1252", "iso8859_6"]
# What browsers do too: who says ISO-8859-1 means Windows' own extension of it.
_MEANT = {"iso8859-1": "cp1252", "ascii": "utf-8"}
_DECLARING = ("xml", "rss", "jsonld")
_DECLARATION = re.compile(rb"(?:encoding|charset)=[\"']?([\w.:-]{1,40})")
_BEGINNING = 1024
_ESCAPED = re.compile("[\udc80-\udcff]+")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass
class Source:
    """One file of `feed`, as it is read on `today`.

    `notes` are (line, what was mended), about the file as a whole; `envelope` is what it tells
    outside its rows ({path: value}). `declared` is the encoding that the sender names.
    """

    path: Path
    feed: Feed
    today: date
    most_bytes: int = 1024 * MEGABYTE
    declared: str | None = None
    notes: list[tuple[int, str]] = field(default_factory=list)
    envelope: dict[str, str] = field(default_factory=dict)

    def open(self) -> IO[bytes]:
        """The bytes, uncompressed where they came compressed."""
        with self.path.open("rb") as file:
            compressed = file.read(2) == _GZIP
        opened: Any = gzip.open(self.path) if compressed else self.path.open("rb")  # noqa: SIM115
        return cast("IO[bytes]", opened)

    def blocks(self) -> Iterator[bytes]:
        """The bytes in blocks.

        Raises:
            DataError: it is bigger than allowed, or its compression is broken.
        """
        size = 0
        try:
            with self.open() as file:
                while block := file.read(CHUNK):
                    size += len(block)
                    if size > self.most_bytes:
                        raise DataError(f"bigger than {self.most_bytes // MEGABYTE} MB")
                    yield block
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise DataError(f"its compression is broken: {error}") from None

    def text(self) -> Iterator[str]:
        """The text in blocks, decoded as it really is; no byte-order mark, no NUL."""
        name, mixed = self.encoding
        legacy = self._fallback
        decoder = codecs.getincrementaldecoder(name)("surrogateescape" if mixed else "replace")
        for block in self.blocks():
            yield _plain(decoder.decode(block), legacy)
        yield _plain(decoder.decode(b"", final=True), legacy)

    def lines(self) -> Iterator[str]:
        """The text in lines, each with its end."""
        rest: list[str] = []
        for block in self.text():
            *whole, last = block.split("\n")
            if whole:
                yield "".join(rest) + whole[0] + "\n"
                yield from (line + "\n" for line in whole[1:])
                rest = []
            rest.append(last)
        if last := "".join(rest):
            yield last

    @cached_property
    def encoding(self) -> tuple[str, bool]:
        """(codec, whether some bytes are of another one): read once through to be sure."""
        declared = _codec(self.feed.encoding or self._declaration() or self.declared)
        if bom := self._bom():
            return bom, False
        good, bad, sample = self._survey()
        if declared not in (None, "utf-8") and (bad or not good):
            return str(declared), False
        if not bad:
            return "utf-8", False
        if good > bad:
            self.notes.append((1, f"{bad} bytes that are no UTF-8 were read as {self._fallback}"))
            return "utf-8", True
        name = self._guess(sample)
        self.notes.append((1, f"not in UTF-8: read as {name}"))
        return name, False

    @property
    def _fallback(self) -> str:
        return "cp1256" if self.feed.language == "ar" else "cp1252"

    def _bom(self) -> str | None:
        head = self._head(4)
        return next((name for mark, name in _BOMS if head.startswith(mark)), None)

    def _head(self, size: int) -> bytes:
        head = b""
        for block in self.blocks():
            head += block
            if len(head) >= size:
                break
        return head[:size]

    def _declaration(self) -> str | None:
        """The encoding that the beginning of an XML or HTML file names."""
        if self.feed.format not in _DECLARING:
            return None
        found = _DECLARATION.search(self._head(_BEGINNING))
        return found[1].decode("ascii") if found else None

    def _survey(self) -> tuple[int, int, bytes]:
        """Letters beyond ASCII that are good UTF-8, bytes that are not, and some of the latter."""
        decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        good = bad = 0
        sample = bytearray()
        for block in _and_end(self.blocks()):
            text = decoder.decode(block, final=not block)
            if text.isascii():
                continue
            escaped = sum(map(len, _ESCAPED.findall(text)))
            bad += escaped
            good += sum(c > "\x7f" for c in text) - escaped
            if escaped and len(sample) < _SAMPLE:
                sample += b"\n".join(_windows(text))
        return good, bad, bytes(sample[:_SAMPLE])

    def _guess(self, sample: bytes) -> str:
        best = charset_normalizer.from_bytes(sample, cp_isolation=_LEGACY).best()
        return best.encoding if best else self._fallback


def _and_end(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks and an empty one: a letter may be cut off at the very end."""
    yield from blocks
    yield b""


def _windows(text: str) -> Iterator[bytes]:
    at = 0
    while found := _ESCAPED.search(text, at):
        at = found.end() + _WINDOW
        yield text[max(0, found.start() - _WINDOW) : at].encode("utf-8", "surrogateescape")


def _plain(text: str, legacy: str) -> str:
    text = text.removeprefix("\ufeff").replace("\0", "")
    return text if text.isascii() else _ESCAPED.sub(lambda bad: _as(legacy, bad[0]), text)


def _as(codec: str, escaped: str) -> str:
    return escaped.encode("utf-8", "surrogateescape").decode(codec, "replace")


def _codec(name: str | None) -> str | None:
    try:
        found = codecs.lookup(name).name if name else None
    except LookupError:
        return None
    return _MEANT.get(found, found) if found else None


class Pieces:
    """Blocks of bytes as a file that is read forward, as libraries ask for one.

    `pending` counts the bytes since it was last set to 0: a reader bounds one row by it.
    """

    def __init__(self, blocks: Iterator[bytes], most_pending: int) -> None:
        self._blocks = blocks
        self._most = most_pending
        self._rest = b""
        self.pending = 0

    def read(self, size: int = -1) -> bytes:
        """The next `size` bytes or less; empty at the end."""
        if size == 0:
            return b""
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return b""
            self._rest = block
        size = len(self._rest) if size < 0 else size
        given, self._rest = self._rest[:size], self._rest[size:]
        self.pending += len(given)
        if self.pending > self._most:
            raise DataError(f"one row is bigger than {self._most // MEGABYTE} MB")
        return given
