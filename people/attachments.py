"""Files kept for somebody: how many, and when they go."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from people.attachment_models import Attachment, AttachmentContent


def count(session: Session, contact_id: str) -> int:
    """How many files of a person's conversation are kept, theirs and those sent to them."""
    query = select(func.count()).where(
        Attachment.contact_id == contact_id, Attachment.state.in_(("waiting", "kept"))
    )
    return session.execute(query).scalar_one()


def forget(session: Session, contact_id: str) -> None:
    """Delete all files of a person's conversation."""
    own = select(Attachment.id).where(Attachment.contact_id == contact_id)
    session.execute(delete(AttachmentContent).where(AttachmentContent.attachment_id.in_(own)))
    session.execute(delete(Attachment).where(Attachment.contact_id == contact_id))


def expire(session: Session, moment: datetime) -> int:
    """Delete the content and the names of files whose time is over; how many.

    What is left says that there was a file of a kind: the transcript has no hole.
    """
    over = (Attachment.state != "expired", Attachment.deletes_at <= moment)
    ids = session.scalars(select(Attachment.id).where(*over)).all()
    session.execute(delete(AttachmentContent).where(AttachmentContent.attachment_id.in_(ids)))
    gone = {"state": "expired", "name": "", "source": None, "open_until": None, "due_at": None}
    session.execute(update(Attachment).where(Attachment.id.in_(ids)).values(gone))
    return len(ids)
