import pytest
from pydantic import ValidationError

from catalogue.feeds.feed import Feed
from catalogue.feeds.mapping import Mapper, flatten
from catalogue.feeds.spec import Spec
from errors import DataError
from tests.catalogue.feeds.making import GIVEN, TODAY, feed, mapped

ROW = {"id": 7, "title": "Menuisier", "town": "Sfax"}
BASE = {"id": "id", "title": "title"}


def value_of(spec, row, target="organisation"):
    return mapped(ROW | row, mapping=BASE | {target: spec}, ignore={"x": ["*"]}).raw.get(target)


@pytest.mark.parametrize(
    ("spec", "row", "found"),
    [
        ("a", {"a": "un"}, "un"),
        ("a.b", {"a": {"b": "un"}}, "un"),
        ("a.b", {"a": [{"b": "un"}, {"c": "deux"}]}, "un"),
        ("a", {"a": "  "}, None),
        ("a", {"a": None}, None),
        ("a", {"a": "N/A"}, None),
        ("a", {"a": 0}, 0),
        (["a", "b"], {"b": "deux"}, "deux"),
        (["a", "b"], {"a": "un", "b": "deux"}, "un"),
        ({"join": ["a", "b"], "with": ", "}, {"a": "un", "b": ["deux", "un"]}, "un, deux"),
        ({"text": "{a} – {b.c}"}, {"a": "33000.000", "b": {"c": 5}}, "33000 – 5"),
        ({"text": "{a} – {b}"}, {"a": 1}, None),
        ([{"text": "{a} – {b}"}, {"text": "{a}"}], {"a": 1}, "1"),
        ({"from": "a", "match": r"^\d{5} (.+)$"}, {"a": "83126 LA SEYNE"}, "LA SEYNE"),
        ({"from": "a", "match": r"^\d{5} (.+)$"}, {"a": "LA SEYNE"}, None),
        ({"from": "a", "words": {"Oui": "ouvert"}}, {"a": "oui"}, "ouvert"),
        ({"from": "a", "words": {"Oui": "ouvert"}}, {"a": "non"}, None),
        ({"always": "Ville"}, {}, "Ville"),
    ],
)
def test_ways_to_a_value(spec, row, found):
    assert value_of(spec, row) == found


@pytest.mark.parametrize(
    ("spec", "row", "found"),
    [
        ("a", {"a": ["un", "deux"]}, ["un", "deux"]),
        ({"from": "a", "split": ","}, {"a": "un, deux,"}, ["un", "deux"]),
    ],
)
def test_ways_to_a_list(spec, row, found):
    assert value_of(spec, row, "topics") == found


def test_texts_by_language():
    spec = {"fr": "title", "ar": "ar"}
    found = mapped(ROW | {"ar": "نجار"}, mapping=BASE | {"title": spec})
    assert found.raw["title"] == {"fr": "Menuisier", "ar": "نجار"}
    assert found.raw["language"] == "fr"
    only = mapped({"id": 1, "ar": "نجار"}, mapping=BASE | {"title": spec})
    assert only.raw["language"] == "ar"


def test_an_arabic_title_is_arabic_whatever_the_feed_says():
    assert mapped(ROW | {"title": "نجار أثاث"}).raw["language"] == "ar"
    assert mapped(ROW).raw["language"] == "fr"


@pytest.mark.parametrize(
    "spec",
    [
        {}, {"from": "a", "always": "b"}, {"from": "a", "match": "no brackets"}, {"split": ","},
        {"from": "a", "table": "isco"}, {"from": "a", "hurry": True}, {"fr": "a", "de": "b"}, 5,
    ],
)  # fmt: skip
def test_a_spec_that_says_nothing_or_two_things_is_refused(spec):
    with pytest.raises((ValidationError, ValueError)):
        Spec.model_validate(spec)


def test_a_field_that_nobody_maps_or_ignores_is_left_over():
    row = ROW | {"salary": {"min": 3, "max": ""}, "extra": "x", "guid": "g"}
    found = mapped(row, ignore={"keys": ["guid"]})
    assert found.leftovers == ["salary.min", "extra"]
    assert mapped(row, ignore={"all": ["guid", "salary.*", "extra"]}).leftovers == []


def test_a_second_value_is_not_dropped_in_silence():
    found = mapped(ROW | {"town": ["Sfax", "Tunis", "Sfax"]})
    assert found.raw["place"] == "Sfax"
    assert found.leftovers == ["town (after the first)"]
    assert mapped(ROW | {"town": ["Sfax", "Sfax"]}).leftovers == []
    said = mapped(ROW | {"town": ["Sfax", "Tunis"]}, mapping=BASE | {"place": ["town"]})
    assert said.leftovers == []


def test_a_mandatory_field_has_no_default():
    assert "title" not in mapped({"id": 1, "town": "Sfax"}).raw
    assert "id" not in mapped({"title": "x", "town": "Sfax"}).raw


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("CDI", "permanent"), ("cdd", "fixed_term"), ("Apprentissage", "apprenticeship"),
        ("Alternating", "apprenticeship"), ("MIS", "temporary"), ("SAI", "seasonal"),
        ("TEMPORARY", "temporary"), ("INTERN", "internship"), ("PART_TIME", "part_time"),
        ("تدريب", "internship"), ("عقد دائم", "permanent"), ("VIE", "fixed_term"),
    ],
)  # fmt: skip
def test_words_for_contracts(told, meant):
    found = mapped(ROW | {"c": told}, mapping=BASE | {"contract": "c", "place": "town"})
    assert (found.raw["contract"], found.leftovers) == (meant, [])


def test_a_contract_nobody_knows_is_left_over_and_the_feed_may_teach_it():
    mapping = BASE | {"contract": "c", "place": "town"}
    found = mapped(ROW | {"c": "Contrat lunaire"}, mapping=mapping)
    assert "contract" not in found.raw
    assert found.leftovers == ["contract 'Contrat lunaire'"]
    taught = mapped(
        ROW | {"c": "contrat LUNAIRE"},
        mapping=mapping,
        words={"contract": {"Contrat lunaire": "seasonal"}},
    )
    assert (taught.raw["contract"], taught.leftovers) == ("seasonal", [])


@pytest.mark.parametrize(
    ("told", "code"),
    [("FR", "FR"), ("fr", "FR"), ("France", "FR"), ("Royaume-Uni", "GB"), ("تونس", "TN"),
     ("maroc", "MA"), ("Tunisia", "TN")],
)  # fmt: skip
def test_countries_by_code_or_name(told, code):
    assert value_of("c", {"c": told}, "country") == code


def test_a_country_nobody_knows_is_no_reason_to_take_another():
    with pytest.raises(DataError, match="country: nothing is known by 'Atlantide'"):
        value_of("c", {"c": "Atlantide"}, "country")


def test_the_feeds_country_is_for_rows_without_one():
    assert mapped(ROW).raw["country"] == "TN"
    assert mapped(ROW, mapping=BASE, ignore={"x": ["town"]}).raw.get("country") is None


def test_rome_codes_lead_to_isco_groups():
    assert value_of({"from": "r", "table": "rome"}, {"r": "h2206"}, "occupation_code") == "7522"
    assert value_of({"from": "r", "table": "rome"}, {"r": "Z9999"}, "occupation_code") is None


def test_a_posting_day_that_does_not_exist_is_left_out_and_told():
    found = mapped(ROW | {"d": "2026-02-30"}, mapping=BASE | {"posted_on": "d", "place": "town"})
    assert "posted_on" not in found.raw
    assert found.notes == ["posted_on: '2026-02-30' is a day that does not exist; left out"]


def test_a_posting_day_to_come_is_today():
    found = mapped(ROW | {"d": "2026-03-09"}, mapping=BASE | {"posted_on": "d", "place": "town"})
    assert found.raw["posted_on"] == TODAY.isoformat()
    assert "still to come" in found.notes[0]


def test_a_hijri_day_is_read_and_told():
    found = mapped(ROW | {"d": "1447-09-20"}, mapping=BASE | {"starts_on": "d", "place": "town"})
    assert found.raw["starts_on"] == "2026-03-09"
    assert "Hijri" in found.notes[0]


@pytest.mark.parametrize("target", ["starts_on", "ends_on", "expires_on"])
def test_any_other_day_that_does_not_exist_rejects_the_row(target):
    with pytest.raises(DataError, match=f"{target}: '31/04/2026' is a day that does not exist"):
        value_of("d", {"d": "31/04/2026"}, target)


def test_texts_are_cleaned_and_what_was_mended_is_told():
    row = ROW | {
        "title": "?????MÃ©tier<br>deux",
        "text": "<p>Un</p><script>x</script>" + "y" * 30_000,
    }
    found = mapped(row)
    assert found.raw["title"] == "Métier deux"
    assert found.raw["summary"].startswith("Un\n")
    assert len(found.raw["summary"]) <= 20_000
    assert any("encoded twice" in note for note in found.notes)
    assert any("shortened to 20000" in note for note in found.notes)


def test_rows_that_the_publisher_says_not_to_show():
    definition = feed(skip={"status": ["CANCELLED"]})
    assert Mapper(definition, TODAY).map(ROW | {"status": "OPEN"}).leftovers == []
    with pytest.raises(DataError, match="status is CANCELLED"):
        Mapper(definition, TODAY).map(ROW | {"status": "CANCELLED"})


@pytest.mark.parametrize("row", [None, 5, "x", ["x"]])
def test_a_row_without_names_is_rejected(row):
    with pytest.raises(DataError, match="not fields with names"):
        mapped(row)


def test_a_row_that_is_nested_without_end_is_rejected():
    row = {}
    for _ in range(100):
        row = {"a": row}
    with pytest.raises(DataError, match="deep"):
        mapped(ROW | row)


def test_flat_fields():
    row = {"a": {"b": [1, {"c": " x "}, ""]}, "d": False, "e": None}
    assert list(flatten(row)) == [("a.b", 1), ("a.b.c", "x"), ("d", False)]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "https://a.example", "file": "b.csv"}, "one of them"),
        ({"mapping": {"id": "id"}}, "mandatory"),
        ({"mapping": BASE | {"colour": "c"}}, "no colour"),
        ({"kind": None}, "kind"),
        ({"schedule": "every day"}, "schedule"),
        ({"schedule": "61 4 * * *"}, "schedule"),
        ({"format": "xls"}, "format"),
        ({"format": "france_travail"}, "api"),
        ({"bounds": {"share": 2}}, "share"),
        ({"language": "de"}, "language"),
        ({"licence": None}, "licence"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_feed_that_is_wrong_says_what(wrong, told):
    right = {"name": "test", "format": "csv", "mapping": BASE} | GIVEN
    Feed.model_validate(right)
    with pytest.raises(ValidationError, match=told):
        Feed.model_validate(right | wrong)
