"""The accounts that a choice of people offers."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.models import Account


def active(session: Session) -> list[tuple[str, str]]:
    """Id and name of every account that works here, by name."""
    query = select(Account.id, Account.name).where(Account.disabled_at.is_(None))
    return [(row[0], row[1]) for row in session.execute(query.order_by(Account.name))]
