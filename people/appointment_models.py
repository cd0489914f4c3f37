"""Tables of appointments: what counsellors offer, and what was booked."""

from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, now


class _Meeting:
    """With whom, when, how. `account_id` is the console's; `languages`: codes, none is any.

    `how`: office (at `place`; None is the service's own address), chat (the counsellor writes),
    phone (the counsellor calls) or video (at `link`). `counsellor`: the name that people are told;
    empty where they are told none.
    """

    account_id: Mapped[str] = mapped_column(String(32))
    counsellor: Mapped[str] = mapped_column(String(80))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    how: Mapped[str] = mapped_column(String(8), default="office")
    place: Mapped[str | None] = mapped_column(String(120))
    link: Mapped[str | None] = mapped_column(String(500))
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)


class Slot(_Meeting, Base):
    """A time that a counsellor offers; `contact_id`: who has it, None while it is free."""

    __tablename__ = "slot"
    __table_args__ = (UniqueConstraint("account_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[str | None] = mapped_column(
        ForeignKey("contact.id", ondelete="SET NULL"), index=True
    )


class Appointment(_Meeting, Base):
    """A slot that somebody booked; it has a copy of when and where, since slots come and go.

    `state`: booked, cancelled, kept or missed. `token` is the address of its calendar file, which
    nobody guesses; `revision` counts the times that it was changed. `day_due_at`, `hour_due_at`:
    when the person is reminded; None once they were, or need not be. `opened_at`: since when the
    counsellor has the conversation, of one by chat. `number`: where to call, of one by phone; None
    until the person or the counsellor has given one.
    """

    __tablename__ = "appointment"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), index=True
    )
    slot_id: Mapped[int | None] = mapped_column(
        ForeignKey("slot.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[str] = mapped_column(String(16), default="booked")
    token: Mapped[str] = mapped_column(String(43), unique=True, default=lambda: token_urlsafe(32))
    revision: Mapped[int] = mapped_column(default=0)
    booked_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    day_due_at: Mapped[datetime | None] = mapped_column(index=True)
    hour_due_at: Mapped[datetime | None] = mapped_column(index=True)
    opened_at: Mapped[datetime | None]
    number: Mapped[str | None] = mapped_column(String(24))
