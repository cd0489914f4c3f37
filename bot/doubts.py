"""Messages that the dialogue was unsure of, or that were followed by a complaint."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from bot.models import IncomingRow

FALLBACK, COMPLAINT = "nlu_fallback", "give_feedback"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One message as it was typed, and what was made of it.

    `why`: fallback (nothing was understood), unsure (the confidence was low), complaint (the next
    message said that this one was not understood). `guesses` as in IncomingRow.
    """

    text: str
    why: str
    variety: str | None
    language: str | None
    guesses: list[dict[str, Any]]


def unsure(session: Session, below: float, since: datetime | None) -> Iterator[Doubt]:
    """Messages with a confidence under `below` (0 to 1), or with none of the intents."""
    doubtful = or_(IncomingRow.confidence < below, IncomingRow.intent == FALLBACK)
    rows = session.scalars(
        select(IncomingRow).where(doubtful, *_typed(since)).order_by(IncomingRow.id)
    ).yield_per(1000)
    for row in rows:
        yield _doubt(row, "fallback" if row.intent == FALLBACK else "unsure")


def complained_of(
    session: Session, since: datetime | None, is_complaint: Callable[[str], bool]
) -> Iterator[Doubt]:
    """Messages whose writer said next that they had not been understood."""
    rows = session.execute(
        select(IncomingRow.id, IncomingRow.contact_id, IncomingRow.text).where(
            IncomingRow.intent == COMPLAINT, *_typed(since)
        )
    ).all()
    for row in rows:
        before = _before(session, row.contact_id, row.id) if is_complaint(row.text) else None
        # What was unsure anyway is told already, and a complaint about a tap teaches nothing.
        if before and before.intent not in (None, FALLBACK, COMPLAINT) and not before.payload:
            yield _doubt(before, "complaint")


def _before(session: Session, contact_id: str, incoming_id: int) -> IncomingRow | None:
    return session.scalars(
        select(IncomingRow)
        .where(IncomingRow.contact_id == contact_id, IncomingRow.id < incoming_id)
        .order_by(IncomingRow.id.desc())
        .limit(1)
    ).one_or_none()


def _typed(since: datetime | None) -> list[ColumnElement[bool]]:
    typed: list[ColumnElement[bool]] = [
        IncomingRow.intent.is_not(None),
        IncomingRow.payload.is_(None),
        IncomingRow.text.is_not(None),
    ]
    return [*typed, IncomingRow.received_at >= since] if since else typed


def _doubt(row: IncomingRow, why: str) -> Doubt:
    return Doubt(row.text or "", why, row.variety, row.language, row.guesses or [])
