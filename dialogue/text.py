"""Words as people type them, brought to one form: French, English, Arabic, Darija, Arabizi.

Every function works on a token or a whole message; offsets always count in the text as written.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

ARABIC = re.compile(r"[\u0620-\u064A\u0671-\u06D3]")
LATIN = re.compile(r"[A-Za-z\u00C0-\u024F]")
# A word: letters, digits and the marks that sit on them. An apostrophe or a hyphen parts words.
WORD = re.compile(r"[^\W_](?:[^\W_]|[\u064B-\u0652\u0670])*")
_MARKS = re.compile(
    r"[\u0610-\u061A\u064B-\u065F\u0670\u06D6-\u06ED\u0640\u200b-\u200f\u2066-\u2069]"
)
_ACCUSATIVE = re.compile("\u064b\u0627|\u0627\u064b")  # كهربائياً is كهربائي
_LONG = re.compile(r"(.)\1{2,}")
_LETTERS = str.maketrans(
    "أإآٱىؤئةگڤپچک٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹",
    "اااايويهكفبجك01234567890123456789",
)
# Letters glued before an Arabic noun: and, so, in, for, as, the.
_PREFIXES = ("وبال", "وفال", "وال", "فال", "بال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك")
_SHORTEST_STEM = 3
# Few words make most of what people write, and each is looked at a dozen times a message.
_REMEMBERED = 20_000


class Token(NamedTuple):
    """A word of a message: as written, where (character offsets), and in its normal form."""

    text: str
    start: int
    end: int
    norm: str


def normalise(text: str) -> str:
    """One form for a word or phrase: case, accents, letter variants and elongation are gone."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _ACCUSATIVE.sub("", text)
    text = _MARKS.sub("", text).translate(_LETTERS)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _LONG.sub(r"\1", text)


def tokens(text: str) -> list[Token]:
    """The words of a message, in order."""
    return list(_tokens(text))


@lru_cache(maxsize=64)  # every component asks for those of the message at hand
def _tokens(text: str) -> tuple[Token, ...]:
    found = WORD.finditer(text)
    return tuple(Token(m.group(), m.start(), m.end(), _normalised(m.group())) for m in found)


_normalised = lru_cache(maxsize=_REMEMBERED)(normalise)


def is_arabic(text: str) -> bool:
    """Whether the text is mostly in Arabic letters."""
    return len(ARABIC.findall(text)) > len(LATIN.findall(text))


@lru_cache(maxsize=_REMEMBERED)
def without_prefix(word: str) -> str:
    """An Arabic word (normal form) without the particles glued to it: بالرباط to رباط."""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= _SHORTEST_STEM:
            return word[len(prefix) :]
    return word


_ARTICLE = re.compile(r"(?:wel|fel|bel|lel|el|al|l|f|b|w)(?=.{3})")


@lru_cache(maxsize=_REMEMBERED)
def without_article(word: str) -> str:
    """An Arabizi word (normal form) without what is glued before it: lkhedma to khedma."""
    glued = _ARTICLE.match(word)
    return word[glued.end() :] if glued else word


# One alphabet of sounds for Arabic script and for its Latin spellings, vowels left out:
# "bghit nkhdem" and "بغيت نخدم" both become "bGt nxdm".
_SOUNDS_ARABIC = str.maketrans(
    {
        "ب": "b", "ت": "t", "ث": "t", "ج": "j", "ح": "H", "خ": "x", "د": "d", "ذ": "d", "ر": "r",
        "ز": "z", "س": "s", "ش": "S", "ص": "s", "ض": "d", "ط": "t", "ظ": "d", "ع": "E", "غ": "G",
        "ف": "f", "ق": "q", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "", "ي": "",
        "ا": "", "ء": "",
    }
)  # fmt: skip
_SOUNDS_LATIN: tuple[tuple[str, str], ...] = (
    ("tch", "S"), ("kh", "x"), ("gh", "G"), ("sh", "S"), ("ch", "S"), ("th", "t"), ("dh", "d"),
    ("ph", "f"), ("ou", ""), ("5", "x"), ("7", "H"), ("9", "q"), ("3", "E"), ("8", "h"),
    ("2", ""), ("4", "G"), ("6", "t"), ("c", "k"), ("v", "f"), ("p", "b"),
)  # fmt: skip
_VOWELS = re.compile(r"[aeiouyw]")
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=_REMEMBERED)
def sounds(word: str) -> str:
    """The consonants that a word (normal form) sounds with; empty where none remains.

    An h at the end is not heard: خدمة, khedma and khedmah are one.
    """
    if ARABIC.search(word):
        word = word.translate(_SOUNDS_ARABIC)
    else:
        for spelling, sound in _SOUNDS_LATIN:
            word = word.replace(spelling, sound)
        word = _VOWELS.sub("", word)
    word = _DOUBLED.sub(r"\1", word)
    return word[:-1] if len(word) > 1 and word.endswith("h") else word


_LOOSE_LATIN: tuple[tuple[str, str], ...] = (
    ("ou", "o"), ("oo", "o"), ("sh", "ch"), ("kh", "5"), ("gh", "8"), ("ph", "f"), ("ck", "k"),
    ("qu", "k"), ("u", "o"), ("w", "o"), ("y", "i"), ("e", "i"), ("9", "k"), ("q", "k"), ("7", "h"),
    ("3", "a"), ("2", "a"), ("4", "8"), ("g", "j"), ("c", "k"), ("z", "s"),
)  # fmt: skip


@lru_cache(maxsize=_REMEMBERED)
def loose(word: str) -> str:
    """A Latin word (normal form) as it is heard: tourkia and torkya are one."""
    for spelling, sound in _LOOSE_LATIN:
        word = word.replace(spelling, sound)
    return _DOUBLED.sub(r"\1", word)
