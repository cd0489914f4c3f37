"""The three accounts of the demonstration, whose passwords everybody may know.

They are made, and can sign in, in a profile with `demo: true` alone.
"""

from dataclasses import dataclass

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.desk.accounts import sessions
from bot.desk.accounts.passwords import known_to_everybody
from bot.desk.audit import trail
from bot.desk.models import Account
from bot.desk.permissions import Role
from store.base import now
from store.engine import Database

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account: how it signs in, what it is called, what it may."""

    email: str
    password: str
    name: str
    role: Role


ACCOUNTS = (
    DemoAccount("counsellor@emploi.example", "demo-counsellor", "Salma Demo", Role.COUNSELLOR),
    DemoAccount("supervisor@emploi.example", "demo-supervisor", "Yanis Demo", Role.SUPERVISOR),
    DemoAccount(
        "administrator@emploi.example", "demo-administrator", "Nour Demo", Role.ADMINISTRATOR
    ),
)


def prepare(database: Database, *, demo: bool) -> None:
    """Make the accounts in a demonstration, and say so; elsewhere shut those that one left."""
    with database.write() as session:
        if not demo:
            _shut(session)
            return
        for account in ACCOUNTS:
            _make(session, account)
    log.warning(
        "demo_accounts",
        what="public passwords, for the demonstration alone",
        accounts=[f"{account.email} / {account.password}" for account in ACCOUNTS],
    )


def _make(session: Session, account: DemoAccount) -> None:
    kept = session.scalar(select(Account).where(Account.email == account.email))
    if kept is not None:
        kept.disabled_at = None if kept.demo else kept.disabled_at
        return
    session.add(
        Account(
            email=account.email,
            name=account.name,
            role=account.role,
            password_hash=known_to_everybody(account.password),
            demo=True,
        )
    )
    trail.record(session, trail.SYSTEM, "account.add", None, email=account.email, demo=True)


def _shut(session: Session) -> None:
    left = session.scalars(
        select(Account.id).where(Account.demo, Account.disabled_at.is_(None))
    ).all()
    for account_id in left:
        session.execute(update(Account).where(Account.id == account_id).values(disabled_at=now()))
        sessions.end_all(session, account_id)
        sessions.leave(session, account_id, for_good=True)
        trail.record(session, trail.SYSTEM, "account.disable", ("account", account_id), demo=True)
