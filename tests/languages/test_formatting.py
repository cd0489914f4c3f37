from datetime import date

import pytest

from languages import formatting

DAY = date(2026, 12, 3)


@pytest.mark.parametrize(
    ("country", "language", "told"),
    [
        ("MA", "ar", "3 دجنبر 2026"),
        ("TN", "ar", "3 ديسمبر 2026"),
        ("DZ", "ar", "3 ديسمبر 2026"),
        ("MR", "ar", "3 دجمبر 2026"),
        ("LB", "ar", "3 كانون الأول 2026"),
        ("EG", "ar", "3 ديسمبر 2026"),  # digits are written 0 to 9 everywhere
        ("MA", "fr", "3 décembre 2026"),
        ("SN", "fr", "3 décembre 2026"),
        ("MA", "en", "3 December 2026"),
    ],
)
def test_a_day_as_the_country_says_it(country_is, country, language, told):
    country_is(country)
    assert formatting.day(DAY, language) == told


@pytest.mark.parametrize(
    ("language", "told"), [("en", "3 December 2026"), ("fr", "3 décembre 2026")]
)
def test_a_country_that_cldr_does_not_pair_with_a_language_has_its_days_all_the_same(
    country_is, language, told
):
    country_is("UZ")
    assert formatting.day(DAY, language) == told


@pytest.mark.parametrize(
    ("end", "language", "told"),
    [
        (None, "fr", "3 décembre 2026"),
        (DAY, "fr", "3 décembre 2026"),
        (date(2026, 12, 5), "fr", "3–5 déc. 2026"),
        (date(2027, 1, 8), "fr", "3 déc. 2026 – 8 jan. 2027"),
        (date(2026, 12, 5), "en", "3–5 Dec 2026"),
    ],
)
def test_a_span_of_days(country_is, end, language, told):
    country_is("MA")
    assert formatting.days(DAY, end, language).replace("\u2009", " ") == told


def test_an_arabic_span_names_both_days(country_is):
    country_is("MA")
    told = formatting.days(DAY, date(2027, 1, 8), "ar")
    assert "دجنبر" in told
    assert "يناير" in told
    assert "2027" in told


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Palestine"), ("fr", "Palestine"), ("ar", "فلسطين")]
)
def test_palestine_by_the_name_its_members_use(language, name):
    assert formatting.country("PS", language) == name


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("MA", "ar", "المغرب"),
        ("CI", "fr", "Côte d’Ivoire"),
        ("TN", "en", "Tunisia"),
        ("XQ", "fr", "XQ"),
    ],
)
def test_a_country_by_its_name(code, language, name):
    assert formatting.country(code, language) == name


def test_a_list_has_the_languages_comma():
    assert formatting.listed(["فاس", "طنجة"], "ar") == "فاس، طنجة"
    assert formatting.listed(["Fès", "Tanger"], "fr") == "Fès, Tanger"
    assert formatting.listed([], "fr") == ""


@pytest.mark.parametrize(
    ("value", "language", "told"), [(3.7, "fr", "4"), (1234.4, "en", "1,234"), (0.2, "ar", "0")]
)
def test_a_number_without_needless_decimals(country_is, value, language, told):
    country_is("MA")
    assert formatting.number(value, language) == told


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [("ar", "fr", "arabe"), ("fr", "ar", "الفرنسية"), ("en", "en", "English"), ("xx", "fr", "xx")],
)
def test_the_name_of_a_language_in_another(code, language, name):
    assert formatting.language_name(code, language) == name
