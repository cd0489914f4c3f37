"""Days that people mean by "next month", "cette semaine", "في مارس"."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from actions.lexicon import Lexicon, lexicon

Window = tuple[date, date]
_SOON_DAYS = 14
_SUNDAY = 6
_SATURDAY = 5


def window(words: str, today: date) -> Window | None:
    """First and last day that the words mean, both included; None when they say no date."""
    name = _named(lexicon("dates"), words)
    if name is None:
        return None
    return _month(today, int(name)) if name.isdigit() else _NAMED[name](today)


def _named(known: Lexicon, words: str) -> str | None:
    return known.exactly(words) or known.within(words)


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


_NAMED: dict[str, Callable[[date], Window]] = {
    "today": lambda today: (today, today),
    "tomorrow": lambda today: (today + timedelta(days=1), today + timedelta(days=1)),
    "this_week": _this_week,
    "next_week": _next_week,
    "this_weekend": _weekend,
    "this_month": lambda today: _month(today, today.month),
    "next_month": _next_month,
    "soon": lambda today: (today, today + timedelta(days=_SOON_DAYS)),
}
