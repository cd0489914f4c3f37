"""Hours and holidays as they are kept: the console's, else those of profile.yml."""

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.desk.audit import trail
from bot.desk.audit.trail import Actor
from bot.desk.hours.models import DeskDay, Holiday
from bot.handoff.hours import DAYS, Hours, parsed
from languages.profile import Profile

Week = Mapping[int, Sequence[str]]
"""The spans of each weekday, 0 is Monday: "08:30-16:30"."""


def kept(session: Session) -> Week | None:
    """The hours that were set in the console; None: those of the profile count."""
    rows = session.scalars(select(DeskDay)).all()
    return {row.weekday: row.spans for row in rows} if rows else None


def week(session: Session, profile: Profile) -> Week | None:
    """The hours that count; None: always open."""
    set_here = kept(session)
    if set_here is not None or profile.desk.opening is None:
        return set_here
    return {DAYS.index(day): spans for day, spans in profile.desk.opening.items()}


def holidays(session: Session) -> list[Holiday]:
    """The holidays that were set in the console, in order."""
    return list(session.scalars(select(Holiday).order_by(Holiday.day)))


def closed_days(session: Session, profile: Profile) -> set[date]:
    """Every holiday, the profile's included."""
    return {*profile.desk.holidays, *(row.day for row in holidays(session))}


def hours(session: Session, profile: Profile) -> Hours:
    """The opening hours that count."""
    spans = week(session, profile)
    opening = None if spans is None else {n: [parsed(one) for one in spans[n]] for n in spans}
    return Hours(ZoneInfo(profile.timezone), opening, closed_days(session, profile))


def save_week(session: Session, actor: Actor, spans: Week) -> None:
    """Set the hours of all seven days; a day without any is closed."""
    session.execute(delete(DeskDay))
    session.add_all(DeskDay(weekday=n, spans=list(spans.get(n, ()))) for n in range(7))
    trail.record(session, actor, "hours.save", None)
    session.flush()


def forget_week(session: Session, actor: Actor) -> None:
    """Go back to the hours of the profile."""
    session.execute(delete(DeskDay))
    trail.record(session, actor, "hours.reset", None)


def add_holiday(session: Session, actor: Actor, day: date, name: str) -> None:
    """Close the desk on a day; its name may be changed by giving it again."""
    row = session.get(Holiday, day) or Holiday(day=day)
    row.name = name[:80]
    session.add(row)
    trail.record(session, actor, "hours.holiday", ("day", day.isoformat()))
    session.flush()


def drop_holiday(session: Session, actor: Actor, day: date) -> bool:
    """Work on a day again; whether it was a holiday."""
    row = session.get(Holiday, day)
    if row is None:
        return False
    session.delete(row)
    trail.record(session, actor, "hours.workday", ("day", day.isoformat()))
    session.flush()
    return True
