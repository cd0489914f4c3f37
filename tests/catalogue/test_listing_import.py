import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from catalogue.listing_files import read_rows
from catalogue.listing_import import import_listings
from catalogue.models import Listing
from catalogue.search import SearchRequest, search
from errors import DataError
from tests.catalogue.listings import TODAY, offer, put


def all_listings(database):
    with database.read() as session:
        return {row.source_id: row for row in session.scalars(select(Listing))}


def reject(database, **row):
    with database.write() as session:
        summary = import_listings(session, "test", [(7, row)], TODAY)
    assert summary.added == 0
    [(line, reason)] = summary.rejected
    assert line == 7
    return reason


def test_added_changed_unchanged_expired(catalogue_database):
    first, second = offer("Un", id="1"), offer("Deux", id="2")
    summary = put(catalogue_database, first, second)
    assert (summary.added, summary.changed, summary.unchanged, summary.expired) == (2, 0, 0, 0)
    summary = put(catalogue_database, first, second | {"salary": "4000 MAD"})
    assert (summary.added, summary.changed, summary.unchanged, summary.expired) == (0, 1, 1, 0)
    summary = put(catalogue_database, first)
    assert (summary.added, summary.changed, summary.unchanged, summary.expired) == (0, 0, 1, 1)
    summary = put(catalogue_database, first)
    assert summary.expired == 0
    summary = put(catalogue_database, first, second)
    assert (summary.changed, summary.unchanged) == (1, 1)
    assert summary.read == 2


def test_what_vanished_shows_no_more_and_keeps_its_number(catalogue_database):
    put(catalogue_database, offer("Un", id="1"))
    before = all_listings(catalogue_database)["1"].id
    put(catalogue_database, offer("Autre", id="1"), source="other")
    put(catalogue_database)
    with catalogue_database.read() as session:
        hits = search(session, SearchRequest("offer"), TODAY).hits
    assert [hit.listing.source for hit in hits] == ["other"]
    put(catalogue_database, offer("Un", id="1"))
    with catalogue_database.read() as session:
        found = session.scalars(select(Listing).where(Listing.source == "test")).one()
    assert found.id == before
    assert found.expires_at is None


def test_full_text_follows_changes_and_bulk_statements(catalogue_database):
    row = offer("Xylophoniste", id="1", occupation=None)
    put(catalogue_database, row)

    def found(words):
        with catalogue_database.read() as session:
            return len(search(session, SearchRequest("offer", text=words), TODAY).hits)

    assert found("xylophoniste") == 1
    put(catalogue_database, row | {"title": {"fr": "Glockenspiéliste"}})
    assert (found("xylophoniste"), found("glockenspieliste")) == (0, 1)
    with catalogue_database.write() as session:
        session.execute(update(Listing).values(stems="cymbal", facets="K:offer"))
    assert (found("glockenspieliste"), found("cymbal")) == (0, 1)


def test_one_transaction(catalogue_database):
    def rows():
        yield 1, offer("Un")
        raise RuntimeError("the file ends in the middle")

    with pytest.raises(RuntimeError), catalogue_database.write() as session:
        import_listings(session, "test", rows(), TODAY)
    assert all_listings(catalogue_database) == {}


def test_every_field_arrives(catalogue_database):
    row = {
        "id": "all",
        "kind": "training",
        "title": {"en": "Web basics", "fr": "Bases du web", "ar": "أساسيات الويب"},
        "language": "en",
        "summary": {"en": "No experience needed."},
        "organisation": "School",
        "occupation": "مطور ويب",
        "place": "dar beida",
        "country": "MA",
        "contract": "part_time",
        "topics": ["web", "html"],
        "languages": ["fr", "ar"],
        "salary": "free",
        "url": "https://school.example/web",
        "apply": {"fr": "Écrivez-nous."},
        "posted_days_ago": 3,
        "expires_in_days": 40,
        "starts_in_days": 12,
        "ends_in_days": 14,
        "date_text": {"en": "in spring"},
        "to_be_confirmed": ["host"],
        "hosts": {"en": "Morocco"},
        "audience": {"en": "young people"},
        "demo": True,
    }
    put(catalogue_database, row)
    listing = all_listings(catalogue_database)["all"]
    assert listing.titles == row["title"]
    assert (listing.language, listing.occupation_code, listing.isco) == ("en", "2513.5", "2513")
    assert (listing.place_id, listing.place_text, listing.country, listing.online) == (
        "MA/casablanca", "dar beida", "MA", False,
    )  # fmt: skip
    assert listing.posted_at == datetime(2025, 3, 7, tzinfo=UTC)
    assert listing.expires_at == datetime(2025, 4, 20, tzinfo=UTC)
    assert (listing.starts_on, listing.ends_on) == (date(2025, 3, 22), date(2025, 3, 24))
    assert listing.visible_until == datetime(2025, 3, 25, tzinfo=UTC)
    assert listing.no_experience
    assert listing.demo
    for name in ("summary", "topics", "languages", "to_be_confirmed", "hosts", "audience", "apply"):
        assert getattr(listing, name) == row[name]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"tittle": "x"}, "tittle: Extra inputs are not permitted"),
        ({"kind": "job"}, "kind: "),
        ({"id": ""}, "id: Field required"),
        ({"id": None}, "id: Field required"),
        ({"title": {}}, "title: none given"),
        ({"title": {"de": "Tischler"}}, "title: Value error, languages are en, fr, ar, not de"),
        ({"title": "Menuisier"}, "language: say which one"),
        ({"title": "a\x00b", "language": "fr"}, "title.fr: "),
        ({"title": "t" * 300, "language": "fr"}, "title.fr: "),
        ({"language": "ar"}, "title: none in ar"),
        ({"contract": "slavery"}, "contract: "),
        ({"country": "XX"}, "country: "),
        ({"country": "maroc"}, "country: "),
        ({"url": "javascript:alert(1)"}, "url: "),
        ({"posted_days_ago": 10**9}, "posted_days_ago: "),
        ({"starts_on": "soon"}, "starts_on: "),
        ({"starts_on": "2025-01-01", "starts_in_days": 1}, "starts_on and starts_in_days"),
        ({"starts_in_days": 3, "ends_in_days": 1}, "it ends before it starts"),
        ({"occupation": "xqzwv"}, "occupation: nothing is known by 'xqzwv'"),
        ({"occupation_code": "9999.99"}, "occupation_code: no occupation has '9999.99'"),
        ({"occupation": "menuisier", "occupation_code": "7115.1"}, "one of them is enough"),
        ({"place": "Nulle-part-les-Bains", "country": None}, "place: nothing is known by"),
    ],
)
def test_wrong_rows_are_told(catalogue_database, wrong, reason):
    row = {"id": "1", "kind": "offer", "title": {"fr": "Menuisier"}} | wrong
    assert reason in reject(catalogue_database, **row)


def test_rows_that_are_no_mapping(catalogue_database):
    rows = [(1, None), (2, "x"), (3, [1]), (4, 5), (5, {1: 2})]
    with catalogue_database.write() as session:
        summary = import_listings(session, "test", rows, TODAY)
    assert [line for line, _ in summary.rejected] == [1, 2, 3, 4, 5]


def test_an_id_that_stands_twice(catalogue_database):
    with catalogue_database.write() as session:
        rows = [(1, offer("Un", id="1")), (2, offer("Deux", id="1"))]
        summary = import_listings(session, "test", rows, TODAY)
    assert summary.added == 1
    assert summary.rejected == [(2, "id: '1' stands twice")]


def test_a_row_that_is_rejected_today_does_not_expire_what_stood(catalogue_database):
    put(catalogue_database, offer("Un", id="1"))
    with catalogue_database.write() as session:
        summary = import_listings(session, "test", [(1, {"id": "1", "kind": "?"})], TODAY)
    assert (len(summary.rejected), summary.expired) == (1, 0)


def test_an_unknown_village_with_its_country_is_kept_as_written(catalogue_database):
    put(catalogue_database, offer(id="1", place="Aït Quelque Part d'En Haut", country="MA"))
    listing = all_listings(catalogue_database)["1"]
    assert (listing.place_id, listing.country) == (None, "MA")
    assert listing.place_text == "Aït Quelque Part d'En Haut"


def test_codes_of_groups(catalogue_database):
    put(
        catalogue_database,
        offer(id="1", occupation=None, occupation_code="7115"),
        offer(id="2", occupation=None, occupation_code="7115.1"),
        offer(id="3", occupation="informatique"),
        offer("Zzz", id="4", occupation=None),
    )
    found = {
        key: (row.occupation_code, row.isco)
        for key, row in all_listings(catalogue_database).items()
    }
    assert found["1"] == (None, "7115")
    assert found["2"] == ("7115.1", "7115")
    assert found["3"] == (None, None)
    assert found["4"] == (None, None)


TABLE = [
    {"id": "1", "kind": "offer", "title": {"fr": "Menuisier", "ar": "نجار"}, "place": "Casablanca"},
    {"id": "2", "kind": "training", "title": {"en": "Excel"}, "topics": ["excel", "office"]},
]
FILES = {
    "a.yml": """\
# comment
- id: "1"
  kind: offer
  title: {fr: Menuisier, ar: نجار}
  place: Casablanca
- id: "2"
  kind: training
  title: {en: Excel}
  topics: [excel, office]
""",
    "a.json": json.dumps(TABLE),
    "a.jsonl": "\n".join(map(json.dumps, TABLE)) + "\n\n",
    "a.csv": "id,kind,title.fr,title.ar,title.en,place,topics\n"
    "1,offer,Menuisier,نجار,,Casablanca,\n2,training,,,Excel,,excel|office\n",
}


@pytest.mark.parametrize("name", FILES)
def test_all_formats_say_the_same(catalogue_database, tmp_path, name):
    path = tmp_path / name
    path.write_text(FILES[name], encoding="utf-8")
    with catalogue_database.write() as session:
        assert import_listings(session, "test", read_rows(path), TODAY).added == 2
    put(catalogue_database, *TABLE, source="table")
    with catalogue_database.read() as session:
        rows = session.scalars(select(Listing).order_by(Listing.source, Listing.source_id)).all()
    for one, other in zip(rows[:2], rows[2:], strict=True):
        assert one.titles == other.titles
        assert (one.topics, one.place_id, one.stems) == (other.topics, other.place_id, other.stems)


def test_lines_are_those_of_the_file(tmp_path):
    path = tmp_path / "a.yml"
    path.write_text(FILES["a.yml"], encoding="utf-8")
    assert [line for line, _ in read_rows(path)] == [2, 6]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yml", "a: ["), ("a.yml", "just: a mapping"), ("a.json", "{}"), ("a.json", "["),
        ("a.json", "[" * 100_000), ("a.txt", ""), ("a.csv", 'id,kind\n"1,offer\n'),
    ],
)  # fmt: skip
def test_broken_files(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.(yml|json|txt|csv)"):
        list(read_rows(path))


def test_a_missing_file(tmp_path):
    with pytest.raises(DataError, match=r"none\.yml"):
        list(read_rows(tmp_path / "none.yml"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", '{"id": "1"\n' + json.dumps(TABLE[0])),
        ("a.csv", "id,kind,title.fr\n0,offer\n1,offer,Menuisier\n"),
        ("a.csv", "id,kind,title.fr\n0,offer,x,y\n1,offer,Menuisier\n"),
    ],
)
def test_a_broken_line_is_told_and_the_others_come_in(catalogue_database, tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with catalogue_database.write() as session:
        summary = import_listings(session, "test", read_rows(path), TODAY)
    assert summary.added == 1
    assert [line for line, _ in summary.rejected] == [1 if name == "a.jsonl" else 2]


def test_an_empty_yaml_file_holds_nothing(tmp_path):
    path = tmp_path / "a.yml"
    path.write_text("", encoding="utf-8")
    assert list(read_rows(path)) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)
NAMES = [
    "summary", "place", "country", "topics", "url", "occupation", "starts_in_days", "language",
    "posted_on", "contract", "organisation", "apply", "hosts", "demo", "occupation_code",
]  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(more=st.dictionaries(st.sampled_from(NAMES), JSON, max_size=4), title=JSON)
def test_any_row_comes_in_or_is_told(catalogue_database, more, title):
    row = {"id": "1", "kind": "offer", "title": title} | more
    with catalogue_database.write() as session:
        summary = import_listings(session, "any", [(1, row)], TODAY)
        assert summary.read == 1
        session.rollback()
