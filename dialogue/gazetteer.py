"""Lists of places and occupations, looked up in a message by the longest match.

Read from data/places and data/taxonomy at training time; phrases are kept in normal form.
"""

import csv
import hashlib
import pickle
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import yaml

from dialogue.text import ARABIC, Token, loose, normalise, tokens, without_article, without_prefix

PLACE, OCCUPATION, SECTOR = "place", "occupation", "sector"
# Word lists of data/lexicon that name entities too: file and kind.
_LEXICONS = {
    "contracts": "contract",
    "dates": "date",
    "languages": "language",
    "ordinals": "ordinal",
}
_LONGEST = 6  # words
_SHORTEST_PLURAL = 4  # letters
_HEARD = 6  # letters
_BRACKETS = re.compile(r"\([^)]*\)")
# Words that name a place or job somewhere and mean something else nearly always.
_TOO_COMMON = frozenset(
    """
de la le les du des et en au aux un une il elle on ou or in at to for the a an of is me my
man mai job mate sale port bar pays ville city service office major general head help may
hope most nice bon bien mine tan far safi
من في على الى عن ما لا هل يا او ان كل صافي عليا صاحب جديده بعيد حدا بشري الجامعه المركز جماعه
القريب شابا هاذا دوز الخبر
""".split()  # noqa: SIM905 - a word list reads best as words
)


class Match(NamedTuple):
    """Words `first` to `last` (exclusive) of a message name something of this kind."""

    first: int
    last: int
    kind: str


class Gazetteer:
    """Phrases in normal form and the kind of thing each names."""

    def __init__(self, phrases: dict[tuple[str, ...], str]) -> None:
        self._phrases = phrases
        self._firsts = {words[0] for words in phrases}
        self._heard = {
            loose(words[0])
            for words, kind in phrases.items()
            if kind == PLACE and len(words) == 1 and _is_telling(words[0])
        }

    @classmethod
    def read(cls, data: Path) -> "Gazetteer":
        """The lists of a data folder; a place goes before an occupation of the same name."""
        phrases: dict[tuple[str, ...], str] = {}
        for kind, names in (
            (SECTOR, _sectors(data)),
            (OCCUPATION, _jobs(data)),
            (PLACE, _places(data)),
            *((kind, _words(data, file)) for file, kind in _LEXICONS.items()),
        ):
            for name in names:
                words = tuple(token.norm for token in tokens(name))
                # Sectors hold "IT" and "BTP"; the code "en" of a language is a French word.
                useless = len(words) == 1 and _useless(words[0]) and kind != SECTOR
                if 0 < len(words) <= _LONGEST and not useless:
                    phrases[words] = kind
        return cls(phrases)

    def matches(self, words: list[Token]) -> list[Match]:
        """The longest matches that do not overlap, from left to right."""
        found: list[Match] = []
        position = 0
        while position < len(words):
            match = self._at(words, position)
            if match:
                found.append(match)
            position = match.last if match else position + 1
        return found

    def framed(self, words: list[Token]) -> list[str]:
        """The words in normal form, with what the lists know replaced by its kind: `<place>`."""
        frame: list[str] = []
        position = 0
        for match in self.matches(words):
            frame += [word.norm for word in words[position : match.first]]
            frame.append(f"<{match.kind}>")
            position = match.last
        return frame + [word.norm for word in words[position:]]

    def __reduce__(self) -> tuple[Any, ...]:
        """Two components keep it in two files of a model; in memory it is one."""
        phrases = pickle.dumps(self._phrases)
        return _kept, (hashlib.sha256(phrases).hexdigest(), phrases)

    def _at(self, words: list[Token], first: int) -> "Match | None":
        norms = [token.norm for token in words[first : first + _LONGEST]]
        starts = [start for start in _starts(norms[0]) if start in self._firsts]
        for length in range(len(norms), 0, -1) if starts else ():
            for start in starts:
                kind = self._phrases.get((start, *norms[1:length]))
                if kind:
                    return Match(first, first + length, kind)
        return Match(first, first + 1, PLACE) if self._sounds_like_a_place(norms[0]) else None

    def _sounds_like_a_place(self, word: str) -> bool:
        forms = (word, without_article(word))
        return any(_is_telling(form) and loose(form) in self._heard for form in forms)


_KEPT: WeakValueDictionary[str, Gazetteer] = WeakValueDictionary()


def _kept(digest: str, phrases: bytes) -> Gazetteer:
    gazetteer = _KEPT.get(digest)
    if gazetteer is None:
        gazetteer = _KEPT[digest] = Gazetteer(pickle.loads(phrases))  # noqa: S301 - our own model
    return gazetteer


@lru_cache(maxsize=5000)
def _starts(word: str) -> tuple[str, ...]:
    if ARABIC.search(word):
        bare = without_prefix(word)
        return word, bare, "ال" + bare
    # infirmiers, plumbers: the lists have the singular.
    return (word, word[:-1]) if word.endswith("s") and len(word) > _SHORTEST_PLURAL else (word,)


def _is_telling(word: str) -> bool:
    """Whether a Latin word has letters enough to be known by its sound.

    Arabic ones are left out: without their vowels too many everyday words are some town's.
    """
    return not ARABIC.search(word) and len(loose(word)) >= _HEARD


def _useless(word: str) -> bool:
    return len(word) < 3 or word.isdigit() or word in _TOO_COMMON  # noqa: PLR2004


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _places(data: Path) -> Iterator[str]:
    folder = data / "places"
    for name in ("cities.csv", "extra_cities.csv"):
        for row in _rows(folder / name):
            yield from filter(None, (row.get(c) for c in ("name", "fr", "ar")))
    for row in _rows(folder / "aliases.csv"):
        yield row["alias"]


def _words(data: Path, name: str) -> Iterator[str]:
    path = data / "lexicon" / f"{name}.yml"
    if path.exists():
        for words in yaml.safe_load(path.read_text(encoding="utf-8")).values():
            yield from map(str, words)


def _jobs(data: Path) -> Iterator[str]:
    folder = data / "taxonomy"
    columns = ("names_en", "names_fr", "names_ar")
    for row in _rows(folder / "occupations.csv"):
        for column in columns:
            yield from _forms(row.get(column) or "")
    for row in _rows(folder / "rome_appellations.csv"):
        yield from _forms(row["name"])
    for row in _rows(folder / "everyday_names.csv"):
        yield row["name"]


def _sectors(data: Path) -> Iterator[str]:
    for row in _rows(data / "taxonomy" / "sectors.csv"):
        for column in ("en", "fr", "ar", "aliases"):
            yield from _forms(row.get(column) or "")


def _forms(text: str) -> Iterator[str]:
    for form in re.split(r"[|/]", _BRACKETS.sub("", text)):
        if normalise(form).strip():
            yield form.strip()
