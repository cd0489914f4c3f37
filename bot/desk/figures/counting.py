"""Counts by week, in one walk through the messages and one through the hand-offs.

One person in one week is one conversation, however many messages it had: so nobody who writes much
weighs more, and a week is never told by a single person.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Case, ColumnElement, and_, case, distinct, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.desk.quality.outcomes import FollowedUp, followed_up
from bot.doubts import FALLBACK
from bot.followups.asking import DAYS
from bot.handoff.models import Handoff
from bot.models import IncomingRow
from people.models import Contact

_SUBJECTS = {
    "offers": ("search_offers",),
    "trainings": ("search_trainings",),
    "events": ("search_events",),
    "market": ("ask_labour_market",),
    "guidance": ("ask_orientation", "tell_profile"),
    "alerts": ("subscribe_alert", "list_alerts", "stop_alert", "save_item", "list_saved"),
    "counsellor": ("talk_to_human", "book_appointment"),
    "distress": ("express_distress",),
    "scam": ("check_scam",),
    "data": ("my_data", "delete_my_data"),
    "beyond": ("out_of_scope",),
}
SUBJECTS = (*_SUBJECTS, "questions")
"""What conversations are about; `questions` are those of the FAQ."""


@dataclass(slots=True)
class Week:
    """What happened in the week that begins on `start`, a Monday.

    `conversations`, of which `handed` asked for a counsellor; `messages` that the dialogue was
    asked about, of which `unanswered` were not understood or failed; `rated` conversations with a
    counsellor, of which `helped` did.
    """

    start: date
    conversations: int = 0
    handed: int = 0
    messages: int = 0
    unanswered: int = 0
    rated: int = 0
    helped: int = 0


@dataclass(slots=True)
class Counted:
    """The counts of some weeks; the mappings tell conversations, `reasons` and `topics` hand-offs.

    `since`: the beginning of the first week.
    """

    weeks: list[Week]
    since: datetime
    languages: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    subjects: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    followed: Sequence[FollowedUp] = ()


def count(session: Session, weeks: int, today: date, zone: ZoneInfo) -> Counted:
    """The last `weeks` weeks, the present one last and not over yet."""
    monday = today - timedelta(days=today.weekday())
    starts = [monday - timedelta(weeks=ago) for ago in range(weeks - 1, -1, -1)]
    edges = [_midnight(day, zone) for day in (*starts, monday + timedelta(weeks=1))]
    counted = Counted([Week(start) for start in starts], edges[0])
    of_period = _messages(session, edges)
    _conversations(session, counted, edges, of_period)
    _subjects(session, counted, edges, of_period)
    _handoffs(session, counted, edges)
    counted.followed = [followed_up(session, day, edges[0]) for day in DAYS]
    return counted


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _week(column: InstrumentedAttribute[Any], edges: Sequence[datetime]) -> Case[Any]:
    """Which week a moment belongs to, counted from the first one."""
    return case(*((column < end, number) for number, end in enumerate(edges[1:])))


def _within(column: InstrumentedAttribute[Any], edges: Sequence[datetime]) -> Any:  # noqa: ANN401
    return and_(column >= edges[0], column < edges[-1])


def _messages(session: Session, edges: Sequence[datetime]) -> ColumnElement[bool]:
    """Which messages are of the period. They are numbered as they come: older ones are not read."""
    before = select(IncomingRow.id).where(IncomingRow.received_at < edges[0])
    last = session.scalar(before.order_by(IncomingRow.id.desc()).limit(1)) or 0
    return and_(IncomingRow.id > last, IncomingRow.received_at < edges[-1])


def _conversations(
    session: Session,
    counted: Counted,
    edges: Sequence[datetime],
    of_period: ColumnElement[bool],
) -> None:
    missed = or_(IncomingRow.intent == FALLBACK, IncomingRow.status == "failed")
    met = or_(IncomingRow.intent.is_not(None), IncomingRow.status == "failed")
    week = _week(IncomingRow.received_at, edges).label("week")
    said = (
        select(
            IncomingRow.contact_id,
            week,
            func.sum(case((met, 1), else_=0)).label("messages"),
            func.sum(case((missed, 1), else_=0)).label("unanswered"),
        )
        .where(of_period)
        .group_by(IncomingRow.contact_id, week)
        .subquery()
    )
    asked_week = _week(Handoff.asked_at, edges).label("week")
    asked = select(Handoff.contact_id, asked_week).where(_within(Handoff.asked_at, edges))
    handed = asked.distinct().subquery()
    same = and_(handed.c.contact_id == said.c.contact_id, handed.c.week == said.c.week)
    rows = session.execute(
        select(
            said.c.week,
            Contact.channel,
            Contact.language,
            func.count(),
            func.count(handed.c.contact_id),
            func.sum(said.c.messages),
            func.sum(said.c.unanswered),
        )
        .select_from(said)
        .join(Contact, Contact.id == said.c.contact_id)
        .outerjoin(handed, same)
        .group_by(said.c.week, Contact.channel, Contact.language)
    )
    for number, channel, language, conversations, handed_off, messages, unanswered in rows:
        one = counted.weeks[number]
        one.conversations += conversations
        one.handed += handed_off
        one.messages += int(messages)
        one.unanswered += int(unanswered)
        counted.channels[channel] += conversations
        counted.languages[language or "unknown"] += conversations


def _subjects(
    session: Session,
    counted: Counted,
    edges: Sequence[datetime],
    of_period: ColumnElement[bool],
) -> None:
    named = [(IncomingRow.intent.in_(intents), name) for name, intents in _SUBJECTS.items()]
    subject = case(*named, (IncomingRow.intent.like("faq%"), "questions")).label("subject")
    week = _week(IncomingRow.received_at, edges)
    once = (
        select(IncomingRow.contact_id, week.label("week"), subject)
        .where(of_period, subject.is_not(None))
        .distinct()
        .subquery()
    )
    counts = select(once.c.subject, func.count()).group_by(once.c.subject)
    counted.subjects.update({str(name): many for name, many in session.execute(counts)})


def _handoffs(session: Session, counted: Counted, edges: Sequence[datetime]) -> None:
    within = _within(Handoff.asked_at, edges)
    for column, into in ((Handoff.reason, counted.reasons), (Handoff.topic, counted.topics)):
        people = func.count(distinct(Handoff.contact_id))
        counts = select(column, people).where(within, column.is_not(None)).group_by(column)
        into.update({str(name): many for name, many in session.execute(counts)})
    week = _week(Handoff.closed_at, edges).label("week")
    helped = func.sum(case((Handoff.helped == 3, 1), else_=0))  # noqa: PLR2004 - 3 is yes
    rated = select(week, func.count(), helped).where(
        _within(Handoff.closed_at, edges), Handoff.helped.is_not(None)
    )
    for number, many, yes in session.execute(rated.group_by(week)):
        counted.weeks[number].rated, counted.weeks[number].helped = many, int(yes)
