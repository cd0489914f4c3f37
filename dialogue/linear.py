"""A linear model over TF-IDF features, asked about one message at a time.

scikit-learn fits it. For a single message its own road spends nearly all of its time on checks
and on building sparse matrices; the same numbers come out of a dictionary and an array.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer


class LinearScores:
    """The fitted features and weights.

    Args:
        vectoriser: fitted, with sublinear_tf, idf and the L2 norm.
        coefficients: one row a class, one column a feature.
        intercepts: one a class.
    """

    def __init__(
        self,
        vectoriser: TfidfVectorizer,
        coefficients: NDArray[np.floating[Any]],
        intercepts: NDArray[np.floating[Any]],
    ) -> None:
        self._columns: dict[str, int] = {w: int(c) for w, c in vectoriser.vocabulary_.items()}
        self._idf = vectoriser.idf_.astype(np.float32)
        self._weights = np.ascontiguousarray(coefficients.T, dtype=np.float16).astype(np.float32)
        self._intercepts = intercepts.astype(np.float32)

    def __getstate__(self) -> dict[str, Any]:
        """For keeping: half the precision changes no answer and packs in half the time."""
        return {**self.__dict__, "_weights": self._weights.astype(np.float16)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Unpacked to full precision once, rather than for every message."""
        self.__dict__.update(state, _weights=state["_weights"].astype(np.float32))

    def __call__(self, features: Iterable[str]) -> NDArray[np.float32]:
        """The score of each class for the features of a message, repeated as they occur."""
        counts = Counter(map(self._columns.get, features))
        counts.pop(None, None)
        columns = np.fromiter(counts.keys(), np.intp, len(counts))
        times = np.fromiter(counts.values(), np.float32, len(counts))
        values = (1 + np.log(times)) * self._idf[columns]
        length = float(np.sqrt(values @ values)) or 1.0
        weights = self._weights.take(columns, axis=0)
        scores: NDArray[np.float32] = values @ weights / length + self._intercepts
        return scores


def softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scores as shares of one, along the last axis."""
    grown: NDArray[np.float32] = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: NDArray[np.float32] = grown / grown.sum(axis=-1, keepdims=True)
    return shares
