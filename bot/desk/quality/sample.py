"""A random sample of conversations that counsellors closed, as nobody's: redacted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.desk.audit import trail
from bot.desk.audit.trail import Actor
from bot.desk.models import Account
from bot.desk.quality.models import QualityReview
from bot.handoff import transcript
from bot.handoff.models import Handoff
from bot.handoff.views import Line
from people.redaction import redact
from store.base import now

SIZES = (5, 10, 20)
PERIODS = (7, 30, 90)
SCORES = (1, 2, 3, 4, 5)
_BEFORE = timedelta(minutes=30)  # of the talk with the machine that led to it
_LINES = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A conversation of the sample; `score` once it was rated."""

    id: int
    counsellor: str
    language: str
    outcome: str | None
    helped: int | None
    closed_at: datetime
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A conversation to rate; `lines` without what tells who wrote them."""

    candidate: Candidate
    lines: Sequence[tuple[Line, str]]
    review: QualityReview | None


def draw(session: Session, days: int, size: int, reader: str) -> list[Candidate]:
    """A new sample: not rated yet, and not the reader's own."""
    rated = select(QualityReview.handoff_id)
    which = (*_ended(days), Handoff.id.not_in(rated), Handoff.closed_by != reader)
    rows = session.scalars(select(Handoff).where(*which).order_by(func.random()).limit(size))
    return _candidates(session, rows.all())


def rated(session: Session, days: int) -> list[Candidate]:
    """What was rated, the latest first."""
    query = (
        select(Handoff)
        .join(QualityReview, QualityReview.handoff_id == Handoff.id)
        .where(*_ended(days))
        .order_by(QualityReview.at.desc())
        .limit(50)
    )
    return _candidates(session, session.scalars(query).all())


def _ended(days: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Handoff.closed_at > now() - timedelta(days=days),
        Handoff.state.in_(("closed", "returned")),
        Handoff.held_at.is_not(None),
        Handoff.closed_by.is_not(None),
    )


def _candidates(session: Session, rows: Sequence[Handoff]) -> list[Candidate]:
    ids = {row.closed_by for row in rows if row.closed_by}
    accounts = select(Account.id, Account.name).where(Account.id.in_(ids))
    names = {row[0]: row[1] for row in session.execute(accounts)}
    reviews = select(QualityReview.handoff_id, QualityReview.score).where(
        QualityReview.handoff_id.in_([row.id for row in rows])
    )
    scores = {row[0]: row[1] for row in session.execute(reviews)}
    return [
        Candidate(
            id=row.id,
            counsellor=names.get(row.closed_by or "", ""),
            language=row.language,
            outcome=row.outcome,
            helped=row.helped,
            closed_at=row.closed_at,
            score=scores.get(row.id),
        )
        for row in rows
        if row.closed_at is not None
    ]


def read(session: Session, handoff_id: int, language: str) -> Reading | None:
    """A conversation that is over, from shortly before it was asked for until its end."""
    row = session.get(Handoff, handoff_id)
    if row is None or row.closed_at is None or row.held_at is None:
        return None
    end = row.closed_at + timedelta(seconds=1)
    found, _ = transcript.lines(session, row.contact_id, language, end, _LINES)
    said = [one for one in found if one.at >= row.asked_at - _BEFORE and one.kind != "step"]
    return Reading(
        candidate=_candidates(session, [row])[0],
        lines=[(one, _without_names(one)) for one in said],
        review=session.get(QualityReview, handoff_id),
    )


def _without_names(line: Line) -> str:
    # A file is called by whose it is, and no form of its name tells that.
    return "📎" if line.files and line.kind == "counsellor" else redact(line.text)


def rate(session: Session, actor: Actor, handoff_id: int, score: int, note: str) -> bool:
    """Keep a rating; a second one takes the place of the first. Whether there was one to rate."""
    row = session.get(Handoff, handoff_id)
    own = row is not None and row.closed_by == actor.account_id
    if row is None or row.closed_at is None or own or actor.account_id is None:
        return False
    review = session.get(QualityReview, handoff_id) or QualityReview(handoff_id=handoff_id)
    review.account_id, review.score = actor.account_id, score
    review.note, review.at = redact(note.strip())[:500], now()
    session.add(review)
    trail.record(session, actor, "quality.rate", ("handoff", str(handoff_id)), score=score)
    session.flush()
    return True
