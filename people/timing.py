"""When somebody may be written to unasked: their hour, outside the quiet ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

MORNING, EVENING = 9, 18
_EVERY = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Clock:
    """The deployment's day.

    Attributes:
        zone: its time zone.
        quiet_from, quiet_until: hours (0 to 23) between which nobody is written to unasked; the
            same hour twice means that none are quiet.
    """

    zone: ZoneInfo
    quiet_from: int = 21
    quiet_until: int = 8

    @property
    def morning(self) -> int:
        """The hour at which alerts go out unless somebody wants another."""
        return self._allowed(MORNING)

    @property
    def evening(self) -> int:
        """The later hour that people may choose."""
        return self._allowed(EVENING)

    def is_quiet(self, moment: datetime) -> bool:
        """Whether nobody is written to unasked at `moment`."""
        return self._quiet(moment.astimezone(self.zone).hour)

    def following(self, every: str, hour: int, after: datetime) -> datetime:
        """The next time for an alert: at `hour`, at least twelve hours later, a week if weekly."""
        local = after.astimezone(self.zone)
        at = local.replace(hour=self._allowed(hour), minute=0, second=0, microsecond=0)
        at += _EVERY[every]
        # By the wall clock: a change of the clocks moves nobody's hour.
        return at if at - local >= timedelta(hours=12) else at + timedelta(days=1)

    def _quiet(self, hour: int) -> bool:
        start, end = self.quiet_from, self.quiet_until
        return start <= hour < end if start <= end else hour >= start or hour < end

    def _allowed(self, hour: int) -> int:
        return self.quiet_until if self._quiet(hour) else hour
