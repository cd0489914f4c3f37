"""What somebody was asked weeks after a counsellor, or agreed to be asked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from people.followup_models import FollowUp


@dataclass(frozen=True, slots=True)
class Question:
    """One question: when it is or was due, and whether it was answered."""

    due_at: datetime
    answered: bool


def of(session: Session, contact_id: str) -> list[Question]:
    """Somebody's questions, the earliest first."""
    query = select(FollowUp).where(FollowUp.contact_id == contact_id).order_by(FollowUp.due_at)
    return [Question(one.due_at, one.answered_at is not None) for one in session.scalars(query)]


def forget(session: Session, contact_id: str) -> None:
    """Delete somebody's questions with what they answered."""
    session.execute(delete(FollowUp).where(FollowUp.contact_id == contact_id))
