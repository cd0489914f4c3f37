"""The desk's hours as people read them: "Monday to Friday, 08:30 to 16:30", in their language."""

from collections.abc import Iterator
from datetime import time
from itertools import groupby

from babel.dates import format_time, get_day_names

from bot.desk.hours.store import Week
from bot.handoff.hours import parsed
from bot.speech import Speech
from languages.formatting import listed, locale_of

_DAY = 24 * 60
_ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")


def told(week: Week, language: str, speech: Speech) -> str:
    """The hours of a week in one language, days with the same hours together."""
    lines = [listed(list(line), language) for line in _lines(week, language, speech)]
    return " · ".join(lines) or _said(speech, "hours_none", language)


def _lines(week: Week, language: str, speech: Speech) -> Iterator[tuple[str, ...]]:
    names = get_day_names("wide", locale=locale_of(language))
    for spans, days in groupby(range(7), lambda day: tuple(week.get(day, ()))):
        first, *others = [names[day] for day in days]
        if not spans:
            continue
        if others:
            said = _said(speech, "hours_days", language, first=first, last=others[-1])
        else:
            said = _said(speech, "hours_day", language, day=first)
        yield said, *(_span(span, language, speech) for span in spans)


def _span(span: str, language: str, speech: Speech) -> str:
    begin, end = parsed(span)
    if (begin, end) == (0, _DAY):
        return _said(speech, "hours_all_day", language)
    clocks = {"begin": _clock(begin, language), "end": _clock(end, language)}
    return _said(speech, "hours_span", language, **clocks)


def _clock(minute: int, language: str) -> str:
    if minute == _DAY:
        return "24:00"
    return str(format_time(time(*divmod(minute, 60)), "HH:mm", locale=locale_of(language)))


def _said(speech: Speech, key: str, language: str, **words: object) -> str:
    # All of it is in one language: nothing has to be kept from turning the sentence around.
    return str(speech.body(key, language, **words)["text"]).translate(_ISOLATES)
