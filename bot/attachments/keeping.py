"""The rows of files: noted when they come, fetched, kept or refused, read again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.attachments.checking import Checked
from bot.handoff.models import Handoff
from bot.incoming import SentFile, clean
from errors import FileRefused, NotThere
from people.attachment_models import Attachment, AttachmentContent
from people.models import Contact
from store.base import now

A_DAY = 20
"""Files that one person may send in a day."""
OPEN_FOR = timedelta(days=7)
"""So long a person can fetch a file by its address."""
_LEASE = timedelta(minutes=3)  # longer than one file takes; then another edge tries
_AWAITED = ("waiting", "held")
_NAME = 120


@dataclass(frozen=True, slots=True)
class Room:
    """What is taken: bytes of one file and of all together, and how long they are kept."""

    most: int
    space: int
    days: int


@dataclass(frozen=True, slots=True)
class Due:
    """A file that is to be fetched and checked; `content` where it came with the message."""

    id: int
    contact_id: str
    channel: str
    source: str
    name: str
    attempts: int
    at: datetime
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Content:
    """A kept file with its bytes."""

    id: int
    contact_id: str
    name: str
    kind: str
    media_type: str
    content: bytes


def is_awaited(session: Session, contact_id: str) -> bool:
    """Whether a counsellor is awaited by somebody, or talks with them: then files are taken."""
    query = exists().where(Handoff.contact_id == contact_id, Handoff.state.in_(_AWAITED))
    return bool(session.execute(select(query)).scalar())


def takes_files(session: Session, channel: str, address: str) -> bool:
    """The same, of the person at an address."""
    person = select(Contact.id).where(Contact.channel == channel, Contact.address == address)
    query = exists().where(
        Handoff.contact_id == person.scalar_subquery(), Handoff.state.in_(_AWAITED)
    )
    return bool(session.execute(select(query)).scalar())


def note(session: Session, room: Room, contact_id: str, incoming_id: int, file: SentFile) -> bool:
    """Note that a file came with a message; whether it is taken up. A repeat is noted once."""
    if not is_awaited(session, contact_id):
        return False
    key = hashlib.sha256(file.source.encode() + (file.content or b"")).hexdigest()
    same = (Attachment.incoming_id == incoming_id, Attachment.source_key == key)
    if session.execute(select(exists().where(*same))).scalar():
        return True
    moment = now()
    row = Attachment(
        contact_id=contact_id,
        incoming_id=incoming_id,
        source=file.source,
        source_key=key,
        name=clean(file.name)[-_NAME:],
        size=file.size if file.content is None else len(file.content),
        at=moment,
        due_at=moment,
        deletes_at=moment + timedelta(days=room.days),
    )
    # Over the measure, the bytes are not even written down: the next look says so.
    reason = _no_room(session, room, contact_id, row.size or 0)
    session.add(row)
    session.flush()
    if reason:
        row.reason = reason
    elif file.content is not None:
        session.add(AttachmentContent(attachment_id=row.id, content=file.content))
    session.flush()
    return True


def _no_room(session: Session, room: Room, contact_id: str, size: int) -> str | None:
    if size > room.most:
        return "large"
    today = (Attachment.contact_id == contact_id, Attachment.at > now() - timedelta(days=1))
    if session.execute(select(func.count()).where(*today)).scalar_one() >= A_DAY:
        return "many"
    return None if has_space(session, room, size) else "full"


def has_space(session: Session, room: Room, size: int) -> bool:
    """Whether there is space for so many bytes more."""
    held = Attachment.state.in_(("waiting", "kept"))
    used = session.execute(select(func.coalesce(func.sum(Attachment.size), 0)).where(held))
    return int(used.scalar() or 0) + size <= room.space


def take_due(session: Session, limit: int) -> list[Due]:
    """Files that wait, this edge's for some minutes."""
    moment = now()
    ids = session.scalars(
        select(Attachment.id)
        .where(Attachment.state == "waiting", Attachment.due_at <= moment)
        .order_by(Attachment.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    session.execute(
        update(Attachment)
        .where(Attachment.id.in_(ids))
        .values(due_at=moment + _LEASE, attempts=Attachment.attempts + 1)
    )
    rows = session.execute(
        select(Attachment, Contact.channel, AttachmentContent.content)
        .join(Contact, Contact.id == Attachment.contact_id)
        .outerjoin(AttachmentContent, AttachmentContent.attachment_id == Attachment.id)
        .where(Attachment.id.in_(ids))
        .order_by(Attachment.id)
        .execution_options(populate_existing=True)
    )
    return [_due(row, channel, content) for row, channel, content in rows]


def _due(row: Attachment, channel: str, content: bytes | None) -> Due:
    # A reason beside a waiting file was known when it came: nothing of it was written down.
    source = f"!{row.reason}" if row.reason else row.source or ""
    return Due(row.id, row.contact_id, channel, source, row.name, row.attempts, row.at, content)


def keep(session: Session, room: Room, attachment_id: int, checked: Checked) -> str | None:
    """Keep a checked file; the contact's id, None where it has gone meanwhile.

    Raises:
        FileRefused: full.
    """
    row = session.get(Attachment, attachment_id)
    if row is None or row.state != "waiting":
        return None
    if not has_space(session, room, len(checked.content) - (row.size or 0)):
        raise FileRefused("full")
    _settle(row, "kept")
    _describe(row, checked)
    session.merge(
        AttachmentContent(attachment_id=row.id, content=checked.content, preview=checked.preview)
    )
    session.flush()
    return row.contact_id


def add(session: Session, room: Room, contact_id: str, checked: Checked) -> Attachment:
    """Keep a file that a counsellor sends; its reply's row comes after it.

    Raises:
        FileRefused: full.
    """
    if not has_space(session, room, len(checked.content)):
        raise FileRefused("full")
    moment = now()
    row = Attachment(contact_id=contact_id, state="kept", at=moment)
    row.open_until = moment + OPEN_FOR
    row.deletes_at = moment + timedelta(days=room.days)
    _describe(row, checked)
    session.add(row)
    session.flush()
    content = AttachmentContent(attachment_id=row.id, content=checked.content)
    content.preview = checked.preview
    session.add(content)
    session.flush()
    return row


def _describe(row: Attachment, checked: Checked) -> None:
    row.name, row.kind = checked.name, checked.kind.kind
    row.media_type, row.size = checked.kind.media_type, len(checked.content)


def _settle(row: Attachment, state: str, reason: str | None = None) -> None:
    row.state, row.reason, row.source, row.due_at = state, reason, None, None


def refuse(session: Session, attachment_id: int, reason: str) -> str | None:
    """Note why a file is not taken, and forget it; the contact's id, None where it has gone."""
    row = session.get(Attachment, attachment_id)
    if row is None or row.state != "waiting":
        return None
    _settle(row, "refused", reason)
    if content := session.get(AttachmentContent, attachment_id):
        session.delete(content)
    session.flush()
    return row.contact_id


def later(session: Session, attachment_id: int, due_at: datetime) -> None:
    """Note when a file is tried again."""
    session.execute(
        update(Attachment)
        .where(Attachment.id == attachment_id, Attachment.state == "waiting")
        .values(due_at=due_at)
    )


def of_messages(
    session: Session, incoming_ids: Sequence[int], reply_ids: Sequence[int]
) -> list[Attachment]:
    """The files of some messages, in order, without their bytes."""
    which = or_(Attachment.incoming_id.in_(incoming_ids), Attachment.reply_id.in_(reply_ids))
    return list(session.scalars(select(Attachment).where(which).order_by(Attachment.id)))


def content(session: Session, attachment_id: int) -> Content:
    """A kept file. Raises NotThere."""
    return _content(session, Attachment.id == attachment_id)


def by_token(session: Session, token: str) -> Content:
    """A file that was sent to a person, by its address while that is good. Raises NotThere."""
    return _content(session, Attachment.token == token, Attachment.open_until > now())


def _content(session: Session, *which: ColumnElement[bool]) -> Content:
    found = session.execute(
        select(Attachment, AttachmentContent.content)
        .join(AttachmentContent, AttachmentContent.attachment_id == Attachment.id)
        .where(*which, Attachment.state == "kept")
    ).one_or_none()
    if found is None:
        raise NotThere("no such file")
    row, held = found
    return Content(row.id, row.contact_id, row.name, row.kind or "", row.media_type or "", held)


def preview(session: Session, attachment_id: int) -> tuple[str, bytes]:
    """Whose a kept picture is, and a small JPEG of it. Raises NotThere."""
    found = session.execute(
        select(Attachment.contact_id, AttachmentContent.preview)
        .join(AttachmentContent, AttachmentContent.attachment_id == Attachment.id)
        .where(Attachment.id == attachment_id, Attachment.state == "kept")
    ).one_or_none()
    if found is None or found.preview is None:
        raise NotThere("no such picture")
    return found.contact_id, found.preview
