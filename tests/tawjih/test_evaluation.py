import json

import pytest

from errors import DataError
from tawjih.evaluation import Example, check, read_examples, report, write_json


def example(intent, *entities, variety="fr", language="fr", told=True):
    found = [{"entity": name, "value": value} for name, value in entities] if told else None
    return Example(text="x", intent=intent, variety=variety, language=language, entities=found)


def parsed(intent, *entities, language="fr", ms=1.0):
    found = [{"entity": name, "value": value} for name, value in entities]
    return {"intent": intent, "language": language, "entities": found, "ms": ms}


# Expected and predicted; the figures below are counted by hand.
PAIRS = [
    (example("greet"), parsed("greet")),
    (example("greet"), parsed("greet")),
    (example("greet"), parsed("cancel")),
    (example("cancel"), parsed("cancel")),
    (example("inform"), parsed("nlu_fallback")),
    (example("out_of_scope"), parsed("nlu_fallback")),
    (example("out_of_scope"), parsed("out_of_scope")),
    (example("out_of_scope"), parsed("greet")),
]


def figures(pairs):
    return report(*zip(*pairs, strict=True))


def test_accuracy_counts_a_refusal_of_what_is_out_of_scope_as_right():
    # greet 2 of 3, cancel 1 of 1, inform 0 of 1, out_of_scope 2 of 3: 5 of 8
    assert figures(PAIRS)["accuracy"] == 0.625


def test_macro_f1_is_the_mean_over_the_intents_that_were_expected():
    # greet        true 2, predicted 3, actual 3: F1 2/3
    # cancel       true 1, predicted 2, actual 1: F1 2/3
    # inform       true 0, predicted 0, actual 1: F1 0
    # out_of_scope true 2, predicted 3, actual 3: F1 2/3
    assert figures(PAIRS)["macro_f1"] == pytest.approx((2 / 3 * 3) / 4, abs=1e-4)


def test_an_intent_that_nobody_expected_only_costs_the_others():
    found = figures([(example("greet"), parsed("greet")), (example("greet"), parsed("thank"))])
    assert found["macro_f1"] == pytest.approx(2 / 3, abs=1e-4)


def test_out_of_scope_counts_the_fallback_as_a_refusal():
    # refused: 3 (inform, and two of the three); rightly: 2
    assert figures(PAIRS)["out_of_scope"] == {"precision": 0.6667, "recall": 0.6667, "f1": 0.6667}


def test_a_fallback_where_there_was_an_intent_is_wrong():
    assert figures([(example("inform"), parsed("nlu_fallback"))])["accuracy"] == 0.0


def test_entities_are_counted_over_all_messages():
    pairs = [
        # two right
        (
            example("inform", ("place", "Casa"), ("occupation", "plombier")),
            parsed("inform", ("occupation", "Plombier"), ("place", " casa ")),
        ),
        # one missed, one of another kind
        (example("inform", ("place", "Fès")), parsed("inform", ("topic", "Fès"))),
        # one too many: the same value twice counts twice
        (
            example("inform", ("place", "Rabat")),
            parsed("inform", ("place", "Rabat"), ("place", "Rabat")),
        ),
        # nothing is known of the entities of this one
        (example("inform", told=False), parsed("inform", ("place", "Oujda"))),
        # it is known that this one has none
        (example("inform"), parsed("inform", ("place", "Oujda"))),
    ]
    # right 3, told 6, expected 4
    assert figures(pairs)["entities"] == {"precision": 0.5, "recall": 0.75, "f1": 0.6}


@pytest.mark.parametrize(
    ("written", "found", "same"),
    [
        ("Casa", "casa", True),
        ("dar  beida", "dar beida", True),
        ("Casa !", "casa", True),
        ("فاس؟", "فاس", True),
        ("Casa", "Casablanca", False),
    ],
)
def test_values_are_compared_as_written_but_for_case_and_signs(written, found, same):
    pair = (example("inform", ("place", written)), parsed("inform", ("place", found)))
    assert figures([pair])["entities"]["f1"] == float(same)


def test_language_and_varieties_apart():
    pairs = [
        (example("greet", variety="arabizi", language="ar"), parsed("greet", language="ar")),
        (example("greet", variety="arabizi", language="ar"), parsed("cancel", language="fr")),
        (example("greet", variety="en", language="en"), parsed("greet", language="en")),
    ]
    found = figures(pairs)
    assert found["language_accuracy"] == 0.6667
    assert list(found["varieties"]) == ["arabizi", "en"]
    assert found["varieties"]["arabizi"] == {
        "examples": 2,
        "accuracy": 0.5,
        "language_accuracy": 0.5,
        "entity_f1": 0.0,
    }


def test_milliseconds():
    pairs = [(example("greet"), parsed("greet", ms=float(ms))) for ms in range(1, 101)]
    assert figures(pairs)["ms"] == {"mean": 50.5, "median": 50.5, "p95": 96.0}
    assert figures(pairs[:1])["ms"] == {"mean": 1.0, "median": 1.0, "p95": 1.0}


def test_what_is_mistaken_for_what_most_often_first():
    pairs = [*PAIRS, (example("greet"), parsed("cancel"))]
    assert figures(pairs)["confusions"] == [
        ("greet", "cancel", 2),
        ("inform", "out_of_scope", 1),
        ("out_of_scope", "greet", 1),
    ]


def test_as_many_answers_as_messages():
    with pytest.raises(ValueError, match="shorter"):
        report([example("greet")] * 2, [parsed("greet")])


GOOD = {"text": "salut", "intent": "greet", "variety": "fr", "language": "fr"}


@pytest.fixture
def file(tmp_path):
    def write(*lines):
        path = tmp_path / "some.jsonl"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "JSON"),
        ("[]", "object"),
        (json.dumps(GOOD | {"variety": "berber"}), "variety"),
        (json.dumps(GOOD | {"language": "de"}), "language"),
        (json.dumps(GOOD | {"text": ""}), "text"),
        (json.dumps({"text": "x"}), "intent"),
        (json.dumps(GOOD | {"entities": [{"entity": "place"}]}), r"entities\.0\.value"),
    ],
)
def test_a_bad_line_names_its_number(file, line, told):
    with pytest.raises(DataError, match=rf"^some\.jsonl:3: .*{told}"):
        read_examples(file(json.dumps(GOOD), "", line))


def test_empty_lines_are_no_examples(file):
    assert len(read_examples(file(json.dumps(GOOD), "  ", json.dumps(GOOD)))) == 2
    with pytest.raises(DataError, match=r"some\.jsonl: no examples"):
        read_examples(file("", " "))


def test_what_others_added_to_a_line_does_no_harm(file):
    (found,) = read_examples(file(json.dumps(GOOD | {"note": "from a workshop"})))
    assert (found.text, found.entities) == ("salut", None)


def test_a_line_may_hold_any_character(file):
    line = json.dumps(GOOD | {"text": "سلام\u2028خويا"}, ensure_ascii=False)
    (found,) = read_examples(file(line))
    assert found.text == "سلام\u2028خويا"


def test_the_figures_are_written_as_json(tmp_path):
    path = tmp_path / "figures.json"
    write_json(figures(PAIRS) | {"note": "عربي"}, path)
    assert json.loads(path.read_text(encoding="utf-8"))["accuracy"] == 0.625
    assert "عربي" in path.read_text(encoding="utf-8")


def test_a_file_of_other_letters_is_named(tmp_path):
    (tmp_path / "x.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match=r"x\.jsonl: not UTF-8"):
        read_examples(tmp_path / "x.jsonl")


@pytest.mark.parametrize("floors", [None, "- 1\n", "en: {accuracy: high}\n", "a: ["])
def test_what_would_end_in_vain_is_told_before_the_measuring(tmp_path, floors):
    path = tmp_path / "floors.yml"
    if floors is not None:
        path.write_text(floors)
    with pytest.raises(DataError, match=r"floors\.yml"):
        check(None, path)
    with pytest.raises(DataError, match="no such folder"):
        check(tmp_path / "nowhere" / "x.json", None)
