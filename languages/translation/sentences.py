"""Where sentences end, by pysbd, so that nothing of a text is lost: layout, bullets, spaces."""

import importlib
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from languages.translation import facts

with warnings.catch_warnings():
    # Its regular expressions are not written as raw strings, which Python tells while compiling.
    warnings.simplefilter("ignore")
    _pysbd: Any = importlib.import_module("pysbd")
    _arabic: Any = importlib.import_module("pysbd.lang.arabic")

_LONGEST = 300  # characters: what models were trained on, and keep in mind
_SPLIT = ("en", "fr")
_BULLET = re.compile(r"\s*(?:[-–—•*·▪►➢✓✔●○■]+\s*|\d{1,2}[.)]\s+|(?:[a-z][.)]|[A-Z]\))\s+)?")
_CLAUSE = re.compile(r"[;:,،؛]\s")


class _Arabic(_arabic.Arabic):  # type: ignore[misc]
    """pysbd ends an Arabic sentence at each comma and colon; we at full stops and their kind."""

    Punctuations = (".", "!", "?", "؟", "۔", "؛")
    SENTENCE_BOUNDARY_REGEX = r".*?[.!?؟۔؛]+|.*?\Z|.*?$"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: a sentence, or what stands between sentences."""

    text: str
    is_sentence: bool


def split(text: str, language: str) -> list[Piece]:
    """A text in pieces that make the same text when put together."""
    return list(_pieces(text, language))


def _pieces(text: str, language: str) -> Iterator[Piece]:
    for line in text.splitlines(keepends=True):
        bullet = _BULLET.match(line)
        start = bullet.end() if bullet else 0
        if start:
            yield Piece(line[:start], is_sentence=False)
        for sentence in _sentences(line[start:], language):
            inner = sentence.rstrip()
            if inner:
                yield Piece(inner, is_sentence=True)
            if len(inner) < len(sentence):
                yield Piece(sentence[len(inner) :], is_sentence=False)


def _sentences(line: str, language: str) -> Iterator[str]:
    ends = [end for end in _ends(line, language) if not _inside_a_fact(line, end, language)]
    start = 0
    for end in [*ends, len(line)]:
        yield from _bounded(line[start:end])
        start = end


def _ends(line: str, language: str) -> list[int]:
    if not line.strip():
        return []
    ends, at = [], 0
    for sentence in _segmenter(language).segment(line):
        found = line.find(sentence, at)
        if found < 0:  # it changed a character: the line stays whole from here
            break
        at = found + len(sentence)
        ends.append(at)
    return [end for end in ends if end < len(line)]


def _inside_a_fact(line: str, end: int, language: str) -> bool:
    if facts.ends_in_title(line[:end]):
        return True
    last = len(line[:end].rstrip())
    return any(fact.start < last < fact.end for fact in _facts(line, language))


@lru_cache(maxsize=64)
def _facts(line: str, language: str) -> list[facts.Fact]:
    return facts.find(line, language)


@lru_cache(maxsize=8)
def _segmenter(language: str) -> Any:  # noqa: ANN401 - pysbd has no types
    segmenter = _pysbd.Segmenter(language=language if language in _SPLIT else "en", clean=False)
    if language == "ar":
        segmenter.language_module = _Arabic
    return segmenter


def _bounded(sentence: str) -> Iterator[str]:
    while len(sentence) > _LONGEST:
        breaks = [match.end() for match in _CLAUSE.finditer(sentence, _LONGEST // 3, _LONGEST)]
        end = breaks[-1] if breaks else sentence.rfind(" ", _LONGEST // 3, _LONGEST) + 1
        end = end or _LONGEST
        yield sentence[:end]
        sentence = sentence[end:]
    if sentence:
        yield sentence
