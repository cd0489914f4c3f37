"""What the classifier sees of a message: words, letter sequences, its frame, and how words sound.

The frame is the message with each place, trade or date of the lists replaced by its kind: what is
learnt of "a job in <place>" holds for every town. A word in Arabic letters also counts without the
particles glued to it; Arabic and Arabizi words also count by their consonants, so that "bghit
nkhdem" and "بغيت نخدم" share features. Words that stand near each other count as a pair, in any
order and without their endings: what second-language speakers put where they like.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from dialogue.text import ARABIC, tokens, without_article, without_prefix
from dialogue.text import sounds as sounds_of

_LETTERS = (2, 3, 4, 5)
_SOUND_LETTERS = (2, 3, 4)
_LENGTHS = (1, 2, 3, 5, 9, 15)  # words: a bare answer is short, a story is long
_MOST_REST = 4  # words that the lists do not know
_SHORT_FRAME = 4
_NEAR = 3  # words
_STEM = 6  # letters: what is left of a long word tells its family
_PAIR = "p="
_PAIR_WEIGHT = 0.7  # there are many of them, and most are chance
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
    found += _pairs(words)
    if variety in _ARABIC_VARIETIES:
        found += _arabic(words)
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
    return chain.from_iterable(_letters_of(word, lengths, mark) for word in words)


@lru_cache(maxsize=5000)
def _letters_of(word: str, lengths: tuple[int, ...], mark: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(
        mark + padded[start : start + length]
        for length in lengths
        for start in range(max(1, len(padded) - length + 1))
    )


def _pairs(words: list[str]) -> Iterator[str]:
    stems = [without_prefix(word) if _in_arabic(word) else word[:_STEM] for word in words]
    for start, first in enumerate(stems):
        for second in stems[start + 1 : start + 1 + _NEAR]:
            yield f"{_PAIR}{min(first, second)} {max(first, second)}"


def _arabic(words: list[str]) -> list[str]:
    bare = [without_prefix(word) if _in_arabic(word) else without_article(word) for word in words]
    found = [f"b={word}" for word in bare if _in_arabic(word)]
    sounding = [sound for sound in map(sounds_of, words) if sound]
    found += [f"s={sound}" for sound in sounding]
    # What looks glued may be the word's own: بغيت keeps its ب in one of the two.
    stripped = zip(map(sounds_of, words), map(sounds_of, bare), strict=True)
    found += [f"s={sound}" for whole, sound in stripped if sound and sound != whole]
    found += [f"s={first} {second}" for first, second in pairwise(sounding)]
    found += _letters(sounding, _SOUND_LETTERS, "s:")
    return found


def _in_arabic(word: str) -> bool:
    return bool(ARABIC.search(word))


def weight(feature: str) -> float:
    """What a kind of feature counts for beside its rarity."""
    return _PAIR_WEIGHT if feature.startswith(_PAIR) else 1.0
