"""Days as partners write them: ISO, numbers, French, English and Arabic months, Hijri years."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from babel import Locale
from hijridate import Hijri

from catalogue.text import normalise

# The Maghreb and the East have Arabic month names of their own, and CLDR knows them all.
_LOCALES = ("en", "fr", "ar", "ar_MA", "ar_DZ", "ar_TN", "ar_LB", "ar_IQ", "ar_EG")
_HIJRI_MONTHS = (
    ("محرم",), ("صفر",), ("ربيع الأول",), ("ربيع الثاني", "ربيع الآخر"),
    ("جمادى الأولى", "جمادى الأول"), ("جمادى الثانية", "جمادى الآخرة", "جمادى الثاني"),
    ("رجب",), ("شعبان",), ("رمضان",), ("شوال",), ("ذو القعدة", "ذي القعدة"),
    ("ذو الحجة", "ذي الحجة"),
)  # fmt: skip
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{6}Z?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:[T ].*)?")
_WORDED = re.compile(r"(?:\D*\s)?(\d{1,2})(?:er|e|st|nd|rd|th)?\s+([^\d]+?)\s+(\d{4})(?:\s.*)?")
_MONTH_FIRST = re.compile(r"(?:.*\s)?([^\W\d]{3,})\s+(\d{1,2})\s+(\d{4})(?:\s.*)?")
_RFC_2822 = re.compile(r"(?:\w{3}, )?\d{1,2} \w{3} \d{4} \d\d:\d\d.*")
_EPOCH = re.compile(r"\d{10}(\d{3})?")
_HIJRI_YEARS = range(1343, 1501)  # what the Umm al-Qura calendar covers
_YEARS = range(1970, 2100)
_BACK, _ON = timedelta(days=30 * 366), timedelta(days=10 * 366)


def read_day(value: object) -> tuple[date, str | None]:
    """The day that `value` means, and a word on it when it was in another calendar.

    Numbers come day first, as in all countries served here; a moment counts as the day that it is
    where it was written.

    Raises:
        ValueError: it is no day, or one that does not exist.
    """
    if isinstance(value, datetime):
        return value.date(), None
    if isinstance(value, date):
        return value, None
    text = _digits(str(value))
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC).date(), None
    if _RFC_2822.fullmatch(text):
        return parsedate_to_datetime(text).date(), None
    for pattern, order in ((_ISO, (1, 2, 3)), (_COMPACT, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1))):
        if found := pattern.fullmatch(text):
            return _day(*(int(found[at]) for at in order), told=text)
    return _worded(text)


def _worded(text: str) -> tuple[date, str | None]:
    # Commas and Arabic marks do not matter here, hyphens and dots between words neither.
    plain = normalise(text)
    for pattern, order in ((_WORDED, (1, 2, 3)), (_MONTH_FIRST, (2, 1, 3))):
        if found := pattern.fullmatch(plain):
            day, month, year = (found[at] for at in order)
            if month in _hijri_months():
                return _hijri(int(year), _hijri_months()[month], int(day), text)
            if month in _months():
                return _day(int(year), _months()[month], int(day), told=text)
    raise ValueError(f"{text!r} is no day")


def _day(year: int, month: int, day: int, *, told: str) -> tuple[date, str | None]:
    if year in _HIJRI_YEARS:
        return _hijri(year, month, day, told)
    if year not in _YEARS:
        raise ValueError(f"{told!r} is no day of these years")
    try:
        return date(year, month, day), None
    except ValueError:
        raise ValueError(f"{told!r} is a day that does not exist") from None


def _hijri(year: int, month: int, day: int, told: str) -> tuple[date, str]:
    try:
        gregorian = Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        raise ValueError(f"{told!r} is a day that does not exist") from None
    found = date(gregorian.year, gregorian.month, gregorian.day)
    return found, f"{told!r} is a Hijri day, read as {found.isoformat()}"


def _digits(text: str) -> str:
    """Digits of any script as 0 to 9; the mark of the Hijri year and direction marks left out."""
    plain = "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() else c
        for c in text
        if unicodedata.category(c) != "Cf"
    )
    return re.sub(r"\s*(?:هـ|هجري(?:ة)?|AH)\s*$", "", plain.strip()).strip()


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for code in _LOCALES:
        months = Locale.parse(code).months["format"]
        for width in ("wide", "abbreviated"):
            for number, name in months[width].items():
                found.setdefault(normalise(name), number)
    return found


@lru_cache(maxsize=1)
def _hijri_months() -> dict[str, int]:
    return {
        normalise(name): number for number, names in enumerate(_HIJRI_MONTHS, 1) for name in names
    }


def near_day(value: object, today: date) -> tuple[date, str | None]:
    """The same for a day that a listing can have to do with: thirty years back, ten on.

    Raises:
        ValueError: it is no day, does not exist, or is too far away.
    """
    day, note = read_day(value)
    if not today - _BACK <= day <= today + _ON:
        raise ValueError(f"{str(value)!r} is too far from today")
    return day, note
