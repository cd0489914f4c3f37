import pytest

from languages.translation.facts import find
from languages.translation.masks import STYLES, Masked, with_values

TEXT = "Salaire 4000 MAD, tél. 0522 000 000, avant le 3 mai."
VALUES = ["<a>", "<b>", "<c>"]
styles = pytest.mark.parametrize("style", STYLES)


@pytest.fixture
def facts():
    found = find(TEXT, "fr")
    assert len(found) == 3
    return found


@styles
def test_what_is_masked_comes_back(facts, style):
    masked = Masked.of(TEXT, facts, style)
    assert not any(fact.text in masked.text for fact in facts)
    assert masked.restore(masked.text, VALUES) == with_values(TEXT, facts, VALUES)


@styles
def test_in_another_order_too(facts, style):
    masked = Masked.of(TEXT, facts, style)
    only = Masked.of(
        "x".join(fact.text for fact in facts), find("x".join(f.text for f in facts), "fr"), style
    )
    assert only.patterns
    words = masked.text.split()
    said = " ".join(reversed(words))
    restored = masked.restore(said, VALUES)
    assert restored
    assert restored.index("<c>") < restored.index("<b>") < restored.index("<a>")


@styles
@pytest.mark.parametrize("change", ["lost", "twice"])
def test_a_mark_that_is_lost_or_doubled_is_noticed(facts, style, change):
    masked = Masked.of(TEXT, facts[:1], style)
    rest = with_values(TEXT, facts[:1], [""])
    mark = masked.text[len("Salaire ") :].split(",")[0]
    said = rest if change == "lost" else masked.text + mark
    assert masked.restore(said, VALUES[:1]) is None


@pytest.mark.parametrize("said", ["Pay 7,101.", "Pay 7 101.", "الأجر ٧١٠١.", "Pay 7\u202f101."])
def test_a_number_that_was_written_otherwise_is_the_same_mark(said):
    masked = Masked.of("Salaire 4000.", find("Salaire 4000.", "fr"), STYLES[0])
    assert "4000" in str(masked.restore(said, ["4000"]))


@pytest.mark.parametrize("said", ["Pay 17101.", "Pay 71010.", "Pay 710.", "Pay 7 .101"])
def test_another_number_is_not(said):
    masked = Masked.of("Salaire 4000.", find("Salaire 4000.", "fr"), STYLES[0])
    assert masked.restore(said, ["4000"]) is None


@pytest.mark.parametrize("said", ["Pay { 0 }.", "Pay (0).", "Pay [0].", "الأجر {٠}."])
def test_braces_may_change_a_little(said):
    masked = Masked.of("Salaire 4000.", find("Salaire 4000.", "fr"), STYLES[1])
    assert "4000" in str(masked.restore(said, ["4000"]))


def test_no_mark_is_a_number_of_the_sentence():
    text = "Appelez le 7101 ou le 7202 ou le 17303."
    masked = Masked.of(text, find(text, "fr"), STYLES[0])
    assert not {"7101", "7202", "7303"} & set(masked.text.split())
