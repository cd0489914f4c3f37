"""Words by which a number is an age, a length of time, a date or a level of school.

Read from data/lexicon/cues.yml at training time; a word stands in one list.
"""

from pathlib import Path

import yaml

from dialogue.text import Token, normalise, without_prefix

_NONE = "none"
_LONGEST_NUMBER = 4  # digits: 19 is an age, 2019 a year, and more is a telephone number


class Cues:
    """Words in normal form and the list that each stands in."""

    def __init__(self, lists: dict[str, str]) -> None:
        self._lists = lists

    @classmethod
    def read(cls, data: Path) -> "Cues":
        """The lists of a data folder; none is an empty one."""
        path = data / "lexicon" / "cues.yml"
        if not path.exists():
            return cls({})
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls({normalise(str(w)).strip(): name for name, ws in content.items() for w in ws})

    def of(self, word: Token) -> str:
        """The list that a word stands in, with or without its prefix; a number by its digits."""
        if word.norm.isdigit():
            return f"digits{min(len(word.norm), _LONGEST_NUMBER)}"
        bare = without_prefix(word.norm)
        forms = (word.norm, bare, "ال" + bare)
        return next((self._lists[form] for form in forms if form in self._lists), _NONE)
