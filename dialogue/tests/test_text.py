import pytest

from dialogue.text import (
    is_arabic,
    normalise,
    sounds,
    tokens,
    without_article,
    without_prefix,
)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Développeuse", "developpeuse"),
        ("ÉTÉ", "ete"),
        ("straße", "strasse"),
        ("الْعَرَبِيَّة", "العربيه"),
        ("كهربائياً", "كهربايي"),
        ("كهربائي", "كهربايي"),
        ("إنتاج أعمال آخر", "انتاج اعمال اخر"),
        ("مستشفى", "مستشفي"),
        ("گراج ڤيلا پيتزا", "كراج فيلا بيتزا"),
        ("مـــرحبا", "مرحبا"),
        ("سلاااام", "سلام"),
        ("helloooo", "hello"),
        ("bonne", "bonne"),
        ("٢٠٢٦", "2026"),
        ("۱۲", "12"),
        ("ﻻ", "لا"),
        ("ca\u200bsa\u202b", "casa\u202b"),
        ("", ""),
    ],
)
def test_one_form_for_what_people_type(written, form):
    assert normalise(written) == form


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Salam, je cherche!", ["Salam", "je", "cherche"]),
        ("l'informatique", ["l", "informatique"]),
        ("Saint-Louis", ["Saint", "Louis"]),
        ("n7eb 3la khedma", ["n7eb", "3la", "khedma"]),
        ("أبحث عن عَمَلٍ، شكراً؟", ["أبحث", "عن", "عَمَلٍ", "شكراً"]),
        ("🙂👍", []),
        ("snake_case", ["snake", "case"]),
        (" \t\n", []),
    ],
)
def test_words_and_their_offsets_in_the_text_as_written(text, words):
    found = tokens(text)
    assert [token.text for token in found] == words
    assert [text[token.start : token.end] for token in found] == words
    assert [token.norm for token in found] == [normalise(word) for word in words]


def test_offsets_count_past_signs_that_take_more_than_one_unit():
    (first, second) = tokens("🙂 Fès 👩‍🌾 Rabat")
    assert (first.start, first.end, first.norm) == (2, 5, "fes")
    assert "🙂 Fès 👩‍🌾 Rabat"[second.start : second.end] == "Rabat"


@pytest.mark.parametrize(
    ("text", "arabic"),
    [("مرحبا", True), ("salam", False), ("stage في الرباط", True), ("je cherche عمل", False)],
)
def test_the_script_of_most_letters(text, arabic):
    assert is_arabic(text) is arabic


def test_no_letter_is_no_arabic():
    assert not is_arabic("123 🙂")


@pytest.mark.parametrize(
    ("word", "bare"),
    [
        ("بالرباط", "رباط"),
        ("والنجار", "نجار"),
        ("للطباخ", "طباخ"),
        ("فتونس", "تونس"),
        ("تونس", "تونس"),
        ("وهم", "وهم"),  # nothing of three letters would be left
        ("rabat", "rabat"),
    ],
)
def test_particles_come_off_unless_too_little_is_left(word, bare):
    assert without_prefix(normalise(word)) == bare


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [
        ("bghit nkhdem", "بغيت نخدم"),
        ("khedma", "خدمة"),
        ("n7eb", "نحب"),
        ("9raya", "قراية"),
        ("3afak", "عفاك"),
        ("chouf", "شوف"),
        ("5edma", "خدمة"),
        ("tebbakh", "طباخ"),
    ],
)
def test_arabic_sounds_the_same_in_either_script(latin, arabic):
    def said(text):
        return " ".join(sounds(token.norm) for token in tokens(text))

    assert said(latin) == said(arabic) != ""


@pytest.mark.parametrize(("one", "other"), [("kalb", "9alb"), ("hal", "7al"), ("sif", "chif")])
def test_sounds_that_differ_stay_apart(one, other):
    assert sounds(one) != sounds(other)


def test_vowels_alone_have_no_sound():
    assert sounds("aou") == sounds("او") == ""


@pytest.mark.parametrize("word", ["khedma", "khedmah", "خدمه"])
def test_an_h_at_the_end_is_not_heard(word):
    assert sounds(word) == "xdm"


def test_an_h_alone_is_heard():
    assert sounds("ha") == sounds("ه") == "h"


@pytest.mark.parametrize(
    ("word", "bare"),
    [
        ("lkhedma", "khedma"),
        ("elkhedma", "khedma"),
        ("felkhedma", "khedma"),
        ("fcasa", "casa"),
        ("wla", "wla"),  # too little would be left
        ("khedma", "khedma"),
        ("", ""),
    ],
)
def test_what_is_glued_before_an_arabizi_word_comes_off(word, bare):
    assert without_article(word) == bare
