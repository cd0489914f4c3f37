"""What a translation must not change: links, telephones, dates, amounts, numbers, names.

They are found in the sentence, kept from the model behind a mark (masks.py), and set in again as
the reader's language writes them: digits 0 to 9, months in its own words, a run of Latin letters
in an Arabic sentence between isolates. The words around them are the model's.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel.numbers import list_currencies

from languages.registry import get_languages
from languages.translation import dates

_D = "[0-9٠-٩۰-۹]"
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)
_ISOLATE, _END = "\u2066", "\u2069"
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ARABIC = "\u0600-\u06ff\u0750-\u077f"
_LATIN = "A-Za-zÀ-ÖØ-öø-ÿ"
_TOP_LEVEL = (
    "com|net|org|info|gov|edu|int|io|ma|tn|dz|ly|eg|mr|sn|fr|sa|ae|qa|kw|bh|om|ye|jo|ps|lb|sy|iq|"
    "tr|eu|example"
)
_EVERYDAY_CURRENCIES = ("DH", "DHS", "Dh", "Dhs", "DT", "DA", "FCFA", "CFA")
_TITLES = r"(?:(?:Mme|Mlle|Mr|Mrs|Ms|Dr|Pr)\.?|M\.)"
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w'’-]+"
# It takes the title before it to tell a person; the title is translated.
_PERSON = rf"(?<!\w){_TITLES}\s+(?P<person>{_CAPITALISED}(?:[\s-]{_CAPITALISED}){{0,2}})"
_ADDRESS = r"(?:https?://|www\.)[^\s<>«»\"“”]*[^\s<>«»\"“”.,;:!?)\]'’،؛؟]"
_MAIL = r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"
_SITE = rf"(?<![\w@.-])(?:[A-Za-z0-9-]+\.)+(?:{_TOP_LEVEL})(?![\w-])(?:/[^\s،؛؟,;]*[\w/])?"
_HANDLE = r"(?<!\w)[@#]\w+"
_TIME = rf"(?<!\w){_D}{{1,2}}(?:[hH]{_D}{{2}}|:{_D}{{2}}(?::{_D}{{2}})?)(?:\s?[ap]\.?m\.?)?(?!\w)"
_DAY = rf"(?<!\w){_D}{{1,4}}(?P<sep>[/.-]){_D}{{1,2}}(?P=sep){_D}{{2,4}}(?!\w|[/.-]{_D})"
_TELEPHONE = rf"(?<![\w+])(?:\+|00)?\(?{_D}(?:[\s.()/-]{{0,2}}{_D}){{7,14}}(?!\w)"
_NUMBER = (
    rf"(?:{_D}{{1,3}}(?:[ \u00a0\u202f.,٬]{_D}{{3}}(?!{_D}))+(?:[.,٫]{_D}+)?"
    rf"|{_D}+(?:[.,٫]{_D}+)*)"
)
_ORDINAL = rf"(?<!\w){_D}+(?:ers?|ères?|res?|e|es|èmes?|emes?|nde?|st|rd|th)(?!\w)"
_CODE = rf"(?<!\w)(?=[\w+#&.-]*{_D})(?=[\w+#&.-]*[A-Za-z])[\w+#&.-]*\w"
_PRODUCT = r"(?<!\w)\w*[a-zà-öø-ÿ][A-Z]\w*"
_ACRONYM = r"(?<!\w)[A-Z][A-Z0-9]*(?:[&.-]?[A-Z0-9])+(?!\w)"
_IN_LATIN = rf"[{_LATIN}][\w+#&.'’-]*(?:\s[{_LATIN}][\w+#&.'’-]*)*"
_IN_ARABIC = rf"[{_ARABIC}]+(?:\s[{_ARABIC}]+)*"
_NOTHING = r"(?!)"
_BEFORE_A_NAME = re.compile(rf"(?<!\w){_TITLES}\s*$")
_SHOUTED = 0.7  # share of capitals from which a line is shouted


@dataclass(frozen=True, slots=True)
class Fact:
    """A stretch of a sentence, from `start` to `end` (characters), and what kind it is of."""

    start: int
    end: int
    text: str
    kind: str


def digits(text: str) -> str:
    """The same length, every digit as 0 to 9."""
    return text.translate(_DIGITS)


def numbers(text: str) -> list[str]:
    """The runs of digits in a text, sorted, for comparison."""
    return sorted(re.findall("[0-9]+", digits(text)))


def without_marks(text: str) -> str:
    """A text without the invisible marks of direction, which no model has learnt."""
    return _MARKS.sub("", text)


def is_shouted(text: str) -> bool:
    """Whether a line is written in capitals, which then mean nothing."""
    letters = [letter for letter in text if letter.isupper() or letter.islower()]
    capitals = sum(letter.isupper() for letter in letters)
    return " " in text.strip() and capitals > _SHOUTED * len(letters)


def ends_in_title(text: str) -> bool:
    """Whether a text breaks off between "M." and the name."""
    return _BEFORE_A_NAME.search(text) is not None


def find(sentence: str, language: str, names: Sequence[str] = ()) -> list[Fact]:
    """The facts of a sentence, in its order, none over another.

    Args:
        sentence: One sentence.
        language: Its language.
        names: What must stay as it is: an organisation, a place, a person.
    """
    shouted = is_shouted(sentence)
    own = _names(tuple(sorted(filter(None, map(str.strip, names)), key=len, reverse=True)))
    found: list[Fact] = list(_matches(own, sentence)) if own else []
    for fact in _matches(_pattern(language, shouted=shouted), sentence):
        if all(fact.end <= one.start or fact.start >= one.end for one in found):
            found.append(fact)
    return sorted(found, key=lambda fact: fact.start)


def _matches(pattern: re.Pattern[str], sentence: str) -> Iterator[Fact]:
    for match in pattern.finditer(sentence):
        kind = match.lastgroup or "name"
        yield Fact(match.start(kind), match.end(kind), match[kind], kind)


@lru_cache(maxsize=256)
def _names(names: tuple[str, ...]) -> re.Pattern[str] | None:
    if not names:
        return None
    return re.compile(rf"(?<!\w)(?P<name>{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=16)
def _pattern(language: str, *, shouted: bool) -> re.Pattern[str]:
    """One expression for all kinds, each a group of its name; who stands first goes first."""
    currency = "|".join([*_EVERYDAY_CURRENCIES, *sorted(list_currencies())])
    kinds = {
        "link": f"{_ADDRESS}|{_MAIL}|{_SITE}|{_HANDLE}",
        "date": dates.pattern(),
        "time": _TIME,
        "numeric": f"{_DAY}|{_TELEPHONE}",
        "amount": rf"(?<!\w)(?:(?:[$€£]|(?:{currency})(?=[\s0-9]))\s?{_NUMBER}"
        rf"|{_NUMBER}\s?(?:[$€£%٪]|(?:{currency})(?!\w)))",
        "ordinal": _ORDINAL,
        "code": _CODE,
        "number": _NUMBER,
        "person": _PERSON,
        "product": _PRODUCT,
        "acronym": _NOTHING if shouted else _ACRONYM,
        "foreign": _IN_LATIN if _is_rtl(language) else _IN_ARABIC,
    }
    parts = [body if name == "person" else f"(?P<{name}>{body})" for name, body in kinds.items()]
    return re.compile("|".join(parts))


def _is_rtl(language: str) -> bool:
    known = get_languages().get(language)
    return bool(known and known.rtl)


def rendered(fact: Fact, target: str) -> str:
    """A fact as the target language writes it; nothing in it is changed but its script."""
    if fact.kind == "link":
        return fact.text  # a mark beside a link could become a part of it
    text = _written(fact, target)
    if _is_rtl(target) and re.search(rf"[{_LATIN}]|[0-9].*[^0-9].*[0-9]", text):
        return text if fact.kind == "date" else f"{_ISOLATE}{text}{_END}"
    return text


def _written(fact: Fact, target: str) -> str:
    if fact.kind == "date":
        return dates.said_again(fact.text, target) or digits(fact.text)
    if fact.kind == "ordinal":
        return "".join(re.findall("[0-9]", digits(fact.text)))
    if fact.kind in ("name", "person", "product", "acronym", "foreign", "code"):
        return fact.text
    if digits(fact.text) == fact.text:
        return fact.text
    # Digits of the East come with their own separators.
    decimal, thousands = (",", "\u202f") if target == "fr" else (".", ",")
    return digits(fact.text).translate({ord("٫"): decimal, ord("٬"): thousands, ord("٪"): "%"})
