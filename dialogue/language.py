"""Which language a message is answered in: en, fr or ar, Maghrebi in Latin letters included.

Four voices: the script; a model of letter sequences learnt from data/nlu (the folder says the
language and the variety); langdetect, from three words on; and the conversation's language,
which alone decides for one or two words. What the person chose always wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException
from numpy.typing import NDArray
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.entities_parser import replace_entities
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from dialogue.components import LANGUAGE, ROOT, VARIETY
from dialogue.learnt import Learnt
from dialogue.linear import LinearScores, softmax
from dialogue.text import is_arabic, normalise, tokens

LANGUAGES = ("en", "fr", "ar")
_SHORT = 2  # words: too few to change a conversation's language
_ENOUGH = 3  # words: from here on langdetect has something to say
_PRIOR = 4.0  # how much likelier the conversation's language is for a message of 3 to 5 words
_PRIOR_UNTIL = 5
# Langdetect moves one language against another by a factor of 3 at most, the prior by 4.
_SETTLED = 3 * _PRIOR
_SHORT_ARABIZI = 0.3
_HAS_DIGIT_LETTER = re.compile(r"[a-z][235679]|[235679][a-z]", re.IGNORECASE)
# Langdetect draws random n-grams: without a seed the same message gets other answers.
DetectorFactory.seed = 0


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LanguageIdentifier(Learnt):
    """Sets `language` (en, fr, ar) and `variety` (en, fr, msa, darija, arabizi) on messages."""

    FILE = "language.joblib"
    _learnt: Varieties | None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`data`: folder whose sub-folders name languages; `default`: when nothing is known."""
        return {"data": "data/nlu", "default": "fr"}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the varieties from the folders of the training examples."""
        examples = list(read_varieties(ROOT / self.config["data"]))
        vectoriser = _vectoriser()
        rows = vectoriser.fit_transform(normalise(text) for text, _ in examples)
        model = LogisticRegression(C=20, max_iter=60, tol=1e-3, class_weight="balanced")
        model.fit(rows, [variety for _, variety in examples])
        scores = LinearScores(vectoriser, *_one_row_a_class(model))
        self._learnt = Varieties(list(model.classes_), scores)
        return self.persist()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Tell the later components the variety of each example."""
        texts = [e for e in training_data.training_examples if e.get(TEXT)]
        for message in texts:
            variety = _likeliest(self._varieties(message.get(TEXT)))
            message.set(VARIETY, variety)
            message.set(LANGUAGE, language_of(variety))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the two properties; `metadata` may tell the conversation's language."""
        for message in messages:
            metadata = message.get("metadata") or {}
            language, variety = self.identify(
                message.get(TEXT) or "",
                metadata.get("language"),
                chosen=bool(metadata.get("language_chosen")),
            )
            message.set(LANGUAGE, language, add_to_output=True)
            message.set(VARIETY, variety, add_to_output=True)
        return messages

    def identify(
        self, text: str, prior: str | None = None, *, chosen: bool = False
    ) -> tuple[str, str]:
        """The language to answer in and the variety written.

        Args:
            text: the message.
            prior: the conversation's language so far, if there is one.
            chosen: whether the person asked for `prior`.
        """
        prior = prior if prior in LANGUAGES else None
        words = [token for token in tokens(text) if not token.norm.isdigit()]
        scores = self._scores(text, len(words))
        variety = _likeliest(scores)
        if prior and (chosen or not words):
            return prior, variety
        if prior and len(words) <= _SHORT and not (is_arabic(text) and len(words) == _SHORT):
            return prior, variety
        if not words:
            return self.config["default"], variety
        return self._language(scores, prior, len(words)), variety

    def _language(self, scores: dict[str, float], prior: str | None, words: int) -> str:
        by_language = dict.fromkeys(LANGUAGES, 0.0)
        for variety, score in scores.items():
            by_language[language_of(variety)] += score
        if prior and words <= _PRIOR_UNTIL:
            by_language[prior] *= _PRIOR
        return _likeliest(by_language)

    def _scores(self, text: str, words: int) -> dict[str, float]:
        scores = self._varieties(text)
        if words <= _SHORT and "arabizi" in scores and not _HAS_DIGIT_LETTER.search(text):
            # Arabizi is full of French words: one or two alone are French until more is said.
            scores["arabizi"] *= _SHORT_ARABIZI
        if words < _ENOUGH or is_arabic(text) or _is_settled(scores):
            return scores
        for language, probability in self._detected(text).items():
            # It knows no Arabizi and takes it for anything: its word counts between en and fr.
            if language in scores:
                scores[language] *= 0.5 + probability
        return scores

    def _detected(self, text: str) -> dict[str, float]:
        detector = _detector_factory().create()
        detector.append(text)
        try:
            return {found.lang: found.prob for found in detector.get_probabilities()}
        except LangDetectException:
            return {}

    def _varieties(self, text: str) -> dict[str, float]:
        assert self._learnt is not None, "asked before it was trained"
        names, scores = self._learnt
        likely = softmax(scores(_letters(normalise(text)))).tolist()
        return _of_script(dict(zip(names, likely, strict=True)), arabic=is_arabic(text))


class Varieties(NamedTuple):
    """The varieties' names and what scores them, in the same order."""

    names: list[str]
    scores: LinearScores


def _vectoriser() -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(1, 4),
        min_df=4,
        max_features=60_000,
        sublinear_tf=True,
        dtype=np.float32,
    )


_letters = _vectoriser().build_analyzer()


def _one_row_a_class(model: LogisticRegression) -> tuple[NDArray[Any], NDArray[Any]]:
    # Of two classes, the model keeps the second's row alone.
    if len(model.classes_) > 2:  # noqa: PLR2004
        return model.coef_, model.intercept_
    signs = np.array([-0.5, 0.5])
    return signs[:, None] * model.coef_, signs * model.intercept_


def _likeliest(scores: dict[str, float]) -> str:
    return max(scores, key=lambda name: scores[name])


def _is_settled(scores: dict[str, float]) -> bool:
    best = max(scores.values())
    return best > _SETTLED * (sum(scores.values()) - best)


def _of_script(scores: dict[str, float], *, arabic: bool) -> dict[str, float]:
    # The script is certain, whatever the letters resemble.
    return {v: s if (v in ("msa", "darija")) == arabic else s * 1e-6 for v, s in scores.items()}


def language_of(variety: str) -> str:
    """The language that a variety is answered in."""
    return variety if variety in LANGUAGES else "ar"


def read_varieties(folder: Path) -> Iterator[tuple[str, str]]:
    """(text, variety) of every training example; the folder is the truth.

    data/nlu/en and fr are varieties, ar has one folder each; `mixed` examples teach the
    language of their folder: their Latin letters make ar/mixed Arabizi.
    """
    for path in sorted(folder.rglob("*.yml")):
        parts = path.relative_to(folder).parts
        variety = parts[1] if parts[0] == "ar" else parts[0]
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for block in content.get("nlu", []):
            for line in (block.get("examples") or "").splitlines():
                text = replace_entities(line.strip().lstrip("-").strip())
                if text:
                    yield text, _mixed(text) if variety == "mixed" else variety


def _mixed(text: str) -> str:
    return "darija" if is_arabic(text) else "arabizi"


@lru_cache(maxsize=1)
def _detector_factory() -> DetectorFactory:
    factory = DetectorFactory()
    profiles = [(Path(PROFILES_DIRECTORY) / name).read_text("utf-8") for name in LANGUAGES]
    factory.load_json_profile(profiles)
    return factory
