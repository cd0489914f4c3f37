import pytest
from hypothesis import given
from hypothesis import strategies as st

from languages.translation import dates
from languages.translation.facts import digits, find, is_shouted, numbers, rendered


def found(text, language="fr", *names):
    return [(fact.kind, fact.text) for fact in find(text, language, names)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Voir https://emploi.example/a?b=1&c=(2), merci", [("link", "https://emploi.example/a?b=1&c=(2")]),
        ("fr", "Voir www.bois.ma.", [("link", "www.bois.ma")]),
        ("fr", "sur emploi.example/offres/12 ou bois.ma", [("link", "emploi.example/offres/12"), ("link", "bois.ma")]),
        ("en", "to jobs+new@bois-cie.co.ma, please", [("link", "jobs+new@bois-cie.co.ma")]),
        ("en", "on @tawjih and #emploi", [("link", "@tawjih"), ("link", "#emploi")]),
        ("fr", "au +212 5 22 00 00 00.", [("numeric", "+212 5 22 00 00 00")]),
        ("fr", "au 0522-00-00-00", [("numeric", "0522-00-00-00")]),
        ("ar", "اتصل بـ ٠٥٢٢٠٠٠٠٠٠", [("numeric", "٠٥٢٢٠٠٠٠٠٠")]),
        ("fr", "le 03/12/2026 ou 2026-12-03", [("numeric", "03/12/2026"), ("numeric", "2026-12-03")]),
        ("fr", "avant le 1er décembre 2026", [("date", "1er décembre 2026")]),
        ("en", "by December 3rd, 2026", [("date", "December 3rd, 2026")]),
        ("en", "in May 2027; you may 3 times", [("date", "May 2027"), ("date", "may 3")]),
        ("ar", "قبل ٣ دجنبر ٢٠٢٦ أو 3 ديسمبر", [("date", "٣ دجنبر ٢٠٢٦"), ("date", "3 ديسمبر")]),
        ("fr", "de 8h30 à 17:00", [("time", "8h30"), ("time", "17:00")]),
        ("en", "at 9:15 pm", [("time", "9:15 pm")]),
        ("fr", "4 000,50 MAD, 200€ et 10 %", [("amount", "4 000,50 MAD"), ("amount", "200€"), ("amount", "10 %")]),
        ("en", "$1,200.50 or EUR 900", [("amount", "$1,200.50"), ("amount", "EUR 900")]),
        ("ar", "٤٬٠٠٠٫٥٠ درهم", [("number", "٤٬٠٠٠٫٥٠")]),
        ("fr", "Bac+2, ISO9001 et 35h", [("code", "Bac+2"), ("code", "ISO9001"), ("code", "35h")]),
        ("fr", "le 2ème étage, la 1re fois", [("ordinal", "2ème"), ("ordinal", "1re")]),
        ("fr", "2 ans et 3.5 jours", [("number", "2"), ("number", "3.5")]),
        ("fr", "en JavaScript chez CHU et R&D", [("product", "JavaScript"), ("acronym", "CHU"), ("acronym", "R&D")]),
        ("fr", "Mme Amina El Fassi et M. Jean-Paul", [("person", "Amina El Fassi"), ("person", "Jean-Paul")]),
        ("en", "Ask Dr. Smith.", [("person", "Smith")]),
        ("ar", "إتقان Excel و Microsoft Word", [("foreign", "Excel"), ("foreign", "Microsoft Word")]),
        ("fr", "chez دار الخشب à Fès", [("foreign", "دار الخشب")]),
        ("fr", "Un CDI à Fès", [("acronym", "CDI")]),
        ("fr", "RECRUTEMENT D'UN CHAUFFEUR", []),
        ("fr", "Poser des portes.", []),
        ("fr", "", []),
    ],
)  # fmt: skip
def test_what_is_kept_from_the_model(language, text, expected):
    assert found(text, language) == expected


def test_names_that_the_caller_gives():
    text = "Bois & Cie recrute à Casablanca ; BOIS & CIE, pas Boisé."
    names = ("Casablanca", "Bois", "Bois & Cie", "", " ")
    kept = [name for _, name in found(text, "fr", *names)]
    assert kept == ["Bois & Cie", "Casablanca", "BOIS & CIE"]


def test_a_name_may_hold_what_a_pattern_means():
    assert found("Chez A.*(B) ici", "fr", "A.*(B)") == [("name", "A.*(B)")]


@pytest.mark.parametrize(
    ("source", "text", "target", "expected"),
    [
        ("fr", "https://emploi.example", "ar", "https://emploi.example"),
        ("fr", "rh@bois.ma", "ar", "rh@bois.ma"),
        ("fr", "05 22 00 00 00", "ar", "\u206605 22 00 00 00\u2069"),
        ("fr", "05 22 00 00 00", "en", "05 22 00 00 00"),
        ("ar", "٠٥٢٢٠٠٠٠٠٠", "fr", "0522000000"),
        ("ar", "٤٬٠٠٠٫٥٠", "fr", "4\u202f000,50"),
        ("ar", "٤٬٠٠٠٫٥٠", "en", "4,000.50"),
        ("fr", "4 000,50 MAD", "ar", "\u20664 000,50 MAD\u2069"),
        ("fr", "1er décembre 2026", "en", "1 December 2026"),
        ("fr", "3 décembre 2026", "ar", "3 دجنبر 2026"),
        ("ar", "٣ ديسمبر ٢٠٢٦", "fr", "3 décembre 2026"),
        ("en", "December 3rd, 2026", "fr", "3 décembre 2026"),
        ("en", "May 2027", "fr", "mai 2027"),
        ("en", "3 May", "fr", "3 mai"),
        ("fr", "29 février", "en", "29 February"),
        ("fr", "31 février 2026", "en", "31 février 2026"),
        ("fr", "2ème", "ar", "2"),
        ("fr", "2", "ar", "2"),
        ("fr", "Excel", "ar", "\u2066Excel\u2069"),
    ],
)
def test_how_it_is_set_in_again(source, text, target, expected):
    (fact,) = find(text, source, ["Excel"])
    assert fact.text == text
    assert rendered(fact, target) == expected


def test_months_of_every_country():
    months = ("كانون الأول", "ديسمبر", "دجنبر")
    assert {dates.said_again(f"3 {month} 2026", "en") for month in months} == {"3 December 2026"}


def test_numbers_are_compared_whatever_their_digits():
    assert numbers("٤٠٠٠ ثم 12") == numbers("12 then 4000") == ["12", "4000"]
    assert digits("۱۲٣a") == "123a"


@pytest.mark.parametrize(
    ("text", "shouted"), [("NOUS RECRUTONS !", True), ("Nous recrutons", False), ("CHU", False), ("", False), ("12 34", False)]
)  # fmt: skip
def test_a_line_in_capitals(text, shouted):
    assert is_shouted(text) is shouted


@given(st.text(max_size=120), st.sampled_from(["en", "fr", "ar"]))
def test_facts_stand_where_they_say_and_apart(text, language):
    end = 0
    for fact in find(text, language, ["ab"]):
        assert fact.start >= end
        assert text[fact.start : fact.end] == fact.text
        end = fact.end
        for target in ("en", "fr", "ar"):
            assert rendered(fact, target)
