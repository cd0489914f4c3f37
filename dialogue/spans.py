"""The edges of an entity: what belongs to it by its kind, whatever the field made of it.

An age keeps its unit, a date its part of the day and "before" or "after", a degree its subject; a
date loses the preposition before it, and a list of things is as many entities as it has things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogue.text import Token, normalise

Span = tuple[int, int, str]
"""First word, word after the last, kind."""


def _words(text: str) -> frozenset[str]:
    return frozenset(normalise(text).split())


_UNITS = _words(
    """
years year yrs yr yo ans an piges balais سنه سنة عام عاما سنين سنوات 3am 3aman 3ame sna sena snin
snine 3wam
"""
)
_OLD = _words("old")
_DAY_PARTS = _words(
    """
morning afternoon evening night noon matin midi soir après aprem soirée صباحا مساء
الصباح المساء العشيه العشية الظهر sba7 sbah l3chiya le3chiya
"""
)
_PREPOSITIONS = _words("du en in on for from من في men mn dans")
_BOUNDS = _words(
    """
before after until till avant après apres قبل بعد مورا حتى mora 9bel qbel 9bal ba3d b3d
"""
)
_AND = _words("et ou and or w wla wela wala ولا و او")
_LISTED = _words("ordinal language contract")
_OF_STUDY = _words("en in of de d")
_SUBJECT = _words("occupation topic")
_NO_DEGREE = re.compile(
    r"(?:\b(?:no|without(?: any| a)?|have not|sans(?: aucun)?|aucun|pas de|pas d|pas le|bla|bdoun"
    r"|blach|mafih|w?ma ?3(?:a)?ndi(?:ch)?(?: 7ta| hta| ta| 7atta)?|w?ma3(?:a)?ndich(?: 7ta| hta)?)"
    r"\s+(?:diploma?s?|diplom|dipl[oô]mes?|degree|bac|certificate|chahada|chehada|ch7ada)\b"
    # "ولا شهادة" is "or a certificate" in Darija: only لا on its own says that there is none.
    r"|(?<!\w)(?:و?ما ?عنديش|و?معنديش|و?ما عندي|و?ليس لدي|و?ليست لدي|و?بلا|و?بدون|لا)"
    r"(?: حتى| اي| أي| أية| اية| شي)?\s+(?:شهادة|شهاده|شواهد|ديبلوم|دبلوم|مؤهل)\b)",
    re.IGNORECASE,
)


def tidy(spans: list[Span], words: list[Token]) -> list[Span]:
    """Spans in order and without overlap, each with its edges where its kind has them."""
    found: list[Span] = []
    for span in sorted(spans):
        if not found or span[0] >= found[-1][1]:  # else swallowed by the one before it
            found += _tidied(span, words)
    return found


def _tidied(span: Span, words: list[Token]) -> Iterator[Span]:
    first, last, kind = span
    norms = [word.norm for word in words]
    if kind == "age":
        yield first, _beyond(_beyond(last, norms, _UNITS), norms, _OLD), kind
    elif kind == "date":
        yield *_dated(first, last, norms), kind
    elif kind in _LISTED:
        yield from _one_by_one(first, last, kind, norms)
    else:
        yield span


def _beyond(last: int, norms: list[str], more: frozenset[str]) -> int:
    return last + 1 if last < len(norms) and norms[last] in more else last


def _dated(first: int, last: int, norms: list[str]) -> tuple[int, int]:
    while first < last - 1 and norms[first] in _PREPOSITIONS:
        first += 1
    if first and norms[first - 1] in _BOUNDS:
        first -= 1
    return first, _beyond(_beyond(last, norms, _DAY_PARTS), norms, _DAY_PARTS)


def _one_by_one(first: int, last: int, kind: str, norms: list[str]) -> Iterator[Span]:
    start = first
    for position in range(first, last):
        if norms[position] in _AND:
            if position > start:
                yield start, position, kind
            start = position + 1
        elif position > start and norms[position].startswith("وال"):
            yield start, position, kind
            start = position
    if start < last:
        yield start, last, kind


def with_subjects(spans: list[Span], words: list[Token]) -> list[Span]:
    """Degrees with what they are in: "master in chemistry" is one thing and no occupation."""
    norms = [word.norm for word in words]
    found: list[Span] = []
    for first, last, kind in spans:
        before = found[-1] if found else (0, 0, "")
        joined = before[2] == "education" and norms[before[1] : first] in ([w] for w in _OF_STUDY)
        if joined and kind in _SUBJECT:
            found[-1] = before[0], last, "education"
        else:
            found.append((first, last, kind))
    return found


def no_degree(text: str, words: list[Token]) -> Span | None:
    """Where a message says that there is no degree: that is its education."""
    match = _NO_DEGREE.search(text)
    if match is None:
        return None
    inside = [i for i, w in enumerate(words) if w.start < match.end() and w.end > match.start()]
    return (inside[0], inside[-1] + 1, "education") if inside else None
