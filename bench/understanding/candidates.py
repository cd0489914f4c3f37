"""Ways to tell an intent, all on the same messages: `fit(examples, intents)`, `predict(examples)`.

Those that lost stay here, so that whoever doubts the choice can ask again.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from dialogue.classifier import IntentModel, LinearIntentClassifier
from dialogue.features import Example, features, weight

_C = LinearIntentClassifier.get_default_config()["C"]
_MOST = LinearIntentClassifier.get_default_config()["max_features"]
Analyser = Callable[[Example], list[str]]


class Candidate(Protocol):
    """What is compared."""

    def fit(self, examples: Sequence[Example], intents: Sequence[str]) -> None: ...  # noqa: D102

    def predict(self, examples: Sequence[Example]) -> list[str]: ...  # noqa: D102


class Ours:
    """The model of the pipeline, as it is trained and asked."""

    def fit(self, examples: Sequence[Example], intents: Sequence[str]) -> None:
        """Temperature included."""
        self._model = IntentModel.fitted(list(examples), list(intents), _C, _MOST)

    def predict(self, examples: Sequence[Example]) -> list[str]:
        """One by one, as in life."""
        return [self._model.ranking(example, 1)[0][0] for example in examples]


class Linear:
    """An estimator of scikit-learn on weighted TF-IDF features."""

    def __init__(self, estimator: Any, analyser: Analyser = features) -> None:  # noqa: ANN401
        self.estimator = estimator
        self._vectoriser = TfidfVectorizer(
            analyzer=analyser,
            min_df=2,
            max_features=_MOST,
            sublinear_tf=True,
            norm=None,
            dtype=np.float32,
        )

    def fit(self, examples: Sequence[Example], intents: Sequence[str]) -> None:
        """Learn features, then weights."""
        rows = self._vectoriser.fit_transform(examples)
        names = self._vectoriser.get_feature_names_out()
        self._weights = np.array([weight(name) for name in names], dtype=np.float32)
        self.estimator.fit(self._weighted(rows), list(intents))

    def scores(self, examples: Sequence[Example]) -> NDArray[np.float64]:
        """Margins or log-odds, examples × intents."""
        rows = self._weighted(self._vectoriser.transform(examples))
        margins: NDArray[np.float64] = self.estimator.decision_function(rows)
        return margins

    def predict(self, examples: Sequence[Example]) -> list[str]:
        """The likeliest of each."""
        rows = self._weighted(self._vectoriser.transform(examples))
        return list(self.estimator.predict(rows))

    def _weighted(self, rows: csr_matrix) -> csr_matrix:
        return normalize(rows.multiply(self._weights)).tocsr()


class Voting:
    """Several that vote with their probabilities: margins brought to one spread, then softmax."""

    def __init__(self, *members: Linear) -> None:
        self._members = members

    def fit(self, examples: Sequence[Example], intents: Sequence[str]) -> None:
        """Each on all."""
        for member in self._members:
            member.fit(examples, intents)

    def predict(self, examples: Sequence[Example]) -> list[str]:
        """The likeliest of each by the mean vote."""
        votes = sum(_shares(member.scores(examples)) for member in self._members)
        return list(self._members[0].estimator.classes_[np.asarray(votes).argmax(axis=1)])


def _shares(margins: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = margins.std(axis=1, keepdims=True)
    grown = np.exp(3 * (margins - margins.max(axis=1, keepdims=True)) / spread)
    shares: NDArray[np.float64] = grown / grown.sum(axis=1, keepdims=True)
    return shares


class LogCountSvm:
    """A machine an intent on features scaled by naive Bayes' log-count ratios (Wang, Manning 2012).

    Args:
        share: how far the scale goes from one (0) to the ratio (1).
    """

    def __init__(self, c: float, share: float) -> None:
        self._c, self._share = c, share

    def fit(self, rows: csr_matrix, intents: Sequence[str]) -> None:
        """One binary machine an intent."""
        labels = np.array(intents)
        self.classes_ = np.unique(labels)
        present = (rows > 0).astype(np.float32)
        total = np.asarray(present.sum(axis=0)).ravel()
        columns, intercepts = [], []
        for name in self.classes_:
            scale = self._scale(present[labels == name], total)
            scaled = rows.multiply(scale).tocsr()
            machine = LinearSVC(C=self._c, random_state=0).fit(scaled, labels == name)
            columns.append(machine.coef_[0] * scale)
            intercepts.append(machine.intercept_[0])
        self._weights, self._intercepts = np.array(columns).T, np.array(intercepts)

    def _scale(self, own: csr_matrix, total: NDArray[np.float32]) -> NDArray[np.float32]:
        inside = np.asarray(own.sum(axis=0)).ravel() + 0.5
        outside = total - inside + 1.0
        ratio = np.abs(np.log(inside / inside.sum()) - np.log(outside / outside.sum()))
        scale: NDArray[np.float32] = self._share * ratio / ratio.mean() + (1 - self._share)
        return scale

    def decision_function(self, rows: csr_matrix) -> NDArray[np.float64]:
        """Margins, examples × intents."""
        margins: NDArray[np.float64] = rows @ self._weights + self._intercepts
        return margins

    def predict(self, rows: csr_matrix) -> NDArray[np.str_]:
        """The likeliest of each."""
        likeliest: NDArray[np.str_] = self.classes_[self.decision_function(rows).argmax(axis=1)]
        return likeliest


class WithVectors:
    """The machine with vectors of the message beside: truncated SVD of the same features."""

    def __init__(self, size: int, share: float) -> None:
        self._svd = TruncatedSVD(size, random_state=0)
        self._svm = LinearSVC(C=_C, random_state=0)
        self._share = share

    def fit(self, rows: csr_matrix, intents: Sequence[str]) -> None:
        """Vectors first."""
        self._svd.fit(rows)
        self._svm.fit(self._beside(rows), intents)
        self.classes_ = self._svm.classes_

    def predict(self, rows: csr_matrix) -> NDArray[np.str_]:
        """The likeliest of each."""
        likeliest: NDArray[np.str_] = self._svm.predict(self._beside(rows))
        return likeliest

    def _beside(self, rows: csr_matrix) -> csr_matrix:
        vectors = normalize(self._svd.transform(rows)) * self._share
        return normalize(hstack([rows, csr_matrix(vectors.astype(np.float32))])).tocsr()


_NEWER = ("p=", "f=", "kind=", "rest=", "frame=", "length=")
_LETTERS = ("w=", "b=", "s=", *_NEWER)


def without_frames(example: Example) -> list[str]:
    """Words, letters and sounds alone."""
    return [name for name in features(example) if not name.startswith(_NEWER)]


def words_alone(example: Example) -> list[str]:
    """No sequences of letters."""
    return [name for name in features(example) if name.startswith(_LETTERS)]


def letters_alone(example: Example) -> list[str]:
    """Sequences of letters, of the writing and of the sounds."""
    return [name for name in features(example) if not name.startswith(_LETTERS)]


def _svm(c: float = _C) -> LinearSVC:
    return LinearSVC(C=c, random_state=0)


def _regression() -> LogisticRegression:
    return LogisticRegression(C=20, solver="liblinear", tol=0.01)


CANDIDATES: dict[str, Callable[[], Candidate]] = {
    "ours": Ours,
    "linear SVM, C 1": lambda: Linear(_svm(1.0)),
    "linear SVM, words, letters and sounds alone": lambda: Linear(_svm(1.0), without_frames),
    "linear SVM, words alone": lambda: Linear(_svm(), words_alone),
    "linear SVM, letters alone": lambda: Linear(_svm(), letters_alone),
    "logistic regression": lambda: Linear(_regression()),
    "complement naive Bayes": lambda: Linear(ComplementNB(alpha=0.1)),
    "NB-SVM": lambda: Linear(LogCountSvm(_C, 0.25)),
    "SVM of words and SVM of letters, voting": lambda: Voting(
        Linear(_svm(), words_alone), Linear(_svm(), letters_alone)
    ),
    "SVM and logistic regression, voting": lambda: Voting(Linear(_svm()), Linear(_regression())),
    "linear SVM with SVD vectors": lambda: Linear(WithVectors(200, 0.5)),
}
