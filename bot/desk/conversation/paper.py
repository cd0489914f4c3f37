"""A transcript on paper or as a file, on request without what tells who wrote it."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from bot.desk.conversation import facts
from bot.desk.desk import Desk
from bot.desk.inbox import people
from bot.desk.permissions import Permission
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from bot.handoff.views import FileView, Line
from errors import NotThere
from languages.formatting import file_size
from people.redaction import redact

_BOM = "\ufeff"  # so that every editor reads Arabic
Redacted = Annotated[bool, Query()]


def add(routes: APIRouter, desk: Desk) -> None:
    """Add the routes."""

    @routes.get("/conversations/{contact_id}/print")
    async def printed(
        contact_id: str,
        redacted: Redacted = False,  # noqa: FBT002 - a query's
        visit: Visit = view(Permission.CONVERSATIONS, csrf=False),
    ) -> Response:
        lines = await _read(desk, visit, contact_id, "conversation.print", redacted=redacted)
        return visit.page(
            "conversation/print.html",
            contact_id=contact_id,
            redacted=redacted,
            paper=True,
            days=list(facts.days(lines, desk.zone)),
            names=await facts.names_in(desk, lines),
            teams={one.id: one.name for one in await desk.handoff.teams()},
        )

    @routes.get("/conversations/{contact_id}/transcript.txt")
    async def file(
        contact_id: str,
        redacted: Redacted = False,  # noqa: FBT002 - a query's
        visit: Visit = view(Permission.CONVERSATIONS, csrf=False),
    ) -> Response:
        lines = await _read(desk, visit, contact_id, "conversation.export", redacted=redacted)
        names = await facts.names_in(desk, lines)
        text = _BOM + "".join(_told(visit, line, names, desk) for line in lines if not line.step)
        name = f"conversation-{contact_id[:8]}-{datetime.now(desk.zone):%Y-%m-%d}.txt"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text, media_type="text/plain; charset=utf-8", headers=headers)


async def _read(
    desk: Desk, visit: Visit, contact_id: str, action: str, *, redacted: bool
) -> list[Line]:
    """The lines; 404, recorded, where they are not the visitor's to see."""
    try:
        lines = await facts.whole(desk, people.actor(visit), contact_id)
    except NotThere:
        raise await visit.missing("conversation") from None
    await visit.record(action, ("conversation", contact_id), redacted=redacted)
    if not redacted:
        return lines
    # Notes are for colleagues, and steps name them: what is given away holds neither.
    return [_without_names(one) for one in lines if one.kind not in {"note", "step"}]


def _without_names(line: Line) -> Line:
    original = redact(line.original) if line.original else line.original
    files = [replace(one, name="") for one in line.files]
    return replace(line, text=redact(line.text), original=original, author=None, files=files)


def _said(visit: Visit, line: Line) -> str:
    if line.files and line.kind == "counsellor":
        return ""  # the file's own line says it
    return line.text or (visit.t(f"media_{line.media}") if line.media else "")


def _file(visit: Visit, file: FileView) -> str:
    """A file as a line: name, kind, size, and why it is not there."""
    parts = [file.name, visit.t(f"file_{file.kind or 'unknown'}")]
    parts += [file_size(file.size, visit.language)] if file.size else []
    if file.state == "refused":
        parts.append(visit.t("file_refused", why=visit.t(f"file_reason_{file.reason}")))
    elif file.state != "kept":
        parts.append(visit.t(f"file_{file.state}"))
    return ", ".join(filter(None, parts))


def _told(visit: Visit, line: Line, names: dict[str, str], desk: Desk) -> str:
    who = names.get(line.author or "") or visit.t(f"line_{line.kind}")
    at = f"{line.at.astimezone(desk.zone):%Y-%m-%d %H:%M}"
    said = _said(visit, line)
    lines = [f"[{at}] {who}: {said}"]
    if line.original:
        lines.append(f"    ({visit.t('line_original')}: {line.original})")
    lines += [f"    [{_file(visit, one)}]" for one in line.files]
    lines += [f"    - {card.get('title', '')}" for card in line.cards]
    return "\r\n".join(lines) + "\r\n"
