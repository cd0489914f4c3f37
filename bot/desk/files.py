"""Files of a conversation in the console: looked at, saved, sent."""

import hashlib

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import UploadFile

from bot.attachments import serving
from bot.desk.conversation import once
from bot.desk.conversation.acts import Doing, Sent
from bot.desk.desk import Desk
from bot.desk.inbox import people
from bot.desk.permissions import Permission
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit
from bot.handoff.service import HandoffService
from bot.handoff.views import Actor
from errors import BadInput, FileRefused, NotThere

SEND = "/files/send"
"""Where a file is sent: the one address of the console that takes large forms."""
CONVERSATIONS = Permission.CONVERSATIONS


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    doing = Doing(desk)

    @routes.get("/files/{attachment_id}")
    async def file(attachment_id: int, visit: Visit = view(CONVERSATIONS, csrf=False)) -> Response:
        try:
            found = await desk.files.content(people.actor(visit), attachment_id)
        except NotThere:
            raise await visit.missing("file") from None
        await visit.record(
            "conversation.file", ("conversation", found.contact_id), file=attachment_id
        )
        return serving.download(found.content, found.media_type, found.name)

    @routes.get("/files/{attachment_id}/preview")
    async def preview(
        attachment_id: int, visit: Visit = view(CONVERSATIONS, csrf=False, passive=True)
    ) -> Response:
        # That the conversation was opened is in the trail; the picture is a part of its page.
        try:
            return serving.shown(await desk.files.preview(people.actor(visit), attachment_id))
        except NotThere:
            raise await visit.missing("file") from None

    @routes.post(SEND + "/{handoff_id}")
    async def send(handoff_id: int, visit: Visit = view(CONVERSATIONS, csrf=True)) -> Response:
        content, name, mark = await _given(visit)
        digest = hashlib.sha256(content or b"").hexdigest()
        key = once.key_of(mark, handoff_id, "file", name, digest)

        async def act(service: HandoffService, who: Actor) -> None:
            if content is None:
                raise BadInput("there is no file in the form")
            await desk.files.send(service, who, handoff_id, content, name)

        try:
            return await doing.act(visit, Sent(handoff_id, "conversation.send_file", key), act)
        except FileRefused as refused:
            why = visit.t(f"file_reason_{refused.reason}")
        if visit.partial:
            return JSONResponse({"words": visit.t("file_not_sent", why=why)}, 422)
        visit.flash("file_not_sent", "bad", why=why)
        item = await desk.handoff.item(people.actor(visit), handoff_id)
        return visit.go(f"/conversations/{item.contact_id}")

    return routes


async def _given(visit: Visit) -> tuple[bytes | None, str, str]:
    """The file in a form, its name, and the form's mark."""
    async with visit.request.form() as form:
        file, mark = form.get("file"), form.get("mark")
        mark = mark if isinstance(mark, str) else ""
        if not isinstance(file, UploadFile):
            return None, "", mark
        return await file.read(), file.filename or "", mark
