"""A person's whole conversation, line by line, in the reader's language."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from bot.handoff.models import Handoff, HandoffMessage, HandoffNote, HandoffStep, Reading
from bot.handoff.scripts import language_of
from bot.handoff.views import FileView, Line
from bot.models import IncomingRow, ReplyRow
from people.attachment_models import Attachment
from people.models import Contact

_TOGETHER = 20  # lines of one moment, at most
_KINDS = {"incoming": Reading.incoming_id, "reply": Reading.reply_id}


class Unread(NamedTuple):
    """A message that the reader has in another language than theirs, and no translation yet.

    `kind` is incoming or reply; `text` is in `source`.
    """

    kind: str
    id: int
    text: str
    source: str


_RANK = {"person": 0, "step": 1, "bot": 2, "counsellor": 2, "note": 3}
Pair = tuple[Line, Unread | None]


def lines(
    session: Session, contact_id: str, reader: str, before: datetime | None, limit: int
) -> tuple[list[Line], list[Unread]]:
    """The last lines before a moment, the oldest first, and what of them lacks a translation.

    Args:
        session: a session.
        contact_id: whose conversation.
        reader: the language to read it in.
        before: only what is older; None is the end of it.
        limit: lines, or a few more: those of one moment stay together.
    """
    contact = session.get(Contact, contact_id)
    known = contact.language if contact else None
    came = _some(session, IncomingRow, IncomingRow.received_at, contact_id, before, limit)
    went = _some(session, ReplyRow, ReplyRow.created_at, contact_id, before, limit)
    made = [
        *_incoming(session, came, reader, known),
        *_replies(session, went, reader),
        *((line, None) for line in _notes(session, contact_id, before, limit)),
        *((line, None) for line in _steps(session, contact_id, before, limit)),
    ]
    made.sort(key=lambda pair: (pair[0].at, _RANK[pair[0].kind], int(pair[0].key[1:])))
    kept = made[_first(made, limit) :]
    return [line for line, _ in kept], [unread for _, unread in kept if unread]


def _first(made: Sequence[Pair], limit: int) -> int:
    """Where the page begins: lines of one moment stay together, or the next would miss some."""
    first = max(len(made) - limit, 0)
    while 0 < first < len(made) and made[first - 1][0].at == made[first][0].at:
        first -= 1
    return first


def _some(  # noqa: PLR0913, PLR0917 - a query's parts
    session: Session,
    table: Any,  # noqa: ANN401 - IncomingRow or ReplyRow
    at: Any,  # noqa: ANN401 - its column
    contact_id: str,
    before: datetime | None,
    limit: int,
) -> Sequence[Any]:
    query = select(table).where(table.contact_id == contact_id, *_older(at, before))
    return session.scalars(query.order_by(table.id.desc()).limit(limit + _TOGETHER)).all()


def _older(at: Any, before: datetime | None) -> list[ColumnElement[bool]]:  # noqa: ANN401
    return [] if before is None else [at < before]


def _incoming(
    session: Session, rows: Sequence[IncomingRow], reader: str, known: str | None
) -> Iterable[Pair]:
    read = _readings(session, "incoming", [row.id for row in rows], reader)
    brought = _files(session, Attachment.incoming_id, [row.id for row in rows if row.media])
    for row in rows:
        text = row.text or ""
        # A button's title is in the language that it was answered in.
        source = row.language if row.payload else language_of(text, row.language or known)
        reading = read.get(row.id)
        automatic = bool(reading and reading.automatic)
        line = Line(
            key=f"i{row.id}",
            kind="person",
            at=row.received_at,
            text=reading.text if reading and automatic else text,
            language=reader if automatic else source,
            original=text if automatic else None,
            automatic=automatic,
            media=row.media,
            files=brought.get(row.id, ()),
            status=row.status,
        )
        yield line, _unread("incoming", row.id, text, source, reader, reading)


def _replies(session: Session, rows: Sequence[ReplyRow], reader: str) -> Iterable[Pair]:
    ids = [row.id for row in rows]
    by = {
        one.reply_id: one
        for one in session.scalars(select(HandoffMessage).where(HandoffMessage.reply_id.in_(ids)))
    }
    read = _readings(session, "reply", ids, reader)
    brought = _files(session, Attachment.reply_id, [one for one in ids if one in by])
    for row in rows:
        said, reading = by.get(row.id), read.get(row.id)
        yield (
            reply_line(row, said, reader, reading, brought.get(row.id, ())),
            None if said else _unread("reply", row.id, _text(row), row.language, reader, reading),
        )


def _files(session: Session, column: Any, ids: Sequence[int]) -> dict[int, list[FileView]]:  # noqa: ANN401 - a column of ids
    found: dict[int, list[FileView]] = {}
    if not ids:
        return found
    for row in session.scalars(select(Attachment).where(column.in_(ids)).order_by(Attachment.id)):
        view = FileView(row.id, row.state, row.reason, row.kind, row.name, row.size, row.media_type)
        found.setdefault(getattr(row, column.key), []).append(view)
    return found


def _text(row: ReplyRow) -> str:
    return str(row.body.get("text") or "")


def reply_line(
    row: ReplyRow,
    said: HandoffMessage | None,
    reader: str,
    reading: Reading | None = None,
    files: Sequence[FileView] = (),
) -> Line:
    """One reply: the machine's, or a counsellor's as it was written."""
    sent, automatic = _text(row), bool(reading and reading.automatic)
    text = said.text if said else reading.text if reading and automatic else sent
    return Line(
        key=f"r{row.id}",
        kind="counsellor" if said else "bot",
        at=row.created_at,
        text=text,
        language=said.language if said else reader if automatic else row.language,
        original=sent if text != sent else None,
        automatic=said.automatic if said else automatic,
        author=said.account_id if said else None,
        buttons=[str(one["title"]) for one in row.body.get("buttons") or []],
        cards=(row.body.get("custom") or {}).get("cards") or [],
        files=files,
        status=row.status,
        reason=row.reason,
    )


def _unread(  # noqa: PLR0913, PLR0917 - a message's parts
    kind: str, row_id: int, text: str, source: str | None, reader: str, reading: Reading | None
) -> Unread | None:
    if not text.strip() or source is None or source == reader or reading is not None:
        return None
    return Unread(kind, row_id, text, source)


def _readings(session: Session, kind: str, ids: Sequence[int], reader: str) -> dict[int, Reading]:
    column = _KINDS[kind]
    query = select(Reading).where(column.in_(ids), Reading.language == reader)
    return {getattr(one, column.key): one for one in session.scalars(query)}


def _of(query: Select[Any], contact_id: str) -> Select[Any]:
    return query.join(Handoff).where(Handoff.contact_id == contact_id)


def _notes(
    session: Session, contact_id: str, before: datetime | None, limit: int
) -> Iterable[Line]:
    query = _of(select(HandoffNote), contact_id).where(*_older(HandoffNote.at, before))
    for row in session.scalars(query.order_by(HandoffNote.id.desc()).limit(limit)):
        yield note_line(row)


def note_line(row: HandoffNote) -> Line:
    """One note."""
    return Line(key=f"n{row.id}", kind="note", at=row.at, text=row.text, author=row.account_id)


def _steps(
    session: Session, contact_id: str, before: datetime | None, limit: int
) -> Iterable[Line]:
    query = _of(select(HandoffStep), contact_id).where(*_older(HandoffStep.at, before))
    for row in session.scalars(query.order_by(HandoffStep.id.desc()).limit(limit)):
        yield Line(
            key=f"s{row.id}",
            kind="step",
            at=row.at,
            text="",
            author=row.account_id,
            step=row.kind,
            detail=row.detail,
        )


def found(
    session: Session, text: str, held_by: str | None, reader: str, limit: int
) -> list[tuple[str, Line]]:
    """Lines with a text in them, the latest first, each with its contact's id.

    Args:
        session: a session.
        text: as it was typed; no pattern.
        held_by: only in conversations that this account has or had; None is all.
        reader: the language to read them in.
        limit: lines at most.
    """
    own = select(Handoff.contact_id)
    if held_by is not None:
        did = select(HandoffStep.handoff_id).where(HandoffStep.account_id == held_by)
        own = own.where(or_(Handoff.account_id == held_by, Handoff.id.in_(did)))
    written = _holds(IncomingRow.text, text) | IncomingRow.id.in_(_read_as(text, "incoming"))
    came = session.scalars(
        select(IncomingRow)
        .where(IncomingRow.contact_id.in_(own), written)
        .order_by(IncomingRow.id.desc())
        .limit(limit)
    ).all()
    went = session.execute(
        select(ReplyRow, HandoffMessage)
        .join(HandoffMessage, HandoffMessage.reply_id == ReplyRow.id)
        .where(ReplyRow.contact_id.in_(own), _holds(HandoffMessage.text, text))
        .order_by(ReplyRow.id.desc())
        .limit(limit)
    ).all()
    whose = {row.id: row.contact_id for row in came}
    made = [(whose[int(line.key[1:])], line) for line, _ in _incoming(session, came, reader, None)]
    made += [(reply.contact_id, reply_line(reply, said, reader)) for reply, said in went]
    return sorted(made, key=lambda pair: pair[1].at, reverse=True)[:limit]


def _holds(column: Any, text: str) -> ColumnElement[bool]:  # noqa: ANN401 - a column of text
    holds: ColumnElement[bool] = column.icontains(text, autoescape=True)
    return holds


def _read_as(text: str, kind: str) -> Select[Any]:
    column = _KINDS[kind]
    return select(column).where(column.is_not(None), _holds(Reading.text, text))
