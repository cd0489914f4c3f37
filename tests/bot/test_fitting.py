import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fitting import parts, shortened


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("", 10, []),
        ("  \n ", 10, []),
        ("short", 10, ["short"]),
        ("One two. Three four five.", 20, ["One two. Three four", "five."]),
        ("One two three. Four five.", 20, ["One two three.", "Four five."]),
        ("First one here.\n\nSecond. More here", 22, ["First one here.", "Second. More here"]),
        ("هل وصلت الرسالة؟ نعم وصلت", 18, ["هل وصلت الرسالة؟", "نعم وصلت"]),
        ("a" * 25, 10, ["a" * 10, "a" * 10, "a" * 5]),
    ],
)
def test_a_text_is_broken_at_the_best_place(text, limit, expected):
    assert parts(text, limit) == expected


def test_a_limit_that_holds_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        parts("a", 0)


@given(st.text(), st.integers(1, 50))
def test_nothing_but_space_is_lost_and_no_piece_is_too_long(text, limit):
    pieces = parts(text, limit)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(0 < len(piece) <= limit for piece in pieces)


@pytest.mark.parametrize(("text", "short"), [("Apply", "Apply"), ("How to apply", "How t…")])
def test_a_title_is_shortened(text, short):
    assert shortened(text, 6) == short
