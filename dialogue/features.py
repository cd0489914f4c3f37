"""What the classifier sees of a message: words, letter sequences, its frame, and how words sound.

The frame is the message with each place, trade or date of the lists replaced by its kind: what is
learnt of "a job in <place>" holds for every town. A word in Arabic letters also counts without the
particles glued to it; Arabic and Arabizi words also count by their consonants, so that "bghit
nkhdem" and "بغيت نخدم" share features.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from dialogue.text import is_arabic, tokens, without_prefix
from dialogue.text import sounds as sounds_of

_LETTERS = (2, 3, 4, 5)
_SOUND_LETTERS = (2, 3, 4)
_LENGTHS = (1, 2, 3, 5, 9, 15)  # words: a bare answer is short, a story is long
_MOST_REST = 4  # words that the lists do not know
_SHORT_FRAME = 4
_ARABIC_VARIETIES = ("msa", "darija", "arabizi")


class Example(NamedTuple):
    """A message: as written, its variety, and its frame (see `Gazetteer.framed`)."""

    text: str
    variety: str
    frame: tuple[str, ...] = ()


def features(example: Example) -> list[str]:
    """The features of a message, repeated as often as they occur."""
    text, variety, frame = example
    words = [token.norm for token in tokens(text)] or list(text.strip()[:20])
    found = list(_words(words)) + list(_letters(words, _LETTERS, ""))
    found += [*_framed(frame), f"length={_length(len(words))}"]
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


def _framed(frame: tuple[str, ...]) -> Iterator[str]:
    listed = [word for word in frame if _is_kind(word)]
    yield f"rest={min(len(frame) - len(listed), _MOST_REST)}"
    if len(frame) <= _SHORT_FRAME:
        yield f"frame={' '.join(frame)}"
    for kind in listed:
        yield f"kind={kind}"
    ends = ["^", *frame, "$"]
    for size in (2, 3):
        for part in zip(*(ends[start:] for start in range(size)), strict=False):
            if any(map(_is_kind, part)):
                yield f"f={' '.join(part)}"


def _is_kind(word: str) -> bool:
    return word.startswith("<")


def _length(words: int) -> int:
    return next((most for most in _LENGTHS if words <= most), _LENGTHS[-1] + 1)


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
