"""What the listings seen so far tell of the labour market: counted, never guessed.

Every offer that was ever imported counts in the month it was posted, also when it has gone since;
a copy of another offer does not. What rests on too few offers is left out.
"""

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from catalogue.models import Kind, Listing, Place
from catalogue.reading.copies import HIDDEN
from catalogue.skills import asked

LEAST = 5  # offers below which there is neither a trend nor a typical pay
PERIOD = timedelta(days=90)
_MONTHS = 6  # of the picture
_NEWEST = 2000  # offers whose pay is looked at
_READ = 400  # of these, offers whose texts are read for skills
_AT_ONCE = 500  # ids of one query
_TOP = 5
_ASKED_LEAST = 3


@dataclass(frozen=True, slots=True)
class Question:
    """Which part of the market. `isco`: four-digit groups, () for all work; `place`: None, all."""

    isco: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Pay:
    """The middle of the pay that offers state, a month, and how many of them state it."""

    median: float
    currency: str
    offers: int


@dataclass(frozen=True, slots=True)
class Market:
    """The figures. `total` offers were seen since the day `since`; `open` show today.

    `change`: percent against the period before, None where either has too few. `months`: first
    days and offers, the oldest first. `top`: ISCO groups and offers, for a question about all
    work. `skills`: keys and offers that ask for them, out of `read`.
    """

    total: int
    open: int
    since: datetime | None
    change: int | None
    months: Sequence[tuple[datetime, int]]
    top: Sequence[tuple[str, int]]
    pay: Pay | None
    skills: Sequence[tuple[str, int]]
    read: int
    demo: bool


def market(session: Session, question: Question, now: datetime) -> Market:
    """The figures that answer a question, as of `now` (aware).

    The counts are one walk through an index; rows themselves are read of the newest offers alone.
    """
    where = offers_of(question)
    days = _days(session, where, now, isco=bool(question.isco))
    newest = _newest(session, where)
    skills, read = _skills(session, [row.id for row in newest[:_READ]])
    since = min(days, default=None)
    return Market(
        total=sum(day.posted for day in days.values()),
        open=sum(day.open for day in days.values()),
        since=since,
        change=_change(days, now, since),
        months=_by_month(days, now),
        top=[] if question.isco else _top(session, where),
        pay=_pay(newest),
        skills=skills,
        read=read,
        demo=any(row.demo for row in newest),
    )


def offers_of(question: Question) -> list[ColumnElement[bool]]:
    """Which listings a question is about."""
    where = [Listing.kind == Kind.OFFER.value, Listing.visible_until != HIDDEN]
    if question.isco:
        where.append(Listing.isco.in_(question.isco))
    place = question.place
    if place is not None:
        here = Listing.country == place.country
        where.append(here if place.kind == "country" else Listing.place_id == place.id)
    return where


@dataclass(frozen=True, slots=True)
class _Day:
    """Offers that were posted at one moment, mostly a midnight, and those of them still open."""

    posted: int
    open: int


def _days(
    session: Session, where: Sequence[ColumnElement[bool]], now: datetime, *, isco: bool
) -> dict[datetime, _Day]:
    still = func.sum(case((Listing.visible_until > now, 1), else_=0))
    # By group first where groups are asked for: so the index is ordered, and nothing is sorted.
    by = [Listing.isco, Listing.posted_at] if isco else [Listing.posted_at]
    counted = select(Listing.posted_at, func.count(), still).where(*where).group_by(*by)
    days: dict[datetime, _Day] = {}
    for posted_at, posted, open_ in session.execute(counted):
        before = days.get(posted_at, _Day(0, 0))
        days[posted_at] = _Day(before.posted + posted, before.open + int(open_))
    return days


def _between(days: Mapping[datetime, _Day], start: datetime, end: datetime) -> int:
    return sum(day.posted for at, day in days.items() if start <= at < end)


def _change(days: Mapping[datetime, _Day], now: datetime, since: datetime | None) -> int | None:
    """Percent of the last period against the one before, where both were seen whole."""
    if since is None or since > now - 2 * PERIOD:
        return None
    later = _between(days, now - PERIOD, now)
    earlier = _between(days, now - 2 * PERIOD, now - PERIOD)
    return round(100 * (later - earlier) / earlier) if min(later, earlier) >= LEAST else None


def _by_month(days: Mapping[datetime, _Day], now: datetime) -> list[tuple[datetime, int]]:
    start = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = [(start, now)]
    while len(months) < _MONTHS:
        before = (start - timedelta(days=1)).replace(day=1)
        months.append((before, start))
        start = before
    counted = [(first, _between(days, first, end)) for first, end in reversed(months)]
    while counted and not counted[0][1]:
        counted.pop(0)
    return counted


def _top(session: Session, where: Sequence[ColumnElement[bool]]) -> list[tuple[str, int]]:
    many = func.count()
    ranked = (
        select(Listing.isco, many)
        .where(*where, Listing.isco.is_not(None))
        .group_by(Listing.isco)
        .order_by(many.desc(), Listing.isco)
        .limit(_TOP)
    )
    return [(isco, count) for isco, count in session.execute(ranked) if isco]


@dataclass(frozen=True, slots=True)
class _New:
    id: int
    demo: bool
    currency: str | None
    pay: float | None


def _newest(session: Session, where: Sequence[ColumnElement[bool]]) -> list[_New]:
    """The newest offers, the newest first."""
    # The ids come from the index alone: joined at once, every row in question would be read.
    latest = select(Listing.id).where(*where).order_by(Listing.posted_at.desc(), Listing.id.desc())
    ids = session.scalars(latest.limit(_NEWEST)).all()
    columns = (Listing.id, Listing.demo, Listing.salary_currency, Listing.salary_monthly)
    rows = {row.id: _New(*row) for row in _of(session, ids, *columns)}
    return [rows[number] for number in ids if number in rows]


def _of(session: Session, ids: Sequence[int], *columns: Any) -> Iterator[Any]:  # noqa: ANN401
    """Columns of the listings of these ids, in any order."""
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        yield from session.execute(select(*columns).where(Listing.id.in_(some)))


def _pay(newest: Sequence[_New]) -> Pay | None:
    """Of the currency most offers use: amounts of two currencies have no middle."""
    told = [(row.currency, float(row.pay)) for row in newest if row.currency and row.pay]
    if not told:
        return None
    currency, count = Counter(currency for currency, _ in told).most_common(1)[0]
    if count < LEAST:
        return None
    return Pay(statistics.median(pay for own, pay in told if own == currency), currency, count)


def _skills(session: Session, ids: Sequence[int]) -> tuple[list[tuple[str, int]], int]:
    rows = list(_of(session, ids, Listing.titles, Listing.summary))
    counted = Counter(
        skill
        for titles, summary in rows
        for skill in asked(" ".join(map(str, (*titles.values(), *summary.values()))))
    )
    # Of as many, always the same first, whatever order the rows came in.
    ranked = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return [one for one in ranked[:3] if one[1] >= _ASKED_LEAST], len(rows)
