"""Which intent a message has, with a confidence that means what it says.

One linear support vector machine over all languages together (it beats one a language), on the
features of features.py; its margins become probabilities by a temperature that is fitted on
examples it has not seen. Below the thresholds the intent is nlu_fallback and the ranking tells
what it could have been, so that the assistant can ask instead of guessing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    INTENT_RESPONSE_KEY,
    PREDICTED_CONFIDENCE_KEY,
    RESPONSE_SELECTOR,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from dialogue.components import ROOT, VARIETY
from dialogue.features import Example, features, weight
from dialogue.gazetteer import Gazetteer
from dialogue.learnt import Learnt
from dialogue.linear import LinearScores, softmax
from dialogue.payload import selected_response
from dialogue.text import tokens

_FALLBACK = "nlu_fallback"
_HELD_OUT = 8  # every eighth example fits the temperature
_MANY = 5000  # examples from which on a process for each fit saves more than it costs


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(Learnt, IntentClassifier):
    """Sets `intent`, `intent_ranking` and, for FAQ keys, `response_selector`."""

    FILE = "intents.joblib"
    _learnt: tuple[IntentModel, Gazetteer] | None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Thresholds are probabilities; `ranking` is how many intents are told; `data`: lists."""
        return {
            "data": "data",
            "C": 2.0,
            "max_features": 200_000,
            "threshold": 0.2,
            "ambiguity": 0.02,
            "ranking": 5,
        }

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples that have an intent."""
        messages = [m for m in training_data.intent_examples if m.get(TEXT)]
        names = [m.get(INTENT_RESPONSE_KEY) or m.get(INTENT) for m in messages]
        gazetteer = Gazetteer.read(ROOT / self.config["data"])
        examples = [_example(message, gazetteer) for message in messages]
        c, most = self.config["C"], self.config["max_features"]
        self._learnt = IntentModel.fitted(examples, names, c, most), gazetteer
        return self.persist()

    def process(self, messages: list[Message]) -> list[Message]:
        """Classify messages that have a text."""
        for message in messages:
            if message.get(TEXT):
                self._classify(message)
        return messages

    def _classify(self, message: Message) -> None:
        assert self._learnt is not None, "classified before it was trained"
        model, gazetteer = self._learnt
        ranking = model.ranking(_example(message, gazetteer), self.config["ranking"])
        name, confidence = ranking[0]
        unsure = confidence < self.config["threshold"]
        close = len(ranking) > 1 and confidence - ranking[1][1] < self.config["ambiguity"]
        intent = _FALLBACK if unsure or close else name.split("/", 1)[0]
        message.set(INTENT, _intent(intent, confidence), add_to_output=True)
        message.set(INTENT_RANKING_KEY, [_intent(n, c) for n, c in ranking], add_to_output=True)
        if "/" in name:
            selected = selected_response(name, confidence)
            message.set(RESPONSE_SELECTOR, selected, add_to_output=True)


class IntentModel:
    """The fitted scores of the intents, and the temperature that makes probabilities of them."""

    def __init__(self, scores: LinearScores, names: list[str], temperature: float) -> None:
        self._scores = scores
        self._names = names
        self._temperature = temperature

    @classmethod
    def fitted(
        cls, examples: list[Example], names: list[str], c: float, max_features: int
    ) -> IntentModel:
        """Fit on all examples; the temperature comes from a fit that left some out."""
        vectoriser = _vectoriser(max_features)
        rows = _weighted(vectoriser, vectoriser.fit_transform(examples))
        labels = np.array(names)
        held = np.arange(len(names)) % _HELD_OUT == 0
        rehearsal, svm = _fit_all(c, (rows[~held], labels[~held]), (rows, labels))
        known = held & np.isin(labels, rehearsal.classes_)
        temperature = _temperature(rehearsal, rows[known], labels[known])
        intercepts = _both_sides(svm.intercept_[None, :])[0]
        scores = LinearScores(vectoriser, _both_sides(svm.coef_.T).T, intercepts)
        return cls(scores, list(svm.classes_), temperature)

    def ranking(self, example: Example, length: int) -> list[tuple[str, float]]:
        """The likeliest intents with their probabilities, best first."""
        likely = softmax(self._scores(features(example)) * self._temperature)
        best = np.argsort(likely)[::-1][:length]
        return [(self._names[i], float(likely[i])) for i in best]


def _vectoriser(max_features: int) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer=features,
        min_df=2,
        max_features=max_features,
        sublinear_tf=True,
        norm=None,
        dtype=np.float32,
    )


def _weighted(vectoriser: TfidfVectorizer, rows: csr_matrix) -> csr_matrix:
    """The rows with each feature's weight, of length one; the vectoriser learns the weights."""
    weights = np.array([weight(name) for name in vectoriser.get_feature_names_out()])
    vectoriser.idf_ = vectoriser.idf_ * weights
    return normalize(rows @ diags(weights.astype(np.float32))).tocsr()


def _fit_all(c: float, *sets: tuple[csr_matrix, NDArray[np.str_]]) -> list[LinearSVC]:
    jobs = len(sets) if len(sets[0][1]) > _MANY else 1
    # Handed over whole: scikit-learn sorts in place, which a shared memory map does not let it.
    side_by_side = Parallel(n_jobs=jobs, max_nbytes=None)
    fitted: list[LinearSVC] = side_by_side(delayed(_svm(c).fit)(*one) for one in sets)
    return fitted


def _svm(c: float) -> LinearSVC:
    return LinearSVC(C=c, random_state=0)


def _temperature(svm: LinearSVC, rows: csr_matrix, labels: NDArray[np.str_]) -> float:
    margins = _both_sides(svm.decision_function(rows).reshape(len(labels), -1))
    truth = np.searchsorted(svm.classes_, labels)

    def loss(temperature: float) -> float:
        likely = softmax(margins * temperature)[np.arange(len(truth)), truth]
        return float(-np.log(likely + 1e-12).mean())

    return float(minimize_scalar(loss, bounds=(0.5, 20.0), method="bounded").x)


def _both_sides(margins: NDArray[np.float64]) -> NDArray[np.float64]:
    """One column an intent: of two intents the machine tells only the second's margin."""
    return np.hstack([-margins, margins]) if margins.shape[1] == 1 else margins


def _example(message: Message, gazetteer: Gazetteer) -> Example:
    frame = tuple(gazetteer.framed(tokens(message.get(TEXT))))
    return Example(message.get(TEXT), message.get(VARIETY) or "", frame)


def _intent(name: str, confidence: float) -> dict[str, Any]:
    return {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
