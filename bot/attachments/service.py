"""Files at the desk: a counsellor looks at those of a conversation, and sends one."""

from sqlalchemy.orm import Session

from bot.attachments import keeping
from bot.attachments.checking import Checking
from bot.attachments.keeping import Content, Room
from bot.handoff import items
from bot.handoff.service import HandoffService
from bot.handoff.views import Actor, Line
from bot.messages import Body
from bot.transactions import Transactions
from errors import FileRefused
from languages.formatting import file_size
from people.attachment_models import Attachment

_SENT = ("picture", "document")


class FileService:
    """What counsellors do with files.

    Args:
        transactions: the database.
        checking: checks what they send, as it checks what comes.
        room: how much is kept.
    """

    def __init__(self, transactions: Transactions, checking: Checking, room: Room) -> None:
        self._db = transactions
        self._checking = checking
        self._room = room

    async def content(self, actor: Actor, attachment_id: int) -> Content:
        """A file of a conversation that the actor may see. Raises NotThere."""
        return await self._db.read(_content, actor, attachment_id)

    async def preview(self, actor: Actor, attachment_id: int) -> bytes:
        """A small JPEG of a picture of such a conversation. Raises NotThere."""
        return await self._db.read(_preview, actor, attachment_id)

    async def send(
        self, service: HandoffService, actor: Actor, handoff_id: int, content: bytes, name: str
    ) -> Line:
        """Send a picture or a document to the person of a conversation, by `service`.

        Raises:
            FileRefused: it is not taken. PartUnavailable: the scanner is away.
            NotThere, NotYours, Gone: as HandoffService.send.
        """
        checked = await self._checking.check(content, name)
        if checked.kind.kind not in _SENT:
            raise FileRefused("type")

        def make(session: Session, contact_id: str) -> Body:
            return body_of(keeping.add(session, self._room, contact_id, checked), actor.language)

        return await service.send_file(actor, handoff_id, make)


def body_of(row: Attachment, language: str) -> Body:
    """The message that brings a file: channels that can, send the file itself."""
    size = file_size(row.size or 0, language)
    file = {
        "id": row.id,
        "name": row.name,
        "size": row.size,
        "kind": row.kind,
        "url": f"/files/{row.token}",
    }
    return {"text": f"📎 \u2068{row.name}\u2069 (\u2068{size}\u2069)", "custom": {"file": file}}


def _content(session: Session, actor: Actor, attachment_id: int) -> Content:
    found = keeping.content(session, attachment_id)
    items.visible(session, actor, found.contact_id)
    return found


def _preview(session: Session, actor: Actor, attachment_id: int) -> bytes:
    contact_id, preview = keeping.preview(session, attachment_id)
    items.visible(session, actor, contact_id)
    return preview
