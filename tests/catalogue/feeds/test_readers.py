"""What partners get wrong, format by format: rejected with its line, and the rest comes in."""

import io
import zipfile

import openpyxl
import pytest

from catalogue.feeds import source as source_module
from catalogue.feeds.records import Truncated, Unreadable
from errors import DataError
from tests.catalogue.feeds.making import feed, rows

XML = {"file_format": "xml", "items": "r/j"}


@pytest.fixture(params=[5, 1 << 16], ids=["small blocks", "large blocks"])
def path(request, tmp_path, monkeypatch):
    """A file that is read in blocks of one size or the other: a block may end anywhere."""
    monkeypatch.setattr(source_module, "CHUNK", request.param)
    return tmp_path / "file"


def read(path, content, **definition):
    return rows(path, feed(**definition), content)[0]


def kinds(found):
    return [(line, type(row).__name__) for line, row in found]


# XML


def test_xml_becomes_fields(path):
    content = """<?xml version="1.0" encoding="UTF-8"?>
<r v="1" xmlns:a="http://a.example"><pub>x</pub>
<j id="1" a:k="2"><a:t> un </a:t><e/>
<b>1</b><b>2</b><c d="3">trois</c></j>
<j><t><![CDATA[a & b <p>]]></t></j></r>"""
    found, source = rows(path, feed(**XML), content)
    assert found == [
        (3, {"@id": "1", "@k": "2", "t": "un", "e": "", "b": ["1", "2"], "c": {"@d": "3", "#text": "trois"}}),
        (5, {"t": "a & b <p>"}),
    ]  # fmt: skip
    assert source.envelope == {"/r.@v": "1", "/r.pub": "x"}


def test_a_broken_row_is_told_and_the_ones_after_it_come_in(path):
    content = """<r xmlns:a="http://a.example">
<j><a:t>1</a:t></j>
<j>
<a:t>2</x></j>
<jj/>
<j><a:t>3</a:t></j>
<j><a:t>4<</j>
<j><a:t>5</a:t></j>
</r>"""
    found = read(path, content, **XML)
    assert kinds(found) == [
        (2, "dict"), (3, "Unreadable"), (6, "dict"), (7, "Unreadable"), (8, "dict"),
    ]  # fmt: skip
    assert [row["t"] for _, row in found if isinstance(row, dict)] == ["1", "3", "5"]
    assert "mismatched tag" in found[1][1].reason


@pytest.mark.parametrize(
    ("end", "line"), [("<j><t>3", 3), ("<j><t><![CDATA[3", 3), ("", 2), ("<j><t>3</x></j>", 3)]
)
def test_truncated_xml_keeps_what_is_whole(path, end, line):
    found = read(path, f"<r>\n<j><t>1</t></j><j><t>2</t></j>\n{end}", **XML)
    assert [row for _, row in found[:2]] == [{"t": "1"}, {"t": "2"}]
    assert isinstance(found[-1][1], Truncated)
    assert found[-1][0] >= line


def test_stray_ampersands_and_entities_of_html_are_mended(path):
    content = "<r><j><t>R&D &eacute;t&eacute; &amp; &#233; a&b=c</t><u><![CDATA[x?a=1&b=2]]></u>\x0b</j></r>"
    found, source = rows(path, feed(**XML), content)
    assert found == [(1, {"t": "R&D été & é a&b=c", "u": "x?a=1&b=2"})]
    assert source.notes == [(1, "5 stray & or control characters are mended")]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY l1 "&lol;&lol;&lol;">]>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://evil.example/x.dtd"> %x;]>',
    ],
)
@pytest.mark.parametrize("file_format", ["xml", "rss"])
def test_entities_are_refused_before_anything_is_expanded(path, declaration, file_format):
    content = f"{declaration}\n<r><j><t>&l1;</t></j></r>"
    with pytest.raises(DataError, match="refused"):
        read(path, content, file_format=file_format, items="r/j")


@pytest.mark.parametrize("content", ["", "not xml", "{}", "<r", "<!DOCTYPE html><html><p></html>"])
def test_what_is_no_xml_is_said_so(path, content):
    with pytest.raises(DataError, match="no XML"):
        read(path, content, **XML)


def test_xml_without_a_row_is_empty(path):
    assert read(path, "<r></r>", **XML) == []


def test_xml_without_end_is_bounded_in_depth_and_in_size(tmp_path, monkeypatch):
    with pytest.raises(DataError, match="deep"):
        read(tmp_path / "a", "<r>" + "<a>" * 10_000, **XML)
    monkeypatch.setattr("catalogue.feeds.readers.xml_files._MOST_ROW", 1 << 20)
    with pytest.raises(DataError, match="one row is bigger than 1 MB"):
        read(tmp_path / "b", "<r><j><t>" + "x" * (2 << 20), **XML)
    with pytest.raises(DataError, match="no r/j in its first"):
        read(tmp_path / "c", "<r>" + "<a>x</a>" * 200_000, **XML)


# JSON


@pytest.mark.parametrize(
    ("content", "items", "found"),
    [
        ('[{"a": 1.5}, {"a": {"b": [1, null]}}]', "", [{"a": 1.5}, {"a": {"b": [1, None]}}]),
        ('{"a": 1}', "", [{"a": 1}]),
        ('{"v": 1, "ads": [{"x": [1, {"y": 2}]}, {"x": 3}]}', "ads", [{"x": [1, {"y": 2}]}, {"x": 3}]),
        ('{"r": {"ads": [{"x": 1}]}, "w": {"ads": [5]}}', "r.ads", [{"x": 1}]),
        ('[{"ads": [{"x": 1}]}, {"ads": [{"x": 2}]}]', "ads", [{"x": 1}, {"x": 2}]),
        ('{"ads": [1, "x", null, [2]]}', "ads", [1, "x", None, [2]]),
        ('{"other": []}', "ads", []),
    ],
)  # fmt: skip
def test_json_items_wherever_they_are(path, content, items, found):
    assert [row for _, row in read(path, content, file_format="json", items=items)] == found


def test_what_json_tells_beside_its_items_is_not_lost(path):
    content = '{"v": 1, "m": {"n": "x", "o": ""}, "ads": [{"a": 1}], "total": 7}'
    _, source = rows(path, feed("json", items="ads"), content)
    assert source.envelope == {"/v": "1", "/m.n": "x", "/total": "7"}


@pytest.mark.parametrize("end", ["", ',{"a":', ',{"a":2', "] x", ",]", ',{"a" 2}]'])
def test_truncated_json_keeps_what_is_whole(path, end):
    found = read(path, '[{"a": 1}' + end, file_format="json")
    assert found[0] == (1, {"a": 1})
    assert isinstance(found[-1][1], Truncated)
    assert len(found) == 2


@pytest.mark.parametrize("content", ["", "[" * 100_000, '{"a" 1}', "<html>", "nul"])
def test_what_is_no_json_is_said_so(path, content):
    with pytest.raises(DataError, match="no JSON"):
        read(path, content, file_format="json")


def test_one_json_row_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("catalogue.feeds.readers.json_files._MOST_ROW", 1 << 20)
    with pytest.raises(DataError, match="one row is bigger than 1 MB"):
        read(tmp_path / "a", '[{"a": "' + "x" * (2 << 20) + '"}]', file_format="json")


def test_json_lines_stand_each_for_itself(path):
    content = '{"a": 1}\n\nnot json\n{"a": 2}\n' + "[" * 100_000 + '\n{"a": 3'
    found = read(path, content, file_format="jsonl")
    assert kinds(found) == [
        (1, "dict"), (3, "Unreadable"), (4, "dict"), (5, "Unreadable"), (6, "Truncated"),
    ]  # fmt: skip


# Tables


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_table_by_the_mark_it_uses(path, mark):
    content = f'id{mark}titre\r\n1{mark}"un{mark}deux\r\ntrois"\r\n\r\n2{mark}x\r\n'
    found = read(path, content, file_format="csv")
    assert found == [
        (2, {"id": "1", "titre": f"un{mark}deux\r\ntrois"}),
        (5, {"id": "2", "titre": "x"}),
    ]


def test_a_row_of_another_width_or_with_a_stray_quote_is_told(path):
    content = 'id,t\n1,a\n2\n3,a,b\n4,"x"y\n5,ok\n6,"open\n7,x\n'
    found = read(path, content, file_format="csv")
    assert kinds(found) == [
        (2, "dict"), (3, "Unreadable"), (4, "Unreadable"), (5, "Unreadable"), (6, "dict"),
        (7, "Truncated"),
    ]  # fmt: skip


@pytest.mark.parametrize("content", ["", "\n\n", "a,a\n1,2", ",,\n"])
def test_columns_need_names(path, content):
    with pytest.raises(DataError, match="columns need a name each"):
        read(path, content, file_format="csv")


def test_a_line_without_end_is_bounded(tmp_path):
    with pytest.raises(DataError, match="longer than"):
        read(tmp_path / "a", "id,t\n1," + "x" * (2 << 20), file_format="csv")


# Workbooks


def workbook(*rows_of_it, title="Liste"):
    book, packed = openpyxl.Workbook(), io.BytesIO()
    book.active.title = title
    for row in rows_of_it:
        book.active.append(row)
    book.save(packed)
    return packed.getvalue()


def repacked(content, name, body):
    """The workbook with one of its parts replaced."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            new.writestr(member, body if member == name else old.read(member))
    return packed.getvalue()


def test_a_workbooks_rows(tmp_path):
    content = workbook(
        [], ["id", " Titre ", None], [1.0, "un", "left out"], [None, None], [2, None]
    )
    found = read(tmp_path / "a", content, file_format="xlsx")
    assert found == [(3, {"id": 1, "Titre": "un", "column 3": "left out"}), (5, {"id": 2})]
    assert read(tmp_path / "b", content, file_format="xlsx", sheet="Liste") == found


def test_a_sheet_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match="no 'Feuille' but Liste"):
        read(tmp_path / "a", workbook(["id"], [1]), file_format="xlsx", sheet="Feuille")


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no workbook"),
        (b"PK\x03\x04 not really", "no workbook"),
        (workbook(["id"], [1])[:-200], "no workbook"),
        (workbook(), "no row with the names"),
        (workbook(["id", "id"], [1, 2]), "columns need a name each"),
        (repacked(workbook(["id"], [1]), SHEET, b" " * (30 << 20)), "a bomb"),
        (repacked(workbook(["id"], [1]), SHEET, b"<worksheet"), "no workbook"),
        (
            repacked(workbook(["id"], [1]), SHEET, b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'),
            "declares entities",
        ),
        (
            repacked(
                workbook(["id"], [1]), SHEET,
                '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'.encode("utf-16"),
            ),
            "declares entities",
        ),
    ],
    ids=["empty", "junk", "cut", "blank", "names", "bomb", "broken", "entities", "utf-16"],
)  # fmt: skip
def test_workbooks_that_cannot_be_read_or_should_not(tmp_path, content, told):
    with pytest.raises(DataError, match=told):
        read(tmp_path / "a", content, file_format="xlsx")


# Calendars


def event(*lines, start="DTSTART:20260310T090000Z"):
    return "\r\n".join(["BEGIN:VEVENT", "UID:1", start, *lines, "END:VEVENT", ""])


def days(path, *lines, **more):
    [(_, row)] = read(path, f"BEGIN:VCALENDAR\r\n{event(*lines, **more)}", file_format="ical")
    return row["dtstart"].isoformat(), row["dtend"].isoformat()


@pytest.mark.parametrize(
    ("start", "lines", "first", "last"),
    [
        ("DTSTART:20260310T090000Z", ["DTEND:20260310T170000Z"], "2026-03-10", "2026-03-10"),
        ("DTSTART:20260310T200000Z", ["DTEND:20260311T000000Z"], "2026-03-10", "2026-03-10"),
        ("DTSTART:20260310T090000Z", ["DURATION:P2D"], "2026-03-10", "2026-03-12"),
        ("DTSTART;VALUE=DATE:20260310", ["DTEND;VALUE=DATE:20260313"], "2026-03-10", "2026-03-12"),
        ("DTSTART;VALUE=DATE:20260310", [], "2026-03-10", "2026-03-10"),
        ("DTSTART;TZID=Africa/Tunis:20260310T000000", [], "2026-03-10", "2026-03-10"),
        ("DTSTART;TZID=Nowhere/Town:20260310T090000", [], "2026-03-10", "2026-03-10"),
        ("DTSTART:20260105T090000Z", ["RRULE:FREQ=WEEKLY"], "2026-03-02", "2026-03-02"),
        (
            "DTSTART:20260105T090000Z",
            ["RRULE:FREQ=WEEKLY;UNTIL=20260601T000000Z", "EXDATE:20260302T090000Z"],
            "2026-03-09", "2026-03-09",
        ),
        ("DTSTART;VALUE=DATE:20260105", ["RRULE:FREQ=WEEKLY;COUNT=2"], "2026-01-05", "2026-01-05"),
        (
            "DTSTART;VALUE=DATE:20260105",
            ["DTEND;VALUE=DATE:20260107", "RRULE:FREQ=MONTHLY;BYMONTHDAY=5"],
            "2026-03-05", "2026-03-06",
        ),
    ],
)  # fmt: skip
def test_the_days_of_an_event(path, start, lines, first, last):
    assert days(path, *lines, start=start) == (first, last)


def test_a_broken_event_is_told_and_the_others_come_in(path):
    content = (
        "BEGIN:VCALENDAR\r\n"
        + event("SUMMARY:Forum\\, Sfax", "DESCRIPTION:un\\ndeux", " et trois")
        + event(start="DTSTART:20261345T090000Z")
        + event(start="X:1")
        + "BEGIN:VEVENT\r\nUID:4\r\nSUMM"
    )
    found = read(path, content, file_format="ical")
    assert kinds(found) == [(2, "dict"), (9, "Unreadable"), (13, "dict"), (17, "Truncated")]
    assert found[0][1]["summary"] == "Forum, Sfax"
    assert found[0][1]["description"] == "un\ndeuxet trois"


def test_what_is_no_calendar_is_said_so(path):
    with pytest.raises(DataError, match="no iCalendar"):
        read(path, "BEGIN:VCARD", file_format="ical")
    assert read(path, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", file_format="ical") == []


# RSS and Atom

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Offres</title>
<entry><id>a1</id><title>Un</title><link href="https://a.example/1"/><updated>2026-02-03T10:00:00Z</updated>
<content type="html">&lt;p&gt;Texte&lt;/p&gt;</content></entry>
<entry><id>a2</id><title>Deux</title></entry></feed>"""


def test_atom(path):
    found = read(path, ATOM, file_format="rss")
    assert [row["id"] for _, row in found] == ["a1", "a2"]
    assert found[0][1]["content"] == ["<p>Texte</p>"]
    assert found[0][1]["link"] == "https://a.example/1"


def test_truncated_atom_loses_its_last_entry_and_says_so(path):
    found = read(path, ATOM[:-40], file_format="rss")
    assert kinds(found) == [(1, "dict"), (2, "Truncated")]


@pytest.mark.parametrize("content", ["", "<html><body>Page</body></html>", "{}"])
def test_what_is_no_rss_is_said_so(path, content):
    with pytest.raises(DataError, match="no RSS"):
        read(path, content, file_format="rss")


# schema.org


def page(*scripts):
    return "".join(f'<script type="application/ld+json">{one}</script>\n' for one in scripts)


def test_a_script_that_is_no_json_is_told_and_the_others_come_in(path):
    content = page(
        '{"@type": "Event", "name": "Un"}',
        "{broken",
        '[{"@type": "Person"}]',
        '{"@type": ["Event"]}',
    )
    found = read(path, content, file_format="jsonld", items="Event")
    assert kinds(found) == [(1, "dict"), (2, "Unreadable"), (4, "dict")]


def test_lists_and_graphs_are_looked_through(path):
    content = page(
        '{"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": {"@type": "JobPosting", "title": "a"}}]}',
        '{"@graph": [{"@type": "https://schema.org/Event", "name": "b"}, {"@type": "WebSite"}]}',
    )
    found = read(path, content, file_format="jsonld", items="JobPosting Event")
    assert [row.get("title") or row.get("name") for _, row in found] == ["a", "b"]


def test_an_empty_page_is_no_page(path):
    with pytest.raises(DataError, match="no page"):
        read(path, "", file_format="jsonld", items="Event")
    assert read(path, "<p>Nothing here", file_format="jsonld", items="Event") == []


# YAML


def test_yaml_in_its_lines(path):
    assert read(path, "# c\n- id: 1\n- id: 2\n", file_format="yaml") == [
        (2, {"id": 1}),
        (3, {"id": 2}),
    ]


@pytest.mark.parametrize("content", ["a: [", "a: b", "- !!python/object:os.system x"])
def test_yaml_that_is_wrong_or_hostile(path, content):
    with pytest.raises(DataError):
        read(path, content, file_format="yaml")


def test_unreadable_and_truncated_tell_their_reason():
    assert isinstance(Truncated("x"), Unreadable)
