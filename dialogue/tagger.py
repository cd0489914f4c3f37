"""Entities: a conditional random field that also sees what the gazetteer knows.

The lists hold places and jobs; topics, dates, ages and what no list holds are learnt from the
examples. A span is told as it was written; the catalogue finds out what it names. Learnt without
the intent, whose errors it would repeat; the intent only says which of two near kinds is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    INTENT,
    INTENT_NAME_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn_crfsuite import CRF

from dialogue.components import ROOT, VARIETY
from dialogue.cues import Cues
from dialogue.gazetteer import OCCUPATION, PLACE, SECTOR, Gazetteer, Match
from dialogue.learnt import Learnt
from dialogue.spans import Span, no_degree, tidy, with_subjects
from dialogue.text import Token, sounds, tokens, without_prefix

_OUTSIDE = "O"
_NEIGHBOURS = (-2, -1, 1, 2)
# What one learns in a training is what one works as elsewhere: the same words, told by the intent.
_MEANT: dict[Any, dict[str, str]] = {
    "search_trainings": {"occupation": "topic"},
    "search_events": {"occupation": "topic"},
    "search_offers": {"topic": "occupation"},
    "ask_labour_market": {"topic": "occupation"},
    "change_language": {"topic": "language"},
}
# Where a search or an answer names something that the field missed, the lists have a say.
_WORKS = {OCCUPATION, SECTOR}
_WORK = {OCCUPATION: "occupation", SECTOR: "occupation", "contract": "contract"}
_ONE = {"ordinal": "ordinal"}
_LOOKED_FOR: dict[Any, dict[str, str]] = {
    "search_offers": _WORK,
    "search_trainings": {SECTOR: "topic"},
    "subscribe_alert": _WORK,
    "inform": {**_WORK, "date": "date"},
    "ask_labour_market": _WORK,
    "book_appointment": {"date": "date"},
    "change_language": {"language": "language"},
    "show_details": _ONE,
    "save_item": _ONE,
    "ask_why": _ONE,
    "how_to_apply": _ONE,
}
_NOWHERE = ("out_of_scope", "nlu_fallback", "greet", "affirm", "deny", "thank")
# Whoever tells of themselves names what their degree is in, and seeks nothing by it.
_TOLD = ("tell_profile", "inform")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class EntityTagger(Learnt, EntityExtractorMixin):
    """Adds `entities` with character offsets in the text as written."""

    FILE = "entities.joblib"
    _learnt: tuple[CRF | None, Gazetteer, Cues] | None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Regularisation and rounds of the training; `data`: folder of the lists.

        Of the examples without entities one in `without` is learnt from: more of them teach it to
        leave out what a person did say.
        """
        return {"c1": 0.05, "c2": 0.02, "max_iterations": 100, "data": "data", "without": 10}

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example with entities and from a share of those without."""
        data = ROOT / self.config["data"]
        self._learnt = None, Gazetteer.read(data), Cues.read(data)
        rows, labels = [], []
        for number, message in enumerate(m for m in training_data.nlu_examples if m.get(TEXT)):
            if message.get(ENTITIES) or number % self.config["without"] == 0:
                words = tokens(message.get(TEXT))
                rows.append(self._features(words, message.get(VARIETY) or ""))
                labels.append(_labels(words, message.get(ENTITIES) or []))
        crf = CRF(
            algorithm="lbfgs",
            c1=self.config["c1"],
            c2=self.config["c2"],
            max_iterations=self.config["max_iterations"],
        ).fit(rows, labels)
        self._learnt = crf, *self._learnt[1:]
        return self.persist()

    @property
    def _gazetteer(self) -> Gazetteer:
        assert self._learnt is not None, "asked before it was trained"
        return self._learnt[1]

    @property
    def _crf(self) -> CRF:
        assert self._learnt is not None, "asked before it was trained"
        return self._learnt[0]

    def process(self, messages: list[Message]) -> list[Message]:
        """Find the entities of messages that have a text."""
        for message in messages:
            words = tokens(message.get(TEXT) or "")
            if words:
                found = self._entities(words, message)
                earlier = message.get(ENTITIES, [])
                message.set(ENTITIES, earlier + self.add_extractor_name(found), add_to_output=True)
        return messages

    def _entities(self, words: list[Token], message: Message) -> list[dict[str, Any]]:
        labels = self._crf.predict_single(self._features(words, message.get(VARIETY) or ""))
        text = message.get(TEXT)
        intent = (message.get(INTENT) or {}).get(INTENT_NAME_KEY)
        spans = self._all(words, labels, intent)
        told = no_degree(text, words)
        if told:
            spans = [s for s in spans if s[1] <= told[0] or s[0] >= told[1]] + [told]
        spans = tidy(spans, words)
        if intent in _TOLD:
            spans = with_subjects(spans, words)
        return [_entity(words, text, *span) for span in spans]

    def _all(self, words: list[Token], labels: list[str], intent: Any) -> list[Span]:
        """What the field found, of the kind that the intent means, and what the lists add."""
        meant = _MEANT.get(intent, {})
        found = [(a, b, meant.get(k, k)) for a, b, k in _spans(labels)]
        wanted = _LOOKED_FOR.get(intent, {})
        if intent not in _NOWHERE:
            wanted = {**wanted, PLACE: "place"}
        return found + [
            (m.first, m.last, wanted[m.kind])
            for m in self._listed(words, labels, {kind for _, _, kind in found})
            if m.kind in wanted
        ]

    def _listed(self, words: list[Token], labels: list[str], found: set[str]) -> Iterator[Match]:
        """What the lists know and the field left out: the longest of its kind, one a kind."""
        by_length = sorted(self._gazetteer.matches(words), key=lambda m: m.first - m.last)
        if found & {"occupation", "topic"}:
            found = found | _WORKS
        for match in by_length:
            free = set(labels[match.first : match.last]) == {_OUTSIDE}
            if free and match.kind not in found:
                found = found | (_WORKS if match.kind in _WORKS else {match.kind})
                yield match

    def _features(self, words: list[Token], variety: str) -> list[dict[str, Any]]:
        listed = [_OUTSIDE] * len(words)
        for match in self._gazetteer.matches(words):
            for position in range(match.first, match.last):
                listed[position] = f"{'B' if position == match.first else 'I'}-{match.kind}"
        assert self._learnt is not None, "asked before it was trained"
        cues = self._learnt[2]
        own = [
            _word_features(word, kind, cues.of(word))
            for word, kind in zip(words, listed, strict=True)
        ]
        return [_in_context(own, position, variety) for position in range(len(own))]


def _word_features(word: Token, listed: str, cue: str) -> dict[str, Any]:
    bare = without_prefix(word.norm)
    return {
        "word": word.norm,
        "bare": bare,
        "sounds": sounds(bare),
        "end": word.norm[-3:],
        "end2": word.norm[-2:],
        "begin": word.norm[:3],
        "digits": word.norm.isdigit(),
        "shape": "".join("d" if c.isdigit() else "x" for c in word.norm[:4]),
        "upper": word.text[0].isupper(),
        "listed": listed,
        "cue": cue,
    }


def _in_context(own: list[dict[str, Any]], position: int, variety: str) -> dict[str, Any]:
    features = {**own[position], "variety": variety, "first": position == 0}
    features["last"] = position == len(own) - 1
    features["alone"] = len(own) == 1
    for offset in _NEIGHBOURS:
        if 0 <= position + offset < len(own):
            neighbour = own[position + offset]
            features[f"{offset}:word"] = neighbour["word"]
            features[f"{offset}:listed"] = neighbour["listed"]
            features[f"{offset}:cue"] = neighbour["cue"]
    if position:
        features["cues-"] = f"{own[position - 1]['cue']} {own[position]['cue']}"
        features["pair"] = f"{own[position - 1]['word']} {own[position]['word']}"
    if position + 1 < len(own):
        features["cues+"] = f"{own[position]['cue']} {own[position + 1]['cue']}"
    return features


def _labels(words: list[Token], entities: list[dict[str, Any]]) -> list[str]:
    labels = [_OUTSIDE] * len(words)
    for entity in entities:
        begin, end = entity[ENTITY_ATTRIBUTE_START], entity[ENTITY_ATTRIBUTE_END]
        inside = [i for i, word in enumerate(words) if word.start < end and word.end > begin]
        for rank, position in enumerate(inside):
            labels[position] = f"{'I' if rank else 'B'}-{entity[ENTITY_ATTRIBUTE_TYPE]}"
    return labels


def _spans(labels: list[str]) -> list[tuple[int, int, str]]:
    spans: list[tuple[int, int, str]] = []
    for position, label in enumerate(labels):
        if label == _OUTSIDE:
            continue
        kind = label[2:]
        goes_on = label.startswith("I-") and spans and spans[-1][1:] == (position, kind)
        if goes_on:
            spans[-1] = (spans[-1][0], position + 1, kind)
        else:
            spans.append((position, position + 1, kind))
    return spans


def _entity(words: list[Token], text: str, first: int, last: int, kind: str) -> dict[str, Any]:
    begin, end = words[first].start, words[last - 1].end
    return {
        ENTITY_ATTRIBUTE_TYPE: kind,
        ENTITY_ATTRIBUTE_START: begin,
        ENTITY_ATTRIBUTE_END: end,
        ENTITY_ATTRIBUTE_VALUE: text[begin:end],
    }
