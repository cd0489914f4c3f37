"""Reading the audit trail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.models import Account, AuditRow

PAGE = 50
"""Lines on one page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: of an account's id, an action (or the part before its dot), a subject's id.

    `since` is included, `until` is not; `before` is the id from which to go on. Empty means any.
    """

    account: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def find(session: Session, wanted: Wanted, most: int = PAGE) -> list[AuditRow]:
    """The lines that are wanted, the newest first."""
    query = select(AuditRow).order_by(AuditRow.id.desc()).limit(most)
    if wanted.account:
        query = query.where(AuditRow.account_id == wanted.account)
    if wanted.action:
        query = query.where(AuditRow.action == wanted.action)
    if wanted.subject:
        query = query.where(AuditRow.subject_id == wanted.subject)
    if wanted.since:
        query = query.where(AuditRow.at >= wanted.since)
    if wanted.until:
        query = query.where(AuditRow.at < wanted.until)
    if wanted.before:
        query = query.where(AuditRow.id < wanted.before)
    return list(session.scalars(query))


def choices(session: Session) -> tuple[list[tuple[str, str]], list[str]]:
    """What can be filtered by: (id, name) of accounts, and the actions that occur."""
    accounts = session.execute(select(Account.id, Account.name).order_by(Account.name))
    actions = session.scalars(select(AuditRow.action).distinct().order_by(AuditRow.action))
    return [(row.id, row.name) for row in accounts], list(actions)
