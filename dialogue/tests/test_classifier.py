import numpy as np
import pytest
from sklearn.svm import LinearSVC

from dialogue.classifier import (
    _MANY,
    IntentModel,
    LinearIntentClassifier,
    _temperature,
    _vectoriser,
    _weighted,
)
from dialogue.features import Example, features
from dialogue.linear import LinearScores, softmax
from dialogue.tests.conftest import message


@pytest.fixture(scope="module")
def trained(training_data, lists, storage, resource, context):
    given = {"threshold": 0.0, "ambiguity": 0.0, "data": str(lists)}
    config = {**LinearIntentClassifier.get_default_config(), **given}
    made = LinearIntentClassifier.create(config, storage, resource, context)
    assert made.train(training_data) == resource
    return made, LinearIntentClassifier.load(config, storage, resource, context)


def classified(classifier, text, **config):
    found = message(text, variety="fr")
    before, classifier.config = classifier.config, {**classifier.config, **config}
    assert classifier.process([found]) == [found]
    classifier.config = before
    return found


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("bonjour", "greet"),
        ("je cherche un travail", "search_offers"),
        ("find me work in Tunis", "search_offers"),
        ("réponds en arabe", "change_language"),
        ("مرحبا", "greet"),
    ],
)
def test_it_learns_what_the_examples_say(trained, text, intent):
    found = classified(trained[0], text)
    assert found.get("intent")["name"] == intent


def test_a_question_of_knowledge_names_its_answer(trained):
    found = classified(trained[0], "comment écrire un cv")
    assert found.get("intent")["name"] == "faq"
    told = found.get("response_selector")["faq"]["response"]
    assert told["utter_action"] == "utter_faq/write_cv"
    assert told["confidence"] == found.get("intent")["confidence"]
    assert found.get("intent_ranking")[0]["name"] == "faq/write_cv"


def test_another_intent_selects_no_answer(trained):
    assert classified(trained[0], "bonjour").get("response_selector") is None


def test_the_ranking_is_of_probabilities_best_first(trained):
    ranking = classified(trained[0], "bonjour", ranking=4).get("intent_ranking")
    shares = [row["confidence"] for row in ranking]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1, abs=1e-5)
    assert len(classified(trained[0], "bonjour", ranking=2).get("intent_ranking")) == 2


def test_below_the_threshold_it_says_so_and_tells_what_it_could_have_been(trained):
    found = classified(trained[0], "bonjour", threshold=1.1)
    assert found.get("intent")["name"] == "nlu_fallback"
    assert found.get("intent_ranking")[0]["name"] == "greet"
    assert found.get("intent")["confidence"] == found.get("intent_ranking")[0]["confidence"]


def test_two_that_are_too_close_are_no_answer(trained):
    found = classified(trained[0], "bonjour", ambiguity=1.1)
    assert found.get("intent")["name"] == "nlu_fallback"
    assert found.get("intent_ranking")[0]["name"] == "greet"


def test_a_fallback_of_a_question_of_knowledge_keeps_what_it_would_have_said(trained):
    found = classified(trained[0], "comment écrire un cv", threshold=1.1)
    assert found.get("intent")["name"] == "nlu_fallback"
    assert found.get("intent_ranking")[0]["name"] == "faq/write_cv"


@pytest.mark.parametrize(
    "text",
    [
        "🙂",
        "?",
        "   x   ",
        "٢",
        pytest.param("a" * 4000, id="long"),
        pytest.param("\ud83d", id="half"),
    ],
)
def test_any_text_gets_an_answer(trained, text):
    assert classified(trained[0], text).get("intent")["confidence"] > 0


def test_a_message_without_text_is_left_alone(trained):
    found = message("")
    trained[0].process([found])
    assert not found.get("intent", {}).get("name")


def test_loaded_it_answers_as_trained(trained):
    made, loaded = trained
    for text in ("bonjour", "je cherche", "بغيت نخدم", "write a cv", "🙂"):
        one, other = (classified(c, text).get("intent_ranking")[0] for c in (made, loaded))
        # On disk the weights have half the precision.
        assert other["name"] == one["name"]
        assert other["confidence"] == pytest.approx(one["confidence"], abs=0.005)


def test_what_was_not_trained_does_not_guess(storage, resource, context):
    config = LinearIntentClassifier.get_default_config()
    made = LinearIntentClassifier.create(config, storage, resource, context)
    with pytest.raises(AssertionError, match="before it was trained"):
        made.process([message("bonjour")])


class Margins:
    """A classifier whose margins are known."""

    classes_ = np.array(["a", "b"])

    def __init__(self, margins):
        self.margins = np.array(margins)

    def decision_function(self, rows):
        return self.margins


def test_the_temperature_makes_confidence_mean_what_it_says():
    # Margins of one that is right three times of four: its confidence has to become 0.75.
    margins = Margins([[0.25, -0.25]] * 4)
    labels = np.array(["a", "a", "a", "b"])
    temperature = _temperature(margins, None, labels)
    likely = softmax(margins.margins * temperature)[0, 0]
    assert likely == pytest.approx(0.75, abs=0.01)


def test_fitted_twice_it_is_the_same():
    examples = [
        Example(f"{word} {number}", "en") for word in ("job", "hello", "no") for number in range(20)
    ]
    names = ["search"] * 20 + ["greet"] * 20 + ["deny"] * 20
    one, other = (IntentModel.fitted(examples, names, 1.0, 1000) for _ in range(2))
    (first, share), (again, same) = (m.ranking(Example("a job", "en"), 1)[0] for m in (one, other))
    assert (first, share) == (again, pytest.approx(same, rel=1e-4))


def test_two_intents_are_enough():
    examples = [Example(f"{word} {number}", "en") for word in ("yes", "no") for number in range(20)]
    model = IntentModel.fitted(examples, ["affirm"] * 20 + ["deny"] * 20, 1.0, 1000)
    for text, intent in (("yes 3", "affirm"), ("no 4", "deny")):
        ranking = model.ranking(Example(text, "en"), 5)
        assert ranking[0][0] == intent
        assert sum(share for _, share in ranking) == pytest.approx(1, abs=1e-5)
        assert len(ranking) == 2


def test_what_was_learnt_of_one_town_holds_for_another():
    """The words of the last are all unknown; its frame is not."""
    seen = [("job in tunis", ("job", "in", "<place>")), ("tunis", ("<place>",))]
    examples = [Example(text, "en", frame) for text, frame in seen for _ in range(20)]
    model = IntentModel.fitted(examples, ["search_offers"] * 20 + ["inform"] * 20, 1.0, 1000)
    ranking = model.ranking(Example("qyzx", "en", ("<place>",)), 1)
    assert ranking[0][0] == "inform"
    unknown = model.ranking(Example("qyzx", "en", ("qyzx",)), 1)
    assert unknown[0][1] < ranking[0][1]


def test_the_model_answers_as_the_machine_it_was_made_of():
    """Weights of kinds of features included."""
    texts = [f"{a} {b}" for a in ("find", "show", "keep") for b in ("me a job", "it", "jobs now")]
    examples = [Example(text, "en") for text in texts * 3]
    names = [text.split()[0] for text in texts * 3]
    vectoriser = _vectoriser(1000)
    rows = _weighted(vectoriser, vectoriser.fit_transform(examples))
    assert np.asarray(rows.multiply(rows).sum(axis=1)).ravel() == pytest.approx(1)
    svm = LinearSVC(C=1.0, random_state=0).fit(rows, names)
    scores = LinearScores(vectoriser, svm.coef_, svm.intercept_)
    for example, row in zip(examples, rows, strict=True):
        assert scores(features(example)) == pytest.approx(svm.decision_function(row)[0], abs=5e-3)


def test_as_many_examples_as_are_learnt_side_by_side():
    """Enough of them for two processes, and too many to be handed over in a message."""
    words = [f"word{number}" for number in range(30)]
    examples = [
        Example(f"{start} {first} {second} {first}{second}", "en")
        for start in ("find", "drop")
        for first in words
        for second in words
    ]
    names = [example.text.split()[0] for example in examples] * 3
    model = IntentModel.fitted(examples * 3, names, 1.0, 200_000)
    assert len(names) > _MANY
    assert model.ranking(Example("find word1", "en"), 1)[0][0] == "find"
