import pytest
from hypothesis import given
from hypothesis import strategies as st

from languages.translation.sentences import split

LANGUAGES = ("en", "fr", "ar")


def sentences(text, language):
    return [piece.text for piece in split(text, language) if piece.is_sentence]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Poser des portes. Salaire : 4 000 MAD !", ["Poser des portes.", "Salaire : 4 000 MAD !"]),
        ("fr", "M. Alami vous répond. Merci.", ["M. Alami vous répond.", "Merci."]),
        ("en", "Fit doors, e.g. in wood. Send a CV.", ["Fit doors, e.g. in wood.", "Send a CV."]),
        ("ar", "نبحث عن نجار، في فاس: الأجر جيد. هل لديك خبرة؟ اتصل بنا؛ شكراً۔ مرحبا",
         ["نبحث عن نجار، في فاس: الأجر جيد.", "هل لديك خبرة؟", "اتصل بنا؛", "شكراً۔", "مرحبا"]),
        ("fr", "Écrivez à rh@bois.ma. Tél. 05.22.00.00.00. Voir www.bois.ma/a.b?c=d. Fin.",
         ["Écrivez à rh@bois.ma.", "Tél. 05.22.00.00.00.", "Voir www.bois.ma/a.b?c=d.", "Fin."]),
        ("fr", "Profil\n- Permis B\n• Bac+2\n1. Calme\n\nMerci", ["Profil", "Permis B", "Bac+2", "Calme", "Merci"]),
        ("en", "", []),
        ("en", "\n \t\n", []),
    ],
)  # fmt: skip
def test_where_sentences_end(language, text, expected):
    assert sentences(text, language) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_without_end_is_cut_between_words(language):
    words = [f"mot{number}" for number in range(300)]
    cut = sentences(" ".join(words), language)
    assert all(len(one) <= 300 for one in cut)
    assert " ".join(cut).split() == words
    assert all(len(one) <= 300 for one in sentences("x" * 1000, language))


def test_a_long_sentence_is_cut_at_a_clause():
    clause = "nous cherchons un menuisier pour un chantier, "
    assert all(one.endswith(",") for one in sentences(clause * 12, "fr")[:-1])


@given(
    st.text(alphabet=st.sampled_from("aA é1.!?؟؛،;:\"'«»()[]-•\n\r\t\u2028عب٣@/"), max_size=200),
    st.sampled_from(LANGUAGES),
)
def test_nothing_is_lost(text, language):
    assert "".join(piece.text for piece in split(text, language)) == text


@pytest.mark.parametrize("text", ["." * 2000, "(a" * 1000, '"' * 2000, "a.b." * 500, "'x " * 700])
@pytest.mark.parametrize("language", LANGUAGES)
def test_odd_texts_come_through(text, language):
    assert "".join(piece.text for piece in split(text, language)) == text
