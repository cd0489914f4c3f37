"""All that is held of somebody, deleted because they asked for it."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from people import appointments, attachments, followups
from people.models import Alert, AlertFind, Contact, PersonProfile, Verdict
from store.base import now


def ask(session: Session, contact_id: str) -> None:
    """Delete what was kept for somebody at once, and note that the rest is to go.

    Their messages and address go as soon as they have been told so (bot/chores.py).
    """
    for table in (AlertFind, Alert, Verdict, PersonProfile):
        session.execute(delete(table).where(table.contact_id == contact_id))
    appointments.forget(session, contact_id)
    followups.forget(session, contact_id)
    attachments.forget(session, contact_id)
    session.execute(update(Contact).where(Contact.id == contact_id).values(erase_at=now()))
