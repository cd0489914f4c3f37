"""Who acts, as the hand-off knows them, and the accounts that a choice of people offers."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.models import Account
from bot.desk.permissions import Permission
from bot.desk.shell.visit import Visit
from bot.handoff.views import Actor


def actor(visit: Visit) -> Actor:
    """The visitor, for the hand-off."""
    account = visit.account
    return Actor(account.id, account.name, visit.language, visit.may(Permission.TEAM))


def active(session: Session) -> list[tuple[str, str]]:
    """Id and name of every account that works here, by name."""
    query = select(Account.id, Account.name).where(Account.disabled_at.is_(None))
    return [(row[0], row[1]) for row in session.execute(query.order_by(Account.name))]
