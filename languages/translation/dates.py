"""Dates in words: found by the months' names in CLDR, said again in another language."""

import re
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import format_skeleton, get_month_names

from languages.formatting import day, locale_of

# Arabic months differ between the Maghreb, Egypt and the Levant.
_LOCALES = ("en", "fr", "ar", "ar_MA", "ar_TN", "ar_DZ", "ar_LB", "ar_SA")
_DIGIT = "[0-9٠-٩]"
_LEAP_YEAR = 2024  # holds every day that a date without a year may name


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    return {
        name.lower(): number
        for code in _LOCALES
        for context in ("format", "stand-alone")
        for number, name in get_month_names("wide", context, Locale.parse(code)).items()
    }


@lru_cache(maxsize=1)
def pattern() -> str:
    """A regular expression for 3 December 2026, 1er décembre, December 3rd, 2026, ديسمبر 2026."""
    month = "|".join(map(re.escape, sorted(_months(), key=len, reverse=True)))
    month = f"(?i:{month})"
    number = f"{_DIGIT}{{1,2}}(?:er|st|nd|rd|th)?"
    year = f"{_DIGIT}{{4}}"
    return (
        rf"(?<!\w)(?:{number}\s+(?:of\s+)?{month}(?:,?\s+{year})?"
        rf"|{month}\s+{number}(?:,?\s+{year})?|{month}\s+{year})(?!\w)"
    )


def said_again(text: str, language: str) -> str | None:
    """A date that `pattern` found, in another language; None when no calendar has it."""
    numbers = re.findall(f"{_DIGIT}+", text)
    month = next((n for name, n in _longest_first() if name in text.lower()), None)
    if month is None:
        return None
    year = next((int(n) for n in numbers if len(n) > len("31")), None)
    number = next((int(n) for n in numbers if len(n) <= len("31")), None)
    try:
        found = date(year or _LEAP_YEAR, month, number or 1)
    except ValueError:
        return None
    if year and number:
        return day(found, language)
    return str(format_skeleton("yMMMM" if year else "MMMMd", found, locale=locale_of(language)))


def _longest_first() -> list[tuple[str, int]]:
    return sorted(_months().items(), key=lambda pair: -len(pair[0]))
