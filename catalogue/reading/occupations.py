"""Which occupation a listing is about: its title against every name that the taxonomy knows.

A name counts by the weight of the words that it shares with the title (rare words weigh more)
against those that either has alone (Tversky's index). The names that come close to the best vote
for their ISCO unit group, each by its score. Nothing is trained: a new name in data/taxonomy is
known at the next load.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue.models import Occupation, OccupationName
from catalogue.reading.titles import Token, tokens
from catalogue.text import STOP_WORDS, stem
from catalogue.vocabulary import Kept, Remembered

LEAST = 0.4  # confidence below which nothing is said
_UNIT = 4
_MISSING, _UNSAID = 0.75, 0.35  # what a word costs that the name has alone, the title has alone
_FIRST = 1.35  # the word that leads in French and Arabic, or ends an English title
_CLOSE = 0.88  # share of the best score at which a name still votes
_SAME = 0.985
_TRUST = 0.08  # how much the standing of a name counts: everyday names 1.2, ROME 0.5
_SHARPNESS = 6
_FROM_TEXT = 0.85
_LOOKING = re.compile(
    r"(?:recherch\w+|recrut\w+|poste d[e'’]|en tant que|looking for|hiring|seeking|position of"
    r"|as an? |نبحث عن|مطلوب|لتوظيف|توظيف|وظيفة|بصفة)\s*(?:un\(?e?\)?\b|une\b|des\b|an?\b|:)?\s*",
    re.IGNORECASE,
)
_PHRASE = 70  # characters of a description after such words
_HEAD = 1500


@dataclass(frozen=True, slots=True)
class Work:
    """An ISCO-08 unit group, the ESCO code where one stands out, and confidence from 0 to 1."""

    isco: str
    code: str | None
    confidence: float


class _Name(NamedTuple):
    code: str
    isco: str
    weight: float
    mass: float
    size: int
    english: bool


class _Index:
    """All names by the roots of their words."""

    def __init__(self, session: Session) -> None:
        rows = [row for row in session.execute(_NAMES) if len(row.isco) == _UNIT]
        told = [(row, _roots(row.name, row.language)) for row in rows]
        seen = Counter(root for _, roots in told for root in roots)
        most = math.log(1 + len(told))
        self.weights = {root: 1 - math.log(1 + n) / most + 0.15 for root, n in seen.items()}
        self.names: list[_Name] = []
        self.postings: dict[str, list[int]] = defaultdict(list)
        for row, roots in told:
            mass = sum(self.weights[root] for root in roots)
            for root in roots:
                self.postings[root].append(len(self.names))
            english = row.language == "en"
            self.names.append(_Name(row.code, row.isco, row.weight, mass, len(roots), english))


_NAMES = (
    select(
        OccupationName.name,
        OccupationName.language,
        OccupationName.weight,
        Occupation.code,
        Occupation.isco,
    )
    .join(Occupation, Occupation.code == OccupationName.code)
    .where(Occupation.kind != "sector")
    .order_by(OccupationName.id)
)


def _roots(name: str, language: str) -> frozenset[str]:
    words = [word for word in name.split() if word not in STOP_WORDS] or name.split()
    at = 0 if language == "en" else -1
    return frozenset(stem(word)[at] for word in words)


_INDEX: Kept[_Index] = Kept(_Index)


def read_occupation(session: Session, title: str, text: str) -> Work | None:
    """The occupation that the title tells, else the one that the text says is looked for."""
    found = _READ.get(session, title)
    if found and found.confidence >= LEAST:
        return found
    for phrase in _wanted(text):
        told = _READ.get(session, phrase)
        if told and told.confidence * _FROM_TEXT >= LEAST:
            return Work(told.isco, told.code, round(told.confidence * _FROM_TEXT, 3))
    return None


def _wanted(text: str) -> list[str]:
    starts = (match.end() for match in _LOOKING.finditer(text[:_HEAD]))
    return [re.split(r"[.,;:\n(]", text[at : at + _PHRASE])[0] for at in starts][:3]


def _read(session: Session, title: str) -> Work | None:
    index, words = _INDEX.get(session), tokens(title)
    scores = _scores(index, words)
    if not scores:
        return None
    best = max(scores.values())
    close = {at: score for at, score in scores.items() if score >= best * _CLOSE}
    votes: dict[str, float] = defaultdict(float)
    for (isco, _), score in _strongest(index, close).items():
        votes[isco] += (score / best) ** _SHARPNESS
    isco = max(sorted(votes), key=votes.__getitem__)
    share = votes[isco] / sum(votes.values())
    confidence = round(min(1.0, best) * (0.5 + 0.5 * share), 3)
    return Work(isco, _code(index, close, isco, best), confidence)


_READ: Remembered[str, Work | None] = Remembered(_read)


def _strongest(index: _Index, close: dict[int, float]) -> dict[tuple[str, str], float]:
    # A concept votes once, however many of its names are alike.
    found: dict[tuple[str, str], float] = {}
    for at, score in close.items():
        key = (index.names[at].isco, index.names[at].code)
        found[key] = max(found.get(key, 0.0), score)
    return found


def _code(index: _Index, close: dict[int, float], isco: str, best: float) -> str | None:
    told = [
        (score, index.names[at].weight, index.names[at].code)
        for at, score in close.items()
        if index.names[at].isco == isco and len(index.names[at].code) > _UNIT
    ]
    top = max(told, default=None, key=lambda one: (one[0], one[1], one[2]))
    return top[2] if top and top[0] >= best * _SAME else None


def _scores(index: _Index, words: Sequence[Token]) -> dict[int, float]:
    shared: dict[int, float] = defaultdict(float)
    held: dict[int, float] = defaultdict(float)
    asked = 0.0
    done: set[str] = set()
    for token in words:
        roots = [r for r in dict.fromkeys(stem(token.word)) if r in index.weights and r not in done]
        done.update(roots)
        if not roots:
            continue
        asked += token.weight * max(index.weights[root] for root in roots)
        by_name = {at: root for root in roots for at in index.postings[root]}
        for at, held_root in by_name.items():
            name, weight = index.names[at], index.weights[held_root]
            leads = token.last if name.english else token.first
            held[at] += weight
            shared[at] += weight * token.weight * (_FIRST if leads else 1.0)
    return {at: _likeness(index.names[at], shared[at], held[at], asked) for at in shared}


def _likeness(name: _Name, shared: float, held: float, asked: float) -> float:
    alone = max(0.0, asked - held)
    score = shared / (shared + _MISSING * (name.mass - held) + _UNSAID * alone)
    return score * (1 - _TRUST + _TRUST * name.weight)
