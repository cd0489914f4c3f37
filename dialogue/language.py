"""Which language a message is answered in: en, fr or ar, Maghrebi in Latin letters included.

Four voices: the script; a model of letters, words and the order of scripts learnt from data/nlu
(the folder says the language and the variety); langdetect, from three words on; and the
conversation's language, which alone decides for one or two words. What the person chose always
wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, pairwise
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
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from dialogue.components import LANGUAGE, ROOT, VARIETY
from dialogue.learnt import Learnt
from dialogue.linear import LinearScores, softmax
from dialogue.text import ARABIC, LATIN, is_arabic, normalise, tokens

LANGUAGES = ("en", "fr", "ar")
_SHORT = 2  # words: too few to change a conversation's language
_ENOUGH = 3  # words: from here on langdetect has something to say
_PRIOR = 4.0  # how much likelier the conversation's language is for a message of 3 to 5 words
_PRIOR_UNTIL = 5
# Langdetect moves one language against another by a factor of 3 at most, the prior by 4.
_SETTLED = 3 * _PRIOR
_SHORT_ARABIZI = 0.3
_LONGEST_LETTERS = 4
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
        self.learn(list(read_varieties(ROOT / self.config["data"])))
        return self.persist()

    def learn(self, examples: list[tuple[str, str]]) -> None:
        """Learn from (text, variety)."""
        self._learnt = Varieties.fitted(examples)

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
        return _of_script(self._learnt.likely(text), text)


class Varieties(NamedTuple):
    """The varieties' names, and what scores them in the same order: letters, words, scripts."""

    names: list[str]
    scores: list[LinearScores]

    @classmethod
    def fitted(cls, examples: list[tuple[str, str]]) -> Varieties:
        """One logistic regression on three kinds of features, each of length one."""
        vectorisers = [_letters(), _words(), _scripts()]
        texts = [text for text, _ in examples]
        rows = hstack([vectoriser.fit_transform(texts) for vectoriser in vectorisers])
        model = LogisticRegression(C=20, max_iter=60, tol=1e-3, class_weight="balanced")
        model.fit(rows, [variety for _, variety in examples])
        weights, intercepts = _one_row_a_class(model)
        ends = np.cumsum([len(vectoriser.vocabulary_) for vectoriser in vectorisers])[:-1]
        parts = zip(vectorisers, np.split(weights, ends, axis=1), strict=True)
        shared = intercepts / len(vectorisers)
        return cls(list(model.classes_), [LinearScores(v, w, shared) for v, w in parts])

    def likely(self, text: str) -> dict[str, float]:
        """The probability of each variety."""
        parts = zip(_ANALYSERS, self.scores, strict=True)
        likely = softmax(np.sum([scores(analyse(text)) for analyse, scores in parts], axis=0))
        return dict(zip(self.names, likely.tolist(), strict=True))


def _letters() -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer=_letters_of,
        min_df=4,
        max_features=60_000,
        sublinear_tf=True,
        dtype=np.float32,
    )


def _words() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=_words_of, min_df=2, sublinear_tf=True, dtype=np.float32)


def _scripts() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=_scripts_of, sublinear_tf=True, dtype=np.float32)


def _letters_of(text: str) -> list[str]:
    return list(chain.from_iterable(map(_letters_of_word, normalise(text).split())))


@lru_cache(maxsize=5000)
def _letters_of_word(word: str) -> tuple[str, ...]:
    """Letter sequences as scikit-learn's char_wb finds them, one word after the other."""
    padded = f" {word} "
    return tuple(
        padded[start : start + length]
        for length in range(1, _LONGEST_LETTERS + 1)
        for start in range(len(padded) - length + 1)
    )


def _words_of(text: str) -> list[str]:
    words = [token.norm for token in tokens(text)]
    return words + [f"{first} {second}" for first, second in pairwise(["^", *words, "$"])]


def _scripts_of(text: str) -> list[str]:
    """Where two scripts meet, the frame tells the language: how it begins, ends, and how much."""
    arabic = [bool(ARABIC.search(token.norm)) for token in tokens(text)]
    if not arabic:
        return ["none"]
    found = [f"first={arabic[0]}", f"last={arabic[-1]}"]
    if any(arabic) and not all(arabic):
        found += ["both", f"share={4 * sum(arabic) // len(arabic)}"]
    return found


_ANALYSERS = (_letters_of, _words_of, _scripts_of)


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


def _of_script(scores: dict[str, float], text: str) -> dict[str, float]:
    # One script is certain, whatever the letters resemble; of two, the frame decides.
    arabic, latin = bool(ARABIC.search(text)), bool(LATIN.search(text))
    if arabic and latin:
        return scores
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
        voice = "/".join(path.relative_to(folder).parts[:-1])
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for block in content.get("nlu", []):
            for line in (block.get("examples") or "").splitlines():
                text = replace_entities(line.strip().lstrip("-").strip())
                if text:
                    yield text, variety_of(voice, text)


def variety_of(voice: str, text: str) -> str:
    """The variety that a text in this folder of data/nlu teaches."""
    language, _, rest = voice.partition("/")
    if language != "ar":
        return language
    variety = rest.split("/")[0]
    if variety == "mixed":
        return "darija" if is_arabic(text) else "arabizi"
    return variety


@lru_cache(maxsize=1)
def _detector_factory() -> DetectorFactory:
    factory = DetectorFactory()
    profiles = [(Path(PROFILES_DIRECTORY) / name).read_text("utf-8") for name in LANGUAGES]
    factory.load_json_profile(profiles)
    return factory
