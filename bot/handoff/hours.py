"""When the desk is open: hours of each weekday and holidays, in the deployment's time zone."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from languages.profile import Profile

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LOOK_AHEAD = 60  # days
_NOON, _DAY = 12 * 60, 24 * 60  # minutes

Spans = Sequence[tuple[int, int]]
"""Begin and end of each span of a day, in minutes after midnight."""


class Hours:
    """The opening hours.

    Args:
        zone: the deployment's time zone.
        opening: the spans of each weekday, 0 is Monday; None is always open.
        holidays: days on which nobody is there.
    """

    def __init__(
        self, zone: ZoneInfo, opening: Mapping[int, Spans] | None, holidays: Collection[date] = ()
    ) -> None:
        self.zone = zone
        self._opening = opening
        self._holidays = frozenset(holidays)

    @classmethod
    def of(cls, profile: Profile) -> Self:
        """The hours that a profile tells."""
        desk = profile.desk
        opening = None
        if desk.opening is not None:
            opening = {
                DAYS.index(day): [parsed(span) for span in spans]
                for day, spans in desk.opening.items()
            }
        return cls(ZoneInfo(profile.timezone), opening, desk.holidays)

    def is_open(self, moment: datetime) -> bool:
        """Whether counsellors work at a moment (aware)."""
        local = moment.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(begin <= minute < end for begin, end in self._spans(local.date()))

    def opens_at(self, moment: datetime) -> datetime | None:
        """The first moment from `moment` on at which the desk is open; None within two months."""
        return self._first(moment, 0, _DAY)

    def next_part(self, moment: datetime, part: str) -> datetime | None:
        """From when somebody can be called: `first` (as soon as it opens), `morning`, `afternoon`.

        A day without hours in that part is passed over; None within two months.
        """
        bounds = {"morning": (0, _NOON), "afternoon": (_NOON, _DAY)}.get(part, (0, _DAY))
        return self._first(moment, *bounds)

    def _first(self, moment: datetime, begins: int, ends: int) -> datetime | None:
        local = moment.astimezone(self.zone)
        for ahead in range(_LOOK_AHEAD):
            day = local.date() + timedelta(days=ahead)
            for begin, end in self._spans(day):
                first, last = max(begin, begins), min(end, ends)
                at = max(self._at(day, first), moment)
                if first < last and at < self._at(day, last):
                    return at
        return None

    def _at(self, day: date, minute: int) -> datetime:
        # By the wall clock, also on the days when it is moved.
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return midnight + timedelta(minutes=minute)

    def _spans(self, day: date) -> Spans:
        if self._opening is None:
            return [(0, _DAY)]
        return [] if day in self._holidays else self._opening.get(day.weekday(), [])


def parsed(span: str) -> tuple[int, int]:
    """A span such as 08:30-16:30, as minutes after midnight."""
    begin, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in span.split("-"))
    return begin, end
