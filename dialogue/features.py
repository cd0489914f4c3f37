"""What the classifier sees of a message: words, letter sequences, and how words sound.

A word in Arabic letters also counts without the particles glued to it; Arabic and Arabizi words
also count by their consonants, so that "bghit nkhdem" and "بغيت نخدم" share features.
"""

from collections.abc import Iterator
from itertools import pairwise

from dialogue.text import is_arabic, tokens, without_prefix
from dialogue.text import sounds as sounds_of

_LETTERS = (2, 3, 4, 5)
_SOUND_LETTERS = (2, 3, 4)
_ARABIC_VARIETIES = ("msa", "darija", "arabizi")

Example = tuple[str, str]  # text, variety


def features(example: Example) -> list[str]:
    """The features of a (text, variety), repeated as often as they occur."""
    text, variety = example
    words = [token.norm for token in tokens(text)] or list(text.strip()[:20])
    found = list(_words(words)) + list(_letters(words, _LETTERS, ""))
    if variety in _ARABIC_VARIETIES:
        found += _arabic(words, glued=is_arabic(text))
    if text.rstrip().endswith(("?", "؟")):
        found.append("?")
    return found


def _words(words: list[str]) -> Iterator[str]:
    for word in words:
        yield f"w={word}"
    for first, second in pairwise(["^", *words, "$"]):
        yield f"w={first} {second}"


def _letters(words: list[str], lengths: tuple[int, ...], mark: str) -> Iterator[str]:
    for word in words:
        padded = f" {word} "
        for length in lengths:
            for start in range(max(1, len(padded) - length + 1)):
                yield mark + padded[start : start + length]


def _arabic(words: list[str], *, glued: bool) -> list[str]:
    found = []
    bare = [without_prefix(word) for word in words] if glued else words
    if glued:
        found += [f"b={word}" for word in bare]
    sounding = [sound for sound in map(sounds_of, bare) if sound]
    found += [f"s={sound}" for sound in sounding]
    found += [f"s={first} {second}" for first, second in pairwise(sounding)]
    found += _letters(sounding, _SOUND_LETTERS, "s:")
    return found
