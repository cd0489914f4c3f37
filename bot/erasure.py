"""Persons who asked to be deleted: their contact goes, and with it every message."""

from datetime import timedelta

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from bot.models import CONTACT, INCOMING, REPLY
from store.base import now

LATEST = timedelta(hours=1)
"""So long after they asked it is done, even when the last word could not be shown to them."""


def is_asked(session: Session) -> bool:
    """Whether anybody waits to be deleted."""
    query = select(exists().where(CONTACT.c.erase_at.is_not(None)))
    return bool(session.connection().execute(query).scalar())


def erase(session: Session) -> int:
    """Delete whoever asked for it and has been told that it is done; how many.

    Everything that belongs to a contact goes with its row.
    """
    unanswered = exists().where(
        INCOMING.c.contact_id == CONTACT.c.id, INCOMING.c.status == "received"
    )
    unsent = exists().where(REPLY.c.contact_id == CONTACT.c.id, REPLY.c.status == "pending")
    done = ~unanswered & ~unsent & CONTACT.c.claimed_by.is_(None)
    asked = (CONTACT.c.erase_at.is_not(None), CONTACT.c.held_by.is_(None))
    late = CONTACT.c.erase_at < now() - LATEST
    return session.connection().execute(delete(CONTACT).where(*asked, or_(done, late))).rowcount
