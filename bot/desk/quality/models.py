"""The table of ratings."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, now


class QualityReview(Base):
    """What a supervisor thinks of a conversation: `score` 1 (poor) to 5 (very good)."""

    __tablename__ = "quality_review"

    handoff_id: Mapped[int] = mapped_column(
        ForeignKey("handoff.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    account_id: Mapped[str] = mapped_column(String(32))
    score: Mapped[int]
    note: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(default=now)
