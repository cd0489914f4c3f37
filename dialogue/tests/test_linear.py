import pickle

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from dialogue.linear import LinearScores, softmax

TEXTS = [
    "un stage à Rabat",
    "un un un cv",
    "hello hello friend",
    "مرحبا",
    "nothing of all this",
    "",
]


@pytest.fixture(scope="module")
def fitted():
    vectoriser = TfidfVectorizer(analyzer=str.split, sublinear_tf=True, dtype=np.float32)
    rows = vectoriser.fit_transform(
        ["un stage à Rabat", "un cv un poste", "hello my friend hello", "مرحبا بك يا صديقي"] * 3
    )
    svm = LinearSVC(random_state=0).fit(rows, ["search", "cv", "greet", "greet"] * 3)
    return vectoriser, svm, LinearScores(vectoriser, svm.coef_, svm.intercept_)


@pytest.mark.parametrize("text", TEXTS)
def test_the_scores_are_those_of_the_model_it_was_made_of(fitted, text):
    vectoriser, svm, scores = fitted
    expected = svm.decision_function(vectoriser.transform([text]))[0]
    assert scores(text.split()) == pytest.approx(expected, abs=2e-3)


def test_shares_add_up_to_one_in_the_order_of_the_scores():
    shares = softmax(np.array([[1.0, 3.0, -900.0], [0.0, 0.0, 0.0]], dtype=np.float32))
    assert shares.sum(axis=1) == pytest.approx([1, 1])
    assert list(shares[0].argsort()) == [2, 0, 1]


def test_what_was_kept_scores_as_what_was_fitted():
    vectoriser = TfidfVectorizer(analyzer=str.split, sublinear_tf=True)
    vectoriser.fit(["one two two", "three one"])
    weights = np.random.default_rng(0).normal(size=(4, 3))
    fitted = LinearScores(vectoriser, weights, np.zeros(4))
    unpacked = pickle.loads(pickle.dumps(fitted))  # noqa: S301 - our own, a line before
    assert (unpacked(["one", "two"]) == fitted(["one", "two"])).all()
    assert unpacked._weights.dtype == np.float32
    assert fitted.__getstate__()["_weights"].dtype == np.float16
