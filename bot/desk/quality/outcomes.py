"""What came of it all, in figures: outcomes, what people said, follow-ups, appointments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.desk.quality.models import QualityReview
from bot.handoff.models import Handoff
from people.appointment_models import Appointment
from people.followup_models import FollowUp
from store.base import now


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """One of the two questions: how many were asked, answered, were helped, and are where now."""

    day: int
    asked: int
    answered: int
    helped: int
    situations: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Of the days looked at.

    Attributes:
        outcomes: conversations by how counsellors closed them.
        helped, easy: what people said afterwards: 3 (yes), 2, 1 (no), and how many.
        followed_up: after 30 and 90 days.
        appointments: by state.
        rated, score: conversations rated, and the mean; None without any.
    """

    outcomes: Mapping[str, int]
    helped: Mapping[int, int]
    easy: Mapping[int, int]
    followed_up: tuple[FollowedUp, ...]
    appointments: Mapping[str, int]
    rated: int
    score: float | None


def outcomes(session: Session, days: int) -> Outcomes:
    """The figures of the last days."""
    since = now() - timedelta(days=days)
    closed = Handoff.closed_at > since
    rated = select(func.count(), func.avg(QualityReview.score)).where(QualityReview.at > since)
    count, score = session.execute(rated).one()
    return Outcomes(
        outcomes=_counted(session, Handoff.outcome, closed),
        helped=_counted(session, Handoff.helped, closed),
        easy=_counted(session, Handoff.easy, closed),
        followed_up=tuple(followed_up(session, day, since) for day in (30, 90)),
        appointments=_counted(session, Appointment.state, Appointment.starts_at > since),
        rated=count,
        score=None if score is None else float(score),
    )


def _counted(
    session: Session,
    column: Any,  # noqa: ANN401 - of any type
    *which: ColumnElement[bool],
) -> dict[Any, int]:
    query = select(column, func.count()).where(column.is_not(None), *which).group_by(column)
    return {row[0]: row[1] for row in session.execute(query.order_by(func.count().desc()))}


def followed_up(session: Session, day: int, since: datetime) -> FollowedUp:
    """What became of those who were asked since then."""
    of_day = (FollowUp.day == day, FollowUp.asked_at > since)
    columns = (func.count(), func.count(FollowUp.answered_at))
    asked, answered = session.execute(select(*columns).where(*of_day)).one()
    return FollowedUp(
        day=day,
        asked=asked,
        answered=answered,
        helped=_counted(session, FollowUp.helped, *of_day).get(3, 0),
        situations=_counted(session, FollowUp.situation, *of_day),
    )
