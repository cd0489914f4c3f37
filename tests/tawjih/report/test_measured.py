import json
from math import isnan

import pytest

from tawjih.report.measured import by, of_crossvalidation, share, variety, within


def test_a_line_of_cross_validation_is_an_example_and_what_was_understood():
    row = {
        "text": "bghit nkhdem f casa",
        "intent": "search_offers",
        "entities": [{"entity": "place", "value": "casa", "start": 15, "end": 19}],
        "voice": "ar/arabizi/second",
        "variety": "arabizi",
        "language": "ar",
        "found": {"intent": "inform", "confidence": 0.4, "ranking": [], "language": "ar"},
    }
    (one,) = of_crossvalidation([json.dumps(row)])
    assert (one.voice, one.predicted, one.is_right) == ("ar/arabizi/second", "inform", False)
    assert one.example.entities is not None
    assert one.example.entities[0].value == "casa"


@pytest.mark.parametrize("refused", ["nlu_fallback", "out_of_scope"])
def test_a_fallback_is_right_where_nothing_of_ours_was_meant(measured, refused):
    assert measured("out_of_scope", ("greet", 0.1), acted=refused).is_right
    assert not measured("greet", ("greet", 0.1), acted=refused).is_right


def test_a_guess_is_told_whatever_was_done_with_it(measured):
    one = measured("greet", ("greet", 0.1), ("cancel", 0.09), acted="nlu_fallback")
    assert (one.guess, one.predicted) == ("greet", "out_of_scope")


@pytest.mark.parametrize(
    ("text", "words"), [("salut", 1), ("l'offre n° 3", 3), ("2026", 0), ("بغيت نخدم", 2), ("🙂", 0)]
)
def test_numbers_are_no_words(measured, text, words):
    assert measured(text=text).words == words


def test_varieties_come_in_their_order(measured):
    rows = [measured(variety=name) for name in ("mixed", "arabizi", "en", "mixed")]
    assert {name: len(group) for name, group in by(rows, variety).items()} == {
        "en": 1,
        "arabizi": 1,
        "mixed": 2,
    }
    assert list(by(rows, variety)) == ["en", "arabizi", "mixed"]


def test_a_share_of_nothing_is_not_zero():
    assert share([True, False]) == 0.5
    assert isnan(share([]))


def test_the_interval_of_wilson():
    # Wilson's own score interval, computed by hand: 8 of 10
    low, high = within(8, 10)
    assert (low, high) == (pytest.approx(0.4902, abs=1e-3), pytest.approx(0.9433, abs=1e-3))
    assert within(0, 0) == (0.0, 1.0)
    assert within(10, 10)[1] == pytest.approx(1.0)
