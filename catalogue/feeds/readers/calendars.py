"""iCalendar by the library of that name: one event at a time, so that a broken one is one row."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rruleset, rrulestr
from icalendar import Event

from catalogue.feeds.records import Rows, Truncated, Unreadable
from catalogue.feeds.source import Source
from errors import DataError

_BEGIN, _END = "BEGIN:VEVENT", "END:VEVENT"
_MOST_LINES = 5000  # of one event
_READ_HERE = ("begin", "end", "rrule", "exdate", "duration")
_LISTS = ("categories", "resources")


def read(source: Source) -> Rows:
    """Each VEVENT with its line: names in lower case, `dtstart` and `dtend` as days.

    `dtend` is the last day, not the one after it, as iCalendar has it for whole days. An event
    that comes back stands on its next day from today on.

    Raises:
        DataError: it is no calendar.
    """
    seen = False
    for line, block in _blocks(source):
        seen = True
        if block is None:
            yield line, Truncated("the file breaks off in this event")
        else:
            yield line, _row(block, source.today)
    if not seen and not any("BEGIN:VCALENDAR" in text for text in source.lines()):
        raise DataError("no iCalendar")


def _blocks(source: Source) -> Iterator[tuple[int, str | None]]:
    start, kept = 0, []
    for number, line in enumerate(source.lines(), 1):
        word = line.strip().upper()
        if word == _BEGIN:
            start, kept = number, [line]
        elif start:
            kept.append(line)
            if word == _END or len(kept) > _MOST_LINES:
                yield start, "".join(kept)
                start, kept = 0, []
    if start:
        yield start, None


def _row(block: str, today: date) -> dict[str, Any] | Unreadable:
    try:
        event = Event.from_ical(block)
        row = {str(name).lower(): _plain(name, value) for name, value in event.property_items()}
        row = {name: value for name, value in row.items() if name not in _READ_HERE}
        return row | _days(event, today)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        return Unreadable(f"no event: {str(error)[:200]}")


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401 - icalendar's own types
    if isinstance(value, list):
        return [_plain(name, one) for one in value]
    if name.lower() in _LISTS and hasattr(value, "cats"):
        return [str(one) for one in value.cats]
    if hasattr(value, "dt"):
        return str(value.dt)
    return str(value)


def _days(event: Any, today: date) -> dict[str, Any]:  # noqa: ANN401
    start = event.get("dtstart")
    if start is None:
        return {}
    first, whole_days = start.dt, not isinstance(start.dt, datetime)
    end = event.get("dtend")
    length = (end.dt - first) if end else event.get("duration", _Nothing).dt
    first = _next(event, first, today)
    last = first + length
    if whole_days and length:
        last -= timedelta(days=1)
    elif not whole_days and length and last.time() == time.min:
        last -= timedelta(seconds=1)  # until midnight is that evening
    return {"dtstart": _day(first), "dtend": _day(last)}


class _Nothing:
    dt = timedelta(0)


def _next(event: Any, first: Any, today: date) -> Any:  # noqa: ANN401
    """The first moment or day of the event from `today` on; its own first when it comes once."""
    rule = event.get("rrule")
    if rule is None:
        return first
    naive = _naive(first)
    days = rruleset()
    for one in rule if isinstance(rule, list) else [rule]:
        days.rrule(rrulestr(_local(one), dtstart=naive))
    for left_out in _left_out(event):
        days.exdate(left_out)
    found = days.after(datetime.combine(today, time.min), inc=True)
    if found is None:
        return first
    return found if isinstance(first, datetime) else found.date()


def _local(rule: Any) -> str:  # noqa: ANN401
    # The end of the rule in the same clock as its beginning, which has no zone here.
    return ";".join(
        part.rstrip("Z") if part.startswith("UNTIL=") else part
        for part in str(rule.to_ical().decode()).split(";")
    )


def _left_out(event: Any) -> Iterator[datetime]:  # noqa: ANN401
    told = event.get("exdate", [])
    for one in told if isinstance(told, list) else [told]:
        yield from (_naive(day.dt) for day in one.dts)


def _naive(moment: date) -> datetime:
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None)
    return datetime.combine(moment, time.min)


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
