"""Writing the audit trail. Rows are added in the transaction of the act that they tell."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.desk.models import AuditRow

_SUBJECT = 64


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account (or nobody yet), from an IP address."""

    account_id: str | None
    name: str | None
    address: str | None = None


SYSTEM = Actor(None, "tawjih")
"""The machine itself, and whoever works at its command line."""


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject: tuple[str, str] | None = None,
    **detail: Any,  # noqa: ANN401 - whatever JSON holds
) -> None:
    """Add one line.

    Args:
        session: of the act's own transaction, so that neither happens without the other.
        actor: who did it.
        action: what, as "conversation.take"; its words stand in words/audit.yml.
        subject: kind and id of what it was done to, such as ("conversation", contact_id).
        detail: more, as JSON; never what a person wrote.
    """  # fmt: skip
    kind, subject_id = subject or (None, None)
    session.add(
        AuditRow(
            account_id=actor.account_id,
            account=actor.name,
            action=action,
            subject_kind=kind,
            subject_id=subject_id[:_SUBJECT] if subject_id else None,
            detail=detail,
            address=actor.address,
        )
    )
