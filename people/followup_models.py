"""The table of follow-ups."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

from store.base import Base


class FollowUp(Base):
    """A question that somebody agreed to be asked, `day` (30 or 90) days after a hand-off.

    `due_at`: when. `asked_at`: when it was asked. `helped`: 1 (no) to 3 (yes). `situation`: work,
    training, looking or other, as they say; `answered_at`: when they last answered.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("contact_id", "handoff_id", "day", name="uq_follow_up_contact_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    handoff_id: Mapped[int | None] = mapped_column(
        ForeignKey("handoff.id", ondelete="SET NULL"), index=True
    )
    day: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(index=True)
    asked_at: Mapped[datetime | None]
    helped: Mapped[int | None]
    situation: Mapped[str | None] = mapped_column(String(16))
    answered_at: Mapped[datetime | None]
