"""What a test reads of kept files."""

from sqlalchemy import select

from people.attachment_models import Attachment, AttachmentContent
from tests.bot.conftest import until


def files_of(database, contact_id=None):
    """All files, or those of a person, in order."""
    with database.read() as session:
        query = select(Attachment).order_by(Attachment.id)
        rows = session.scalars(query).all()
    return [row for row in rows if contact_id in (None, row.contact_id)]


def bytes_of(database, attachment_id):
    """What is kept of a file; None for nothing."""
    with database.read() as session:
        row = session.get(AttachmentContent, attachment_id)
        return row and row.content


async def settled(database, count, contact_id=None):
    """Wait until so many files came, and none of them waits; they are given."""

    def done():
        rows = files_of(database, contact_id)
        return len(rows) == count and all(row.state != "waiting" for row in rows)

    await until(done)
    return files_of(database, contact_id)
