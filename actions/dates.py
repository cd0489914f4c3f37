"""Days that people mean by "next month", "jusqu'au 15 mars", «الأسبوع الجاي»: first and last.

Words of everyday, Darija among them, stand in data/lexicon/dates.yml; days written out are read by
`actions.days`; and either may be the end, or one of two ends, of a span.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from actions.days import Window, day_or_days
from actions.lexicon import Lexicon, lexicon

_SOON_DAYS = 14
_SUNDAY = 6
_SATURDAY = 5
_WEEK = 7
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(
    r"^(?:du|de|entre(?: le)?|from|between|من|بين|mn|bin)\s+(?P<start>.+?)"
    r"\s+(?:au|à|et(?: le)?|to|until|till|and|-|إلى|الى|حتى|و|l|7ta l?)\s+(?P<end>.+)$"
)
_UNTIL = re.compile(
    r"^(?:jusqu['’]\s?(?:au|à|en)|jusque|jusqu|avant(?: le| la)?|d['’]ici(?: le| la| à)?"
    r"|until|till|til|before|by|up to|no later than|حتى|إلى غاية|الى غاية|إلى|قبل|7ta l?|hta l?"
    r"|9bel)\s+(?P<rest>.+)$"
)
_SINCE = re.compile(
    r"^(?:à partir (?:du|de(?: la)?|d['’])|a partir (?:du|de)|dès(?: le| la)?|des le|après(?: le)?"
    r"|from|after|since|starting(?: from| on)?|as of|ابتداء من|ابتداءً من|انطلاقا من|بداية من|من|بعد"
    r"|men|mn)\s+(?P<rest>.+)$"
)


def window(words: str, today: date) -> Window | None:
    """First and last day that the words mean, both included; None when they say no date.

    The last day is None when there is none: "à partir du 15 mars". `today` is the day where the
    person is.
    """
    said = " ".join(words.casefold().split())
    return _everyday_name(words, today) or _span(said, today) or _one(words, today)


def _everyday_name(words: str, today: date) -> Window | None:
    """By the whole of the words: "après le 12" is no everyday name, "après-demain" is."""
    name = lexicon("dates").exactly(words)
    return _named_days(name, today) if name else None


def _span(said: str, today: date) -> Window | None:
    if match := _SPAN.match(said):
        # "du 5 au 20 mars": the month of the end is that of the start.
        end = _one(match["end"], today)
        start = _one(match["start"], today) or _same_month(match["start"], end, today)
        if start and end and end[1] and start[0] <= end[1]:
            return max(start[0], today), end[1]
    if match := _UNTIL.match(said):
        end = _one(match["rest"], today)
        return (today, end[1]) if end and end[1] else None
    if match := _SINCE.match(said):
        start = _one(match["rest"], today)
        return (max(start[0], today), None) if start else None
    return None


def _same_month(words: str, end: Window | None, today: date) -> Window | None:
    number = re.sub(r"\D", "", words)
    if end is None or end[1] is None or not number or not 1 <= int(number) <= end[1].day:
        return None
    return max(end[1].replace(day=int(number)), today), end[1]


def _one(words: str, today: date) -> Window | None:
    """One day or a named span of days, the everyday name first where no number says more."""
    known = lexicon("dates")
    name = known.exactly(words) or (None if _has_number(words) else known.within(words))
    if name:
        return _named_days(name, today)
    days = day_or_days(words, today) or _in_month(known, words, today)
    return None if days is None or (days[1] or days[0]) < today else (max(days[0], today), days[1])


def _has_number(words: str) -> bool:
    return any(character.isdigit() for character in words)


def _in_month(known: Lexicon, words: str, today: date) -> Window | None:
    name = known.within(words)
    return _named_days(name, today) if name else None


def _named_days(name: str, today: date) -> Window:
    return _month(today, int(name)) if name.isdigit() else _NAMED[name](today)


def _month(today: date, month: int) -> Window:
    year = today.year + (month < today.month)
    first = date(year, month, 1)
    return max(first, today), first.replace(day=monthrange(year, month)[1])


def _this_week(today: date) -> Window:
    return today, today + timedelta(days=_SUNDAY - today.weekday())


def _next_week(today: date) -> Window:
    monday = today + timedelta(days=7 - today.weekday())
    return monday, monday + timedelta(days=6)


def _weekend(today: date) -> Window:
    saturday = today + timedelta(days=max(0, _SATURDAY - today.weekday()))
    return saturday, saturday + timedelta(days=_SUNDAY - saturday.weekday())


def _next_month(today: date) -> Window:
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _weekday(number: int) -> Callable[[date], Window]:
    def next_one(today: date) -> Window:
        day = today + timedelta(days=(number - today.weekday()) % _WEEK)
        return day, day

    return next_one


_NAMED: dict[str, Callable[[date], Window]] = {
    "today": lambda today: (today, today),
    "day_after_tomorrow": lambda today: (today + timedelta(days=2), today + timedelta(days=2)),
    "tomorrow": lambda today: (today + timedelta(days=1), today + timedelta(days=1)),
    "this_week": _this_week,
    "next_week": _next_week,
    "this_weekend": _weekend,
    "this_month": lambda today: _month(today, today.month),
    "next_month": _next_month,
    "soon": lambda today: (today, today + timedelta(days=_SOON_DAYS)),
} | {day: _weekday(number) for number, day in enumerate(_WEEKDAYS)}
