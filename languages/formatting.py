"""Dates and distances as a language writes them (CLDR, by Babel)."""

from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from languages.profile import get_profile

# Where CLDR's name is not the one that the members of the network use.
_COUNTRIES = {"PS": {"en": "Palestine", "fr": "Palestine", "ar": "فلسطين"}}


_THOUSAND = 1000


@lru_cache(maxsize=16)
def locale_of(language: str) -> Locale:
    """The locale that numbers and dates of a language follow in the profile's country.

    Arabic months differ from country to country: دجنبر in Morocco, ديسمبر in Tunisia. Digits are
    0 to 9 everywhere.
    """
    try:
        return Locale.parse(f"{language}_{get_profile().country}")
    except UnknownLocaleError:
        return Locale.parse("en_GB" if language == "en" else language)


def day(value: date, language: str) -> str:
    """A day: 3 December 2026, 3 décembre 2026, 3 دجنبر 2026."""
    return format_date(value, "long", locale=locale_of(language))


def days(start: date, end: date | None, language: str) -> str:
    """A day or a span of days."""
    if end is None or end == start:
        return day(start, language)
    return str(format_interval(start, end, "yMMMd", locale=locale_of(language)))


def month(value: date, language: str, *, short: bool = False) -> str:
    """A month: November 2026; short: Nov. The whole name in Arabic, which shortens none."""
    skeleton = "LLL" if short and language != "ar" else "LLLL" if short else "LLLL y"
    return format_date(value, skeleton, locale=locale_of(language))


def money(value: float, currency: str, language: str) -> str:
    """An amount without decimals, with the currency's sign or code (ISO 4217)."""
    locale = locale_of(language)
    return format_currency(value, currency, format="#,##0\u00a0¤", locale=locale,
                           currency_digits=False)  # fmt: skip


def number(value: float, language: str) -> str:
    """A number, without needless decimals."""
    return format_decimal(round(value), locale=locale_of(language))


def country(code: str, language: str) -> str:
    """A country's name; the code where CLDR knows none."""
    own = _COUNTRIES.get(code, {}).get(language)
    return own or str(locale_of(language).territories.get(code, code))


def listed(words: list[str], language: str) -> str:
    """Words one after another with the language's comma."""
    return ("، " if language == "ar" else ", ").join(words)


def language_name(code: str, language: str) -> str:
    """The name of a language in another."""
    return str(locale_of(language).languages.get(code, code))


def file_size(size: int, language: str) -> str:
    """A size in bytes: 120 kB, 120 ko, 1,5 Mo."""
    number, unit = max(1.0, round(size / _THOUSAND)), "digital-kilobyte"
    if number >= _THOUSAND:
        number, unit = round(size / _THOUSAND**2, 1), "digital-megabyte"
    return format_unit(number, unit, length="short", locale=locale_of(language))
