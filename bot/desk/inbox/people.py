"""Who acts, as the hand-off knows them, and what accounts are called."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.models import Account
from bot.desk.permissions import Permission
from bot.desk.shell.visit import Visit
from bot.handoff.models import Presence
from bot.handoff.views import Actor


def actor(visit: Visit) -> Actor:
    """The visitor, for the hand-off; they read and write in the page's language."""
    account = visit.account
    supervises = visit.may(Permission.TEAM)
    return Actor(account.id, account.name, visit.language, supervises, account.named)


def names(session: Session, ids: Iterable[str | None]) -> dict[str, str]:
    """What accounts are called, by their id."""
    wanted = {one for one in ids if one}
    query = select(Account.id, Account.name).where(Account.id.in_(wanted))
    return {row[0]: row[1] for row in session.execute(query)}


def own_presence(session: Session, account_id: str) -> Presence | None:
    """What somebody said last about being at the desk."""
    return session.get(Presence, account_id)
