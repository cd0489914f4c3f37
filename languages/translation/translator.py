"""Translation, sentence by sentence: split, mask, ask the models, check, or keep the original."""

import logging
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Protocol

from errors import DataError
from languages.translation import checks, facts, masks, sentences
from languages.translation.argos import Model
from languages.translation.packages import Installed, Packages
from languages.translation.result import Sentence, Translation

MOST = 8000  # characters; a longer text is no listing and no message
_KEPT = 0.5  # share of a text that may stay as written before all of it does
_log = logging.getLogger(__name__)


class Speaker(Protocol):
    """A loaded model."""

    def say(self, sentence: str) -> str:
        """One sentence in the other language; RuntimeError when it fails."""


# From a package's folder, the folder for translation, and a number of threads
Load = Callable[[Path, Path, int], Speaker]
Steps = Generator[None, None, list[str | Sentence]]


class Translator:
    """Translates between the languages of the installed packages.

    Models are loaded when they are first needed and stay until `release`. One thread at a time.
    """

    def __init__(
        self, packages: Packages | None = None, threads: int = 1, load: Load = Model
    ) -> None:
        self._packages = packages or Packages()
        self._threads = threads
        self._load = load
        self._models: dict[Path, Speaker | None] = {}

    def can(self, source: str, target: str) -> bool:
        """Whether there are models from one language to the other."""
        return bool(self._packages.route(source, target))

    def translate(
        self, text: str, source: str, target: str, names: Sequence[str] = ()
    ) -> Translation:
        """A text in another language; the original where that is not possible or went wrong.

        Args:
            text: What to translate; more than `MOST` characters stay as they are.
            source: Its language.
            target: The language to read it in.
            names: What must stay as written: an organisation, a place, a person.
        """
        return assembled(text, self.pieces(text, source, target, names))

    def pieces(
        self, text: str, source: str, target: str, names: Sequence[str] = ()
    ) -> list[str | Sentence]:
        """The same before it is put together: layout as str, each sentence with its fault."""
        steps = self.steps(text, source, target, names)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                made: list[str | Sentence] = done.value
                return made

    def steps(self, text: str, source: str, target: str, names: Sequence[str] = ()) -> Steps:
        """The same, a sentence a step, so that something more urgent can come between."""
        if not self.can(source, target) or len(text) > MOST:
            return [text]
        made: list[str | Sentence] = []
        for piece in sentences.split(facts.without_marks(text), source):
            if piece.is_sentence:
                made.append(self._sentence(piece.text, source, target, names))
                yield
            else:
                made.append(piece.text)
        return made

    def release(self) -> None:
        """Let go of the models' memory."""
        self._models.clear()

    @property
    def loaded(self) -> int:
        """How many models are in the memory."""
        return len(self._models)

    def _sentence(self, text: str, source: str, target: str, names: Sequence[str]) -> Sentence:
        found = facts.find(text, source, names)
        values = [facts.rendered(fact, target) for fact in found]
        if not _has_words(text, found):
            return Sentence(text, masks.with_values(text, found, values))
        fault = None
        for style in masks.STYLES if found else masks.STYLES[:1]:
            masked = masks.Masked.of(text, found, style)
            said = self._say(_calm(masked.text), source, target)
            whole = None if said is None else masked.restore(said, values)
            if whole is None:
                fault = "no model" if said is None else "facts"
                continue
            fault = checks.fault(text, whole, values, found, target)
            if fault is None:
                return Sentence(text, whole)
        return Sentence(text, text, fault)

    def _say(self, sentence: str, source: str, target: str) -> str | None:
        for package in self._packages.route(source, target):
            model = self._model(package)
            if model is None:
                return None
            try:
                sentence = facts.without_marks(model.say(sentence)).strip()
            except RuntimeError as error:
                _log.warning(
                    "translation: %s failed: %s", package.folder.name, type(error).__name__
                )
                return None
        return sentence

    def _model(self, package: Installed) -> Speaker | None:
        if package.folder not in self._models:
            try:
                model: Speaker | None = self._load(
                    package.folder, self._packages.home, self._threads
                )
            except DataError as error:
                _log.warning("translation: %s", error)
                model = None
            self._models[package.folder] = model
        return self._models[package.folder]


def assembled(original: str, pieces: Sequence[str | Sentence]) -> Translation:
    """The pieces as one text, or the original when too much of it was kept."""
    done = [piece for piece in pieces if isinstance(piece, Sentence)]
    kept = sum(len(one.original) for one in done if one.fault)
    changed = any(one.fault is None and one.text != one.original for one in done)
    if not changed or kept > _KEPT * sum(len(one.original) for one in done):
        return Translation.none(original)
    text = "".join(one if isinstance(one, str) else one.text for one in pieces)
    return Translation(text, automatic=True, original=original)


def _has_words(text: str, found: Sequence[facts.Fact]) -> bool:
    bare = list(text)
    for fact in found:
        bare[fact.start : fact.end] = " " * (fact.end - fact.start)
    return any(letter.isalpha() for letter in bare)


def _calm(text: str) -> str:
    # Models have read few capitals, and know shouted words less than quiet ones.
    return text.capitalize() if facts.is_shouted(text) else text
