"""One form for words of three languages: what is indexed and what is asked meet here.

`normalise` gives readable lower-case words, `stem_groups` the roots that both databases index and
look up. Both engines get tokens that are already stemmed, so that both find the same rows.
"""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Any

import snowballstemmer

_ELISION = re.compile(r"\b(?:(?:l|d|j|m|t|s|n|c|qu|lorsqu|jusqu|puisqu|presqu)')+(?=\w)")
_POSSESSIVE = re.compile(r"'s\b")
_GLUED = re.compile(r"(?<=\w)[\u0640\u200c\u200d]+(?=\w)|\u0640")
_ACCUSATIVE = re.compile("\u064b\u0627|\u0627\u064b")  # كهربائياً is كهربائي
_QUOTES = dict.fromkeys(map(ord, "’‘`´ʼ‛′＇"), "'")
# What neither compatibility forms nor stripped marks bring together.
_LETTERS = str.maketrans(
    {
        "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i",
        "ٱ": "ا", "ى": "ي", "ة": "ه", "ی": "ي", "ې": "ي", "ک": "ك", "گ": "ك", "ڭ": "ك", "ݣ": "ك",
        "ڤ": "ف", "ڥ": "ف", "پ": "ب", "چ": "ج",
    }
)  # fmt: skip

_LONGEST = 64
_SHORT = 120  # characters: what people ask, not what listings tell

_STOP = """
a an and any are as at be by for from i in is it me my of on or some that the this to want with you
looking need job jobs work near please
au aux avec ce cette ces chez dans de des du elle en est et il j je la le les ma me mes moi mon ne
nous ou par pas pour qu que qui sa se ses son sur te toi ton tu un une vos votre vous travail emploi
poste svp truc
في من الي علي عن مع او ان هل ما لا هذا هذه التي الذي كل عند لي انا نا واش ديال شي عمل وظيفه خدمه
""".split()  # noqa: SIM905 - a word list reads best as words


def normalise(text: str) -> str:
    """Fold case, accents, Arabic spelling variants, digits and apostrophes; words by one space.

    Only letters and digits are left: no control character, quote or search operator survives.
    """
    text = text.translate(_QUOTES)
    text = _ACCUSATIVE.sub("", unicodedata.normalize("NFKC", text))
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(map(_plain, _GLUED.sub("", text)))
    text = _ELISION.sub("", text.translate(_LETTERS))
    text = _POSSESSIVE.sub("", text)
    return " ".join("".join(c if c.isalnum() else " " for c in text).split())


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Mn":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return character


STOP_WORDS = frozenset(map(normalise, _STOP))


def stem_groups(text: str) -> list[tuple[str, ...]]:
    """The roots of each word that means something, in order: one tuple of alternatives a word.

    A Latin word has its English and its French root, since a message may mix them; words of the
    three stop lists are left out, unless nothing else is there.
    """
    return list(_kept_groups(text) if len(text) <= _SHORT else _groups_of(text))


def _groups_of(text: str) -> tuple[tuple[str, ...], ...]:
    words = normalise(text).split()
    telling = [word for word in words if word not in STOP_WORDS]
    return tuple(stem(word) for word in telling or words)


_kept_groups = lru_cache(maxsize=4096)(_groups_of)  # what one search asks several times


def stems(text: str) -> str:
    """All roots of `text` as one space-separated string, for the full-text index."""
    return " ".join(dict.fromkeys(root for group in stem_groups(text) for root in group))


def stem_keys(text: str) -> tuple[str, ...]:
    """Sorted roots as one key by stemming language; word order and stop words do not matter."""
    groups = stem_groups(text)
    return tuple(dict.fromkeys(" ".join(sorted({group[at] for group in groups})) for at in (0, -1)))


@lru_cache(maxsize=65536)
def stem(word: str) -> tuple[str, ...]:
    """The roots of one normalised word."""
    word = word[:_LONGEST]  # PostgreSQL refuses a lexeme of 2 kB
    if is_arabic(word):
        return (_arabic_root(word),)
    english = _snowball(word, "english")
    french = _snowball(_FEMININE.sub(_masculine, word), "french")
    return tuple(dict.fromkeys((english, normalise(french))))


# serveuse, directrice, infirmière: French stemming keeps the two genders of a trade apart.
_FEMININE = re.compile(r"(?<=\w\w)(ieres?|euses?|trices?)$")


def _masculine(ending: re.Match[str]) -> str:
    return {"i": "ier", "e": "eur", "t": "teur"}[ending.group()[0]]


def is_arabic(text: str) -> bool:
    """Whether any letter is of the Arabic script."""
    return any("\u0600" <= c <= "\u06ff" for c in text)


def _snowball(word: str, language: str) -> str:
    # A stemmer keeps the word it is at in itself: each thread has its own.
    stemmers: dict[str, Any] = _LOCAL.__dict__
    if language not in stemmers:
        stemmers[language] = snowballstemmer.stemmer(language)
    return str(stemmers[language].stemWord(word))


_LOCAL = threading.local()
_AR_PREFIXES = ("وبال", "وال", "بال", "كال", "فال", "ولل", "ال", "لل")
_AR_SUFFIXES = ("يات", "ات", "ان", "ون", "ين", "يه", "ه", "ي")
_AR_LEAST = 3  # letters that a root keeps


def _arabic_root(word: str) -> str:
    # Larkey's light stemming on normalised letters. Snowball's Arabic stemmer treats a word with
    # and without its article differently (تكوين, التكوين), which would split what belongs together.
    return _without_suffix(bare_arabic(word))


def bare_arabic(word: str) -> str:
    """The word without article and the particles written onto it."""
    for prefix in _AR_PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= _AR_LEAST:
            return word.removeprefix(prefix)
    return word


def _without_suffix(word: str) -> str:
    for suffix in _AR_SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _AR_LEAST:
            return word.removesuffix(suffix)
    return word
