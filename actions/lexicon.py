"""Short word lists of data/lexicon: what counts as "anywhere", a contract, "the second"."""

from functools import lru_cache
from pathlib import Path

import yaml

from catalogue.text import normalise
from settings import ROOT

FOLDER = ROOT / "data" / "lexicon"


class Lexicon:
    """Names and the words that stand for them, compared in normal form."""

    def __init__(self, path: Path) -> None:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        pairs = [(str(word), str(name)) for name, words in content.items() for word in words]
        self._names = {normalise(word): name for word, name in pairs}
        self._written = {normalise(word): word for word, _ in pairs}
        self._longest_first = sorted(self._names, key=len, reverse=True)

    def exactly(self, text: str) -> str | None:
        """The name that the whole text stands for."""
        return self._names.get(normalise(text))

    def within(self, text: str, *among: str) -> str | None:
        """The name whose word, the longest one, stands in the text as whole words.

        Only the names `among`, when given, are looked for.
        """
        word = self._longest(text, among)
        return None if word is None else self._names[word]

    def all_within(self, text: str) -> tuple[str, ...]:
        """Every name one of whose words stands in the text as whole words."""
        padded = f" {normalise(text)} "
        found = (name for word, name in self._names.items() if f" {word} " in padded)
        return tuple(dict.fromkeys(found))

    def phrase(self, text: str, *among: str) -> str | None:
        """The word itself, as the list writes it, for which `within` gives the name."""
        word = self._longest(text, among)
        return None if word is None else self._written[word]

    def _longest(self, text: str, among: tuple[str, ...]) -> str | None:
        padded = f" {normalise(text)} "
        for word in self._longest_first:
            if f" {word} " in padded and (not among or self._names[word] in among):
                return word
        return None


@lru_cache(maxsize=16)
def lexicon(name: str) -> Lexicon:
    """The lexicon data/lexicon/<name>.yml."""
    return Lexicon(FOLDER / f"{name}.yml")
