"""Days written out, "le 15 mars", "vendredi", "dans deux semaines", «15 دجنبر», by dateparser.

It knows the standard words of the three languages. Months as the Maghreb and Darija name them, and
Arabic digits, are put into words that it knows first.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from dateparser.date import DateDataParser

from actions.lexicon import lexicon

Window = tuple[date, date | None]
_LANGUAGES = ["fr", "en", "ar"]
_ENGLISH = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_LONGEST = 60
_A_DAY = re.compile(r"^(?:le|the|on the|يوم)?\s*(\d{1,2})(?:er|st|nd|rd|th)?$")
_LEADING = re.compile(r"^(?:on|le|la|the|يوم|نهار|nhar|في|ف|f|dès|au|du|ce|this)\s+")
_DAYS_OF_A_WEEK = 7
_NOON = time(12)  # the hour of today: what is counted from today has it, a day of the calendar not
_AHEAD = re.compile(
    r"\b(?:dans|in|within|next|coming|prochaine?s?|demain|tomorrow|today|from now)\b|بعد|خلال|غدا"
)


def day_or_days(words: str, today: date) -> Window | None:
    """First and last day that the words mean, both included; None when they say none."""
    text = _known_words(words[:_LONGEST])
    numbered = _A_DAY.match(text)
    if numbered:
        return None if text.isdigit() else _of_month(int(numbered[1]), today)
    found = _parser(today).get_date_data(text)
    if found.date_obj is None or found.period not in ("day", "week", "month"):
        return None
    if found.date_obj.time() == _NOON and not _AHEAD.search(text):
        return None  # so long, not when: "un jour", "2 weeks"
    return _whole(found.date_obj.date(), found.period)


def _whole(day: date, period: str) -> Window:
    if period == "month":
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    if period == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=_DAYS_OF_A_WEEK - 1)
    return day, day


def _of_month(number: int, today: date) -> Window | None:
    """The next day of that number: "le 5", said on the 10th, is the 5th of next month."""
    first = today.replace(day=1)
    for _ in range(3):
        last = monthrange(first.year, first.month)[1]
        if 1 <= number <= last and first.replace(day=number) >= today:
            return first.replace(day=number), first.replace(day=number)
        first = (first + timedelta(days=last)).replace(day=1)
    return None


def _known_words(words: str) -> str:
    text = " ".join(unicodedata.normalize("NFKC", words).casefold().split())
    text = "".join(
        str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in text
    )
    text = text if _A_DAY.match(text) else _LEADING.sub("", text)
    return " ".join(_month_in_english(word) for word in text.split())


def _month_in_english(word: str) -> str:
    name = lexicon("dates").exactly(word)
    return _ENGLISH[int(name) - 1] if name and name.isdigit() else word


@lru_cache(maxsize=4)
def _parser(today: date) -> DateDataParser:
    # Made once a day: it remembers what it has made of its languages, which takes a third of a
    # second the first time. A day of the week, or one without a year, is one to come.
    settings = {
        "RELATIVE_BASE": datetime.combine(today, _NOON),
        "PREFER_DATES_FROM": "future",
        "DATE_ORDER": "DMY",
        "PREFER_LOCALE_DATE_ORDER": False,
        "RETURN_TIME_AS_PERIOD": False,
    }
    return DateDataParser(languages=_LANGUAGES, settings=settings)
