import pytest

from dialogue.components import ROOT
from dialogue.cues import Cues
from dialogue.text import tokens


@pytest.fixture(scope="module")
def cues():
    return Cues.read(ROOT / "data")


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        ("19 ans", ["digits2", "year_unit"]),
        ("3 snin", ["digits1", "year_unit"]),
        ("عندي 22 عام", ["none", "digits2", "year_unit"]),
        ("niveau bac", ["school", "school"]),
        ("والباكالوريا", ["school"]),
        ("next march", ["when", "month"]),
        ("0612345678", ["digits4"]),
        ("plombier", ["none"]),
    ],
)
def test_each_word_is_told_by_its_list(cues, text, lists):
    assert [cues.of(word) for word in tokens(text)] == lists


def test_without_the_file_no_word_is_a_cue(tmp_path):
    assert [Cues.read(tmp_path).of(word) for word in tokens("niveau bac 19")] == [
        "none", "none", "digits2",
    ]  # fmt: skip
