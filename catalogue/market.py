"""What the listings seen so far tell of the labour market: counted, never guessed.

Every offer that was ever imported counts in the month it was posted, also when it has gone since;
a copy of another offer does not. What rests on too few offers is left out.
"""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from catalogue.models import Kind, Listing, Place
from catalogue.reading.copies import HIDDEN
from catalogue.skills import asked

LEAST = 5  # offers below which there is neither a trend nor a typical pay
PERIOD = timedelta(days=90)
_MONTHS = 6  # of the picture
_READ = 400  # newest offers whose texts are read for skills
_PAYS = 2000  # newest offers whose pay is looked at
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
    """The figures that answer a question, as of `now` (aware)."""
    where = _where(question)
    total, since, demo = session.execute(
        select(func.count(), func.min(Listing.posted_at), func.max(Listing.demo)
               if session.get_bind().dialect.name == "sqlite" else func.bool_or(Listing.demo))
        .where(*where)
    ).one()  # fmt: skip
    shown = select(func.count()).where(*where, Listing.visible_until > now)
    skills, read = _skills(session, where)
    return Market(
        total=total,
        open=session.scalar(shown) or 0,
        since=since,
        change=_change(session, where, now, since),
        months=_by_month(session, where, now),
        top=[] if question.isco else _top(session, where),
        pay=_pay(session, where),
        skills=skills,
        read=read,
        demo=bool(demo),
    )


def _where(question: Question) -> list[ColumnElement[bool]]:
    where = [Listing.kind == Kind.OFFER.value, Listing.visible_until != HIDDEN]
    if question.isco:
        where.append(Listing.isco.in_(question.isco))
    place = question.place
    if place is not None:
        here = Listing.country == place.country
        where.append(here if place.kind == "country" else Listing.place_id == place.id)
    return where


def _between(
    session: Session, where: Sequence[ColumnElement[bool]], start: datetime, end: datetime
) -> int:
    posted = Listing.posted_at
    counted = select(func.count()).where(*where, posted >= start, posted < end)
    return session.scalar(counted) or 0


def _change(
    session: Session,
    where: Sequence[ColumnElement[bool]],
    now: datetime,
    since: datetime | None,
) -> int | None:
    """Percent of the last period against the one before, where both were seen whole."""
    if since is None or since > now - 2 * PERIOD:
        return None
    later = _between(session, where, now - PERIOD, now)
    earlier = _between(session, where, now - 2 * PERIOD, now - PERIOD)
    return round(100 * (later - earlier) / earlier) if min(later, earlier) >= LEAST else None


def _by_month(
    session: Session, where: Sequence[ColumnElement[bool]], now: datetime
) -> list[tuple[datetime, int]]:
    start = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = [(start, now)]
    while len(months) < _MONTHS:
        before = (start - timedelta(days=1)).replace(day=1)
        months.append((before, start))
        start = before
    counted = [(first, _between(session, where, first, end)) for first, end in reversed(months)]
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


def _pay(session: Session, where: Sequence[ColumnElement[bool]]) -> Pay | None:
    """Of the currency most offers use: amounts of two currencies have no middle."""
    told = (
        select(Listing.salary_currency, Listing.salary_monthly)
        .where(*where, Listing.salary_monthly.is_not(None), Listing.salary_currency.is_not(None))
        .order_by(Listing.posted_at.desc())
        .limit(_PAYS)
    )
    rows = [(str(currency), float(pay or 0)) for currency, pay in session.execute(told)]
    if not rows:
        return None
    currency, count = Counter(currency for currency, _ in rows).most_common(1)[0]
    if count < LEAST:
        return None
    return Pay(statistics.median(pay for own, pay in rows if own == currency), currency, count)


def _skills(
    session: Session, where: Sequence[ColumnElement[bool]]
) -> tuple[list[tuple[str, int]], int]:
    newest = select(Listing.titles, Listing.summary).where(*where)
    rows = session.execute(newest.order_by(Listing.posted_at.desc()).limit(_READ)).all()
    counted = Counter(
        skill
        for titles, summary in rows
        for skill in asked(" ".join(map(str, (*titles.values(), *summary.values()))))
    )
    often = [(skill, count) for skill, count in counted.most_common(3) if count >= _ASKED_LEAST]
    return often, len(rows)
