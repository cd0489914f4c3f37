"""Whether what a model said may be shown. It may not when facts, length, script or sense suffer.

Each fault has a name, which `tawjih translate try` tells.
"""

import re
from collections.abc import Sequence

from languages.registry import get_languages
from languages.translation.facts import Fact, numbers, without_marks

_LONGEST, _SHORTEST, _LEEWAY = 3.0, 0.25, 20  # times the original's length; characters
_SHARE = 0.6  # of the letters, in the script of the language
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")
_LETTER = re.compile(r"[^\W\d_]")
# The same few characters, letters among them, four times in a row.
_LOOP = re.compile(r"(?=\S{0,29}[^\W\d_])(\S[^\n]{0,29}?)(?:\s?\1){3,}")
_UNKNOWN = re.compile("<unk>|⁇|\ufffd|</?s>")
_NAME_LIKE = 3  # words that may be the same in two languages
_FEW_WORDS = 10
_VARIED = 0.35  # distinct words among all: less is babble


def fault(
    original: str, said: str, values: Sequence[str], facts: Sequence[Fact], target: str
) -> str | None:
    """What is wrong with a translation, or None.

    Args:
        original: The sentence as written.
        said: The translation, its facts set in again.
        values: The facts as they were set in.
        facts: The facts as they were found.
        target: The language that it should be in.
    """
    bare = _without(said, values)
    asked = _without(original, [fact.text for fact in facts])
    found = {
        "numbers": numbers(said) != numbers(original),
        "unknown": _UNKNOWN.search(bare) is not None,
        "copied": bare == asked and len(bare.split()) > _NAME_LIKE,
        "repeats": _repeats(bare, asked),
        "too_long": len(bare) > _LONGEST * len(asked) + _LEEWAY,
        "too_short": len(bare) < _SHORTEST * len(asked),
        "script": not _in_script(bare, target),
    }
    return next((name for name, wrong in found.items() if wrong), None)


def _without(text: str, values: Sequence[str]) -> str:
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, " ", 1)
    return without_marks(text).strip()


def _repeats(said: str, asked: str) -> bool:
    if _LOOP.search(said) and not _LOOP.search(asked):
        return True
    return _babbles(said) and not _babbles(asked)


def _babbles(text: str) -> bool:
    words = re.findall(r"\w+", text.lower())
    return len(words) >= _FEW_WORDS and len(set(words)) < _VARIED * len(words)


def _in_script(text: str, target: str) -> bool:
    letters = _LETTER.findall(text)
    arabic = sum(bool(_ARABIC.match(letter)) for letter in letters)
    known = get_languages().get(target)
    right = arabic if known and known.rtl else len(letters) - arabic
    return right >= _SHARE * len(letters)
