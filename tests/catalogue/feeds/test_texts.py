import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.feeds.texts import line, mended, plain_text, shortened


@pytest.mark.parametrize(
    ("told", "plain"),
    [
        ("<p>Bonjour&nbsp;<b>toi</b></p><ul><li>un</li><li>deux</li></ul>", "Bonjour toi\n\n- un\n- deux"),
        ("un<br>deux<br/>trois", "un\ndeux\ntrois"),
        ("R&D & plus < 3 ans", "R&D & plus < 3 ans"),
        ("salaire < 2000 et > 1000", "salaire < 2000 et > 1000"),
        ("&lt;p&gt;un&lt;/p&gt;", "un"),
        ("caf&eacute; &amp; th&#233;", "café & thé"),
        ("un\r\ndeux\t trois \n\n\n\nquatre", "un\ndeux trois\n\nquatre"),
        ("a\u202eb\u0007c", "abc"),
        ("  ", ""),
    ],
)  # fmt: skip
def test_markup_becomes_text(told, plain):
    assert plain_text(told) == plain


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>Bonjour",
        "<img src=x onerror=alert(1)>Bonjour",
        "<scr<script>ipt>alert(1)</scr</script>ipt>Bonjour",
        "&lt;script&gt;alert(1)&lt;/script&gt;Bonjour",
        "<a href='javascript:alert(1)'>Bonjour</a>",
        "<style>body{background:url(javascript:alert(1))}</style>Bonjour",
        "<svg/onload=alert(1)>Bonjour</svg>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>Bonjour",
        "<!--<script>alert(1)</script>-->Bonjour",
        "Bonjour<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
    ],
)
def test_hostile_markup_leaves_no_tag_behind(hostile):
    text = plain_text(hostile)
    assert "Bonjour" in text
    for trace in ("<script", "<img", "<svg", "<iframe", "onerror", "javascript:", "onload"):
        assert trace not in text.lower()


@given(st.text(alphabet="<>&;/!-= \"'abcscriptltgt\n", max_size=200))
def test_no_input_leaves_a_script(told):
    assert "<script" not in plain_text(told).lower()


def test_a_line_is_one_line():
    assert line("<p>un</p>\n<p>deux</p>") == "un deux"


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("mÃ©tier d'Ã©bÃ©niste", "métier d'ébéniste"),
        ("lâ€™atelier", "l’atelier"),
        ("Ø§Ù„Ù†Ø¬Ø§Ø±Ø©", "النجارة"),
        ("?????ALTERNANCE", "ALTERNANCE"),
    ],
)
def test_letters_that_were_lost_or_encoded_twice_are_mended_and_told(told, meant):
    text, notes = mended(told)
    assert text == meant
    assert len(notes) == 1


@pytest.mark.parametrize("told", ["Âge minimum", "ÉTÉ", "المسمى", "Où ? Ici !", "¿Qué?", "?"])
def test_right_letters_stay(told):
    assert mended(told) == (told, [])


def test_what_is_too_long_is_cut_at_a_word():
    assert shortened("un deux trois", 13) == "un deux trois"
    assert shortened("un deux trois quatre", 14) == "un deux trois…"
    assert shortened("un deux, trois quatre", 14) == "un deux…"
    assert shortened("x" * 50, 10) == "x" * 9 + "…"
