"""The form in which free times are offered, and what is wrong with one."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, Field

from bot.desk.appointments.slots import HOW, LENGTHS, WEEKS, Offer
from languages.registry import get_languages
from store.base import now

Short = Annotated[str, Field(max_length=120)]
_FURTHEST = timedelta(days=366)


class OfferForm(BaseModel):
    """What a browser sends; `who` is the account that offers."""

    day: Short = ""
    begin: Short = ""
    end: Short = ""
    minutes: Short = "30"
    weeks: Short = "1"
    how: Short = "office"
    place: Short = ""
    link: Annotated[str, Field(max_length=500)] = ""
    who: Short = ""
    languages: list[str] = []

    def offer(self, *, named: bool) -> Offer | str:
        """What the form says, or the key of what is wrong with it."""
        first, begin, end = day(self.day), _clock(self.begin), _clock(self.end)
        if first is None or begin is None or end is None:
            return "appointments_wrong_day"
        minutes, weeks = (int(one) if one.isdecimal() else 0 for one in (self.minutes, self.weeks))
        if minutes not in LENGTHS or weeks not in WEEKS or self.how not in HOW:
            return "appointments_wrong_day"
        length = datetime.combine(first, end) - datetime.combine(first, begin)
        if length < timedelta(minutes=minutes):
            return "appointments_wrong_end"
        link = self.link.strip() if self.how == "video" else None
        if link is not None and not _is_link(link):
            return "appointments_wrong_link"
        place = self.place.strip() if self.how == "office" else ""
        known = [code for code in self.languages if code in get_languages()]
        return Offer(first, begin, end, minutes, weeks, self.how, place or None, known, link, named)


def day(text: str) -> date | None:
    """A day within a year of today; None for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if abs(found - now().date()) < _FURTHEST else None


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    plain = text.isprintable() and not any(sign.isspace() for sign in text)
    return plain and parts.scheme in {"https", "http"} and bool(parts.hostname)
