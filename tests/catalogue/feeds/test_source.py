import gzip
import zlib

import pytest

from catalogue.feeds import source as source_module
from errors import DataError
from tests.catalogue.feeds.making import feed, rows, source

FRENCH = "Menuisier expérimenté à l'atelier, diplôme exigé : très bon salaire, où que vous soyez"
ARABIC = "نحن نبحث عن نجار محترف للعمل في ورشة بمدينة صفاقس. المؤهل المطلوب شهادة في النجارة"


def text_of(path, content, **more):
    read = source(path, feed("csv", **more), content)
    return "".join(read.text()), read.notes


@pytest.mark.parametrize("size", [7, 1 << 16])
@pytest.mark.parametrize(
    ("text", "codec", "language"),
    [
        (FRENCH, "utf-8", "fr"),
        (FRENCH, "utf-8-sig", "fr"),
        (FRENCH, "utf-16", "fr"),
        (FRENCH, "latin-1", "fr"),
        (FRENCH, "cp1252", "fr"),
        (ARABIC, "utf-8", "ar"),
        (ARABIC, "cp1256", "ar"),
        (ARABIC, "cp1256", "fr"),
        (ARABIC, "iso8859_6", "ar"),
    ],
)
def test_any_encoding_is_read_as_what_it_is(tmp_path, monkeypatch, text, codec, language, size):
    monkeypatch.setattr(source_module, "CHUNK", size)
    found, notes = text_of(tmp_path / "a", text.encode(codec), language=language)
    assert found == text
    assert bool(notes) == (not codec.startswith("utf"))


def test_latin_1_that_claims_to_be_utf_8(tmp_path):
    content = f'<?xml version="1.0" encoding="UTF-8"?><r><j><id>1</id><t>{FRENCH}</t></j></r>'
    found, read = rows(tmp_path / "a", feed("xml", items="r/j"), content.encode("latin-1"))
    assert found == [(1, {"id": "1", "t": FRENCH})]
    assert read.notes == [(1, "not in UTF-8: read as cp1252")]


def test_a_declared_encoding_is_believed_unless_it_is_plainly_wrong(tmp_path):
    head = '<?xml version="1.0" encoding="windows-1256"?>'
    definition = feed("xml", items="r/j")
    found, read = rows(tmp_path / "a", definition, f"{head}<r><j>نجار</j></r>".encode("cp1256"))
    assert (found, read.notes) == ([(1, "نجار")], [])
    found, _ = rows(tmp_path / "b", definition, f"{head}<r><j>نجار محترف</j></r>".encode())
    assert found == [(1, "نجار محترف")]


def test_a_few_foreign_bytes_in_utf_8_are_read_as_windows_and_told(tmp_path):
    found, notes = text_of(tmp_path / "a", f"{FRENCH}\n".encode() + "café".encode("latin-1"))
    assert found == f"{FRENCH}\ncafé"
    assert notes == [(1, "1 bytes that are no UTF-8 were read as cp1252")]


def test_lines_keep_their_numbers_and_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(source_module, "CHUNK", 3)
    read = source(tmp_path / "a", feed("csv"), "un\n\ndeux et plus\r\nfin")
    assert list(read.lines()) == ["un\n", "\n", "deux et plus\r\n", "fin"]


def test_a_compressed_file_is_unpacked(tmp_path):
    assert text_of(tmp_path / "a", gzip.compress(FRENCH.encode()))[0] == FRENCH


def test_a_bomb_is_bounded_by_what_it_unpacks_to(tmp_path):
    packed = gzip.compress(b"0" * (5 << 20))
    assert len(packed) < 10_000
    read = source(tmp_path / "a", feed("csv"), packed, most_bytes=1 << 20)
    with pytest.raises(DataError, match="bigger than 1 MB"):
        list(read.text())


@pytest.mark.parametrize("cut", [12, -6])
def test_broken_compression_is_said_so(tmp_path, cut):
    packed = gzip.compress(zlib.compress(FRENCH.encode()) * 40)
    read = source(tmp_path / "a", feed("csv"), packed[:cut])
    with pytest.raises(DataError, match="compression is broken"):
        list(read.text())
