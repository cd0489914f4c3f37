"""What work: the words of a person, in any of three languages, to occupations."""

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue.gazetteer import sound
from catalogue.models import Occupation, OccupationName
from catalogue.text import STOP_WORDS, is_arabic, normalise, stem_keys
from catalogue.vocabulary import Kept, Remembered

_LONGEST = 200
_MOST_WORDS = 8
_LABEL = 1.0  # weight of a preferred label; everyday names weigh more
_SURE = 0.9  # weight of a label, a sector or an everyday name
_FUZZY_LEAST = 5
_FUZZY_SCORE = 88
_SHORTER = 0.78  # a name of less than this share of the letters cannot be as alike
_MINOR = 3  # digits of an ISCO minor group
_UNIT = 4  # digits of an ISCO unit group


@dataclass(frozen=True, slots=True)
class OccupationMatch:
    """What was found.

    `code` is the ESCO code of the best occupation, None for a group, a sector or a French title
    that only leads to a group. `codes` are all that the words mean alike (خياط: dressmaker and
    tailor). `isco` are the four-digit ISCO groups covered. `how` is exact, stem, part or fuzzy.
    """

    code: str | None
    codes: tuple[str, ...]
    isco: tuple[str, ...]
    labels: dict[str, Any] = field(hash=False)
    how: str

    def label(self, language: str) -> str | None:
        """The label in `language`; None when it has none there."""
        found = self.labels.get(language)
        return str(found) if found else None


def resolve(session: Session, text: str) -> OccupationMatch | None:
    """The occupation, sector or group that `text` names; None when nothing is known by it."""
    words = normalise(text[:_LONGEST])
    return _RESOLVED.get(session, words) if words else None


def _resolve(session: Session, words: str) -> OccupationMatch | None:
    names = _NAMES.get(session)
    if found := names.best(names.by_name, [words]):
        return _match(session, found, "exact")
    if found := names.best(names.by_key, [key for key in stem_keys(words) if key]):
        return _match(session, found, "stem")
    return _part(session, words) or _fuzzy(session, words) or _spoken(session, words)


def of(session: Session, code: str | None, isco: str) -> OccupationMatch | None:
    """The occupation `code`, or the group `isco`, as something that was read out of words."""
    found = session.get(Occupation, code or isco)
    if found is None:
        return None
    codes = (found.code,) if found.kind == "occupation" else ()
    return OccupationMatch(code, codes, groups_under(session, [isco]), found.labels, "part")


def label(session: Session, code: str, language: str) -> str | None:
    """The label of an occupation, sector or group in `language`, else in English or French."""
    found = session.get(Occupation, code)
    if found is None:
        return None
    labels = found.labels
    return next((str(labels[x]) for x in (language, "en", "fr") if labels.get(x)), None)


def neighbours(isco: str) -> tuple[str, ...]:
    """ISCO prefixes that widen `isco`, nearest first: its unit group, then its minor group."""
    return tuple(dict.fromkeys(isco[:size] for size in (_UNIT, _MINOR) if len(isco) >= size))


def groups_under(session: Session, prefixes: Sequence[str]) -> tuple[str, ...]:
    """All ISCO groups that begin with one of `prefixes`."""
    return _UNDER.get(session, tuple(prefixes))


_RESOLVED: Remembered[str, OccupationMatch | None] = Remembered(_resolve)
_GROUPS: Kept[list[str]] = Kept(
    lambda s: sorted(s.scalars(select(Occupation.code).where(Occupation.kind == "group")))
)
_UNDER: Remembered[tuple[str, ...], tuple[str, ...]] = Remembered(
    lambda session, prefixes: tuple(g for g in _GROUPS.get(session) if g.startswith(prefixes))
)


class Found(NamedTuple):
    """A name, and the concept that goes by it."""

    weight: float
    language: str
    code: str
    kind: str
    isco: str
    labels: dict[str, Any]


Rows = dict[str, list[tuple[float, str, str]]]
"""Weight, language and code of the concepts that go by a name or by its roots."""


@dataclass(frozen=True, slots=True)
class Names:
    """All names in memory, some thirty megabytes: a search asks for a dozen of them.

    `by_ends` are names by their first letter, and by "-" and their last; the shorter ones first.
    """

    by_name: Rows
    by_key: Rows
    concepts: dict[str, tuple[str, str, dict[str, Any]]]
    by_ends: dict[str, list[str]]

    @classmethod
    def of(cls, session: Session) -> "Names":
        """Those of the vocabulary in `session`'s database."""
        by_name, by_key = Rows(), Rows()
        for name, key, weight, language, code in session.execute(_ROWS):
            row = (float(weight), sys.intern(str(language)), sys.intern(str(code)))
            by_name.setdefault(name, []).append(row)
            by_key.setdefault(key, []).append(row)
        concepts = {
            code: (kind, isco, labels) for code, kind, isco, labels in session.execute(_CONCEPTS)
        }
        return cls(by_name, by_key, concepts, _by_ends(by_name))

    def best(self, rows: Rows, names: Iterable[str]) -> list[Found]:
        """All that go by one of `names` with the greatest weight, in order of their codes."""
        found = [row for name in dict.fromkeys(names) for row in rows.get(name, ())]
        most = max((row[0] for row in found), default=0.0)
        best = sorted((row for row in found if row[0] == most), key=itemgetter(2))
        return [Found(*row, *self.concepts[row[2]]) for row in best if row[2] in self.concepts]


def _by_ends(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        if len(name) >= _FUZZY_LEAST:
            found.setdefault(name[0], []).append(name)
            found.setdefault("-" + name[-1], []).append(name)
    return {end: sorted(names, key=len) for end, names in found.items()}


_ROWS = select(
    *(OccupationName.name, OccupationName.stem_key),
    *(OccupationName.weight, OccupationName.language, OccupationName.code),
).order_by(OccupationName.id)
_CONCEPTS = select(Occupation.code, Occupation.kind, Occupation.isco, Occupation.labels)
_NAMES: Kept[Names] = Kept(Names.of)


def _match(session: Session, found: list[Found], how: str) -> OccupationMatch:
    occupations = list({one.code: one for one in found}.values())
    first = occupations[0]
    codes = tuple(o.code for o in occupations if o.kind == "occupation")
    prefixes = [prefix for o in occupations for prefix in o.isco.split("|") if prefix]
    return OccupationMatch(
        code=first.code if first.kind == "occupation" else None,
        codes=codes,
        isco=groups_under(session, prefixes),
        labels=first.labels,
        how=how,
    )


def _part(session: Session, words: str) -> OccupationMatch | None:
    """By the longest run of its words that is a name: "poste de serveuse en salle"."""
    tokens = words.split()
    telling = [at for at, word in enumerate(tokens) if word not in STOP_WORDS][:_MOST_WORDS]
    count = len(telling)
    runs = {
        # From one telling word to another, with the small words between them.
        (size, at): " ".join(tokens[telling[at] : telling[at + size - 1] + 1])
        for size in range(count, 0, -1)
        for at in range(count - size + 1)
    }
    names = _NAMES.get(session)
    for (size, at), run in runs.items():
        found = names.best(names.by_name, [run])
        if size == 1 and count > 1:
            found = [row for row in found if _leads(row, at, count)]
        if found:
            return _match(session, found, "part")
    return None


def _leads(name: Found, start: int, count: int) -> bool:
    # One word of several says the trade where its language puts it: "menuisier poseur", "senior
    # welder". Elsewhere ("agent de saisie") only a name that stands for itself counts.
    head = count - 1 if name.language == "en" else 0
    return name.weight >= _SURE or start == head


def _named(session: Session, name: str) -> list[Found]:
    names = _NAMES.get(session)
    return names.best(names.by_name, [name])


def _of_size(session: Session, end: str, words: str) -> list[str]:
    names = _NAMES.get(session).by_ends.get(end, [])
    first = bisect_left(names, len(words) * _SHORTER, key=len)
    return names[first : bisect_right(names, len(words) / _SHORTER, key=len)]


def _fuzzy(session: Session, words: str) -> OccupationMatch | None:
    if len(words) < _FUZZY_LEAST:
        return None
    # Hardly anybody misspells the first letter and the last.
    names = [name for end in (words[0], "-" + words[-1]) for name in _of_size(session, end, words)]
    close = process.extractOne(words, names, scorer=fuzz.ratio, score_cutoff=_FUZZY_SCORE)
    if close is None:
        return None
    return _match(session, _named(session, close[0]), "fuzzy")


def _spoken(session: Session, words: str) -> OccupationMatch | None:
    """By the sound of an everyday name in Latin letters: "sudur", "neggar"."""
    key = sound(words)
    if len(key) < _FUZZY_LEAST or is_arabic(words):
        return None
    close = process.extractOne(
        key, _SPOKEN.get(session).keys(), scorer=fuzz.ratio, score_cutoff=_FUZZY_SCORE
    )
    return (
        _match(session, _named(session, _SPOKEN.get(session)[close[0]]), "fuzzy") if close else None
    )


_SPOKEN: Kept[dict[str, str]] = Kept(
    lambda session: {
        sound(name): name
        for name in session.scalars(
            select(OccupationName.name)
            .where(OccupationName.weight > _LABEL)
            .order_by(OccupationName.id.desc())
        )
        if not is_arabic(name)
    }
)
