import pytest

from dialogue.spans import no_degree, tidy, with_subjects
from dialogue.text import tokens


def spans(text, *found):
    """Spans of words by what they say: ("27", "age")."""
    words = tokens(text)
    texts = [word.text for word in words]
    made = []
    for said, kind in found:
        parts = [word.text for word in tokens(said)]
        start = next(i for i in range(len(texts)) if texts[i : i + len(parts)] == parts)
        made.append((start, start + len(parts), kind))
    return made, words


def said(text, found, words):
    return [(text[words[a].start : words[b - 1].end], kind) for a, b, kind in found]


@pytest.mark.parametrize(
    ("text", "found", "tidied"),
    [
        ("I am 27 years old", [("27", "age")], [("27 years old", "age")]),
        ("g 19 piges", [("19", "age")], [("19 piges", "age")]),
        ("عمري 24 سنة", [("24", "age")], [("24 سنة", "age")]),
        ("smiti youssef 31 3am", [("31", "age")], [("31 3am", "age")]),
        ("3omri 34 w bla khdma", [("34", "age")], [("34", "age")]),
        ("on thursday morning", [("thursday", "date")], [("thursday morning", "date")]),
        ("mercredi après-midi", [("mercredi", "date")], [("mercredi après-midi", "date")]),
        ("mon rdv du 12 mars", [("du 12 mars", "date")], [("12 mars", "date")]),
        ("بعد العيد", [("العيد", "date")], [("بعد العيد", "date")]),
        ("mn mora ramadan", [("ramadan", "date")], [("mora ramadan", "date")]),
        ("avant septembre", [("septembre", "date")], [("avant septembre", "date")]),
        (
            "سجل الاولى والتالتة",
            [("الاولى والتالتة", "ordinal")],
            [("الاولى", "ordinal"), ("والتالتة", "ordinal")],
        ),
        (
            "français et anglais",
            [("français et anglais", "language")],
            [("français", "language"), ("anglais", "language")],
        ),
        ("froid et climatisation", [("froid et climatisation", "topic")], None),
        ("deux ans et demi", [("deux ans", "experience")], None),
    ],
)
def test_each_kind_has_its_edges(text, found, tidied):
    made, words = spans(text, *found)
    assert said(text, tidy(made, words), words) == (found if tidied is None else tidied)


def test_what_another_has_swallowed_is_not_told_twice():
    made, words = spans("19 ans", ("19", "age"), ("ans", "experience"))
    assert said("19 ans", tidy(made, words), words) == [("19 ans", "age")]


@pytest.mark.parametrize(
    ("text", "found", "joined"),
    [
        (
            "master in chemistry",
            [("master", "education"), ("chemistry", "occupation")],
            [("master in chemistry", "education")],
        ),
        (
            "le BTS en logistique",
            [("BTS", "education"), ("logistique", "topic")],
            [("BTS en logistique", "education")],
        ),
        ("bac, plombier", [("bac", "education"), ("plombier", "occupation")], None),
        ("licence en droit à Sfax", [("droit", "occupation"), ("Sfax", "place")], None),
    ],
)
def test_a_degree_holds_its_subject(text, found, joined):
    made, words = spans(text, *found)
    assert said(text, with_subjects(made, words), words) == (found if joined is None else joined)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("is there work without diploma in Tangier", "without diploma"),
        ("j'ai pas de diplôme", "pas de diplôme"),
        ("mecanicien walakin bla diplom", "bla diplom"),
        ("ma3andich diplome", "ma3andich diplome"),
        ("ومعنديش حتى ديبلوم خدمت", "ومعنديش حتى ديبلوم"),
        ("ليس لدي اي شهادة لكني", "ليس لدي اي شهادة"),
        ("خدمة بلا شهادة", "بلا شهادة"),
        ("لا شهادة لا والو", "لا شهادة"),
        ("عندي ديبلوم", None),
        ("كاين شي تكوين ولا شهادة", None),
        ("اولا شهادة الباك", None),
        ("no work since my diploma", None),
    ],
)
def test_no_degree_is_an_education(text, told):
    words = tokens(text)
    span = no_degree(text, words)
    assert (said(text, [span], words) if span else None) == (told and [(told, "education")])
