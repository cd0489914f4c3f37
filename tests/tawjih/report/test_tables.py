from math import isnan

import pytest

from tawjih.report import calibration, confusions, entities, learning, tongues


def test_a_reliability_curve_holds_promise_and_keeping(measured):
    rows = [measured("greet", ("greet", 0.85)) for _ in range(3)]
    rows.append(measured("greet", ("cancel", 0.89)))
    rows.append(measured("greet", ("cancel", 0.1)))
    low, high = calibration.curve(rows)
    assert (low.count, low.confidence, low.accuracy) == (1, pytest.approx(0.1), 0.0)
    assert (high.count, high.confidence, high.accuracy) == (4, pytest.approx(0.86), 0.75)
    # 1 of 5 is 0.1 off, 4 of 5 are 0.11 off
    assert calibration.expected_error(rows) == pytest.approx((0.1 + 4 * 0.11) / 5)


def test_certainty_has_a_bin(measured):
    (one,) = calibration.curve([measured("greet", ("greet", 1.0))])
    assert one.count == 1


def test_what_a_threshold_costs(measured):
    rows = [
        measured("greet", ("greet", 0.9), ("cancel", 0.1)),
        measured("greet", ("cancel", 0.6), ("greet", 0.3)),
        measured("greet", ("cancel", 0.3), ("greet", 0.2)),
        measured("greet", ("cancel", 0.3), ("thank", 0.2)),
        measured("out_of_scope", ("greet", 0.3), ("cancel", 0.1)),
        measured("out_of_scope", ("out_of_scope", 0.7), ("cancel", 0.1)),
        measured("out_of_scope", ("greet", 0.8), ("cancel", 0.1)),
    ]
    never, some = calibration.choices(rows, (0.0, 0.5), ambiguity=0.0)
    assert (never.acted_right, never.acted_wrong, never.asked) == (0.25, 0.75, 0.0)
    assert isnan(never.offered)
    assert (never.refused, never.refusal_precision) == (pytest.approx(1 / 3), 1.0)
    assert (some.acted_right, some.acted_wrong, some.asked) == (0.25, 0.25, 0.5)
    assert some.offered == 0.5
    # two of three are declined, and with them two that had an intent
    assert (some.refused, some.refusal_precision) == (pytest.approx(2 / 3), 0.5)


def test_two_that_are_close_are_asked_about(measured):
    rows = [measured("greet", ("greet", 0.5), ("cancel", 0.45))]
    assert calibration.choices(rows, (0.2,), ambiguity=0.1)[0].asked == 1.0
    assert calibration.choices(rows, (0.2,), ambiguity=0.01)[0].asked == 0.0


def test_the_worst_confusions_show_the_surest_messages(measured):
    rows = [
        measured("greet", ("cancel", 0.1 * number), text=f"message {number}")
        for number in range(1, 6)
    ]
    rows += [measured("greet"), measured("thank", ("greet", 0.5))]
    first, second = confusions.worst(rows)
    assert (first.expected, first.predicted, first.count, first.of) == ("greet", "cancel", 5, 6)
    assert first.texts == ("message 5", "message 4", "message 3")
    assert (second.expected, second.count) == ("thank", 1)


def test_the_matrix_counts_meant_down_and_understood_across(measured):
    rows = [measured("greet"), measured("greet", ("faq/women", 0.9)), measured("faq/women")]
    names, counts = confusions.matrix(rows)
    assert names == ["greet", "faq/women"]
    assert counts == [[1, 1], [0, 1]]


def test_intents_the_worst_first(measured):
    rows = [measured("greet"), measured("greet", ("cancel", 0.9)), measured("cancel")]
    scores = confusions.by_intent(rows)
    assert [score.intent for score in scores] == ["cancel", "greet"]
    assert (scores[0].precision, scores[0].recall) == (0.5, 1.0)
    assert (scores[1].precision, scores[1].recall) == (1.0, 0.5)


def test_entities_by_kind_and_variety(measured):
    rows = [
        measured(marked=[("place", "Casa")], found=[("place", "casa !")]),
        measured(marked=[("place", "Fès")], found=[("topic", "Fès")]),
        measured(variety="en", marked=[("topic", "Excel")], found=[]),
        measured(marked=None, found=[("place", "Oujda")]),
    ]
    scores = entities.scores(rows)
    assert list(scores) == ["all", "place", "topic"]
    place = scores["place"]
    assert (place.precision, place.recall, place.f1) == (1.0, 0.5, pytest.approx(2 / 3))
    assert scores["topic"].f1 == 0.0
    assert (scores["all"].marked, scores["all"].found, scores["all"].right) == (3, 2, 1)
    assert set(entities.by_variety(rows)) == {"en", "fr"}


def test_the_commonest_slips_say_missed_or_invented(measured):
    rows = [measured(marked=[("place", "Fès")], found=[]) for _ in range(2)]
    rows.append(measured(marked=[], found=[("topic", "Excel")]))
    first, second = entities.commonest_slips(rows)
    assert (first.kind, first.value, first.missed, first.count) == ("place", "fès", True, 2)
    assert (second.value, second.missed) == ("excel", False)


def test_languages_by_length_beside_langdetect(measured):
    rows = [
        measured(text="je cherche un travail à Paris", told="fr"),
        measured(text="bghit nkhdem f casa had chhar", variety="arabizi", language="ar", told="ar"),
        measured(text="ok", told="en"),
    ]
    table = tongues.table(rows)
    one, two, _, more, three = table["fr"]
    assert (one.count, one.ours) == (1, 0.0)
    assert two.count == 0
    assert (more.count, more.ours, more.langdetect) == (1, 1.0, 1.0)
    assert three.count == 1
    # It knows no Arabic in Latin letters.
    assert table["arabizi"][3].langdetect == 0.0
    assert tongues.confusion(rows) == {"fr": [0, 1, 0], "arabizi": [0, 0, 1]}


@pytest.mark.parametrize("text", ["", "12 34", "🙂"])
def test_where_langdetect_cannot_say_it_says_nothing(text):
    assert tongues.langdetect(text) == ""


def test_a_learning_curve_has_a_mean_and_a_spread(measured):
    asked = []

    def measure(part, seed):
        asked.append((part, seed))
        right = 1.0 if part == 1 else part + 0.25 * seed
        return [measured("greet", ("greet" if n < 4 * right else "x", 0.5)) for n in range(4)]

    found = learning.curves(measure, {"fr": 100}, seeds=2, shares=(0.25, 0.5, 1.0))
    assert asked == [(0.25, 0), (0.25, 1), (0.5, 0), (0.5, 1), (1.0, 0)]
    assert found["fr"][25] == (pytest.approx(0.375), pytest.approx(0.1768, abs=1e-3))
    assert found["fr"][100] == (1.0, 0.0)
    assert learning.of_doubling(found["fr"]) == pytest.approx(1 - 0.625)


def test_more_authors_are_counted_by_variety(measured):
    rows = {1: [measured("greet", ("x", 0.5))], 2: [measured("greet")]}
    assert learning.by_voices(rows)["fr"] == {1: (0.0, 0.0), 2: (1.0, 0.0)}
