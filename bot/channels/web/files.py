"""A file from the widget: one form, one message."""

import re
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.incoming import Media, SentFile
from errors import BadInput

FILES = "/webhooks/web/file"
_FIELDS = 4
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MEDIA = {"image": Media.PHOTO, "audio": Media.VOICE, "video": Media.VIDEO}


@dataclass(frozen=True, slots=True)
class Brought:
    """What a form holds: the visitor's token, the browser's id of the message, the file.

    `media` is what the browser takes it for, to be told as; what it is, its content says.
    """

    visitor: str
    id: str
    file: SentFile
    media: Media


async def read(request: Request) -> Brought:
    """The form of a request; how large it may be, the edge has seen to.

    Raises:
        BadInput: too_large, or not_understood.
    """
    try:
        async with request.form(max_files=1, max_fields=_FIELDS) as form:
            visitor, own, file = form.get("visitor"), form.get("id"), form.get("file")
            if not (isinstance(visitor, str) and isinstance(own, str) and _ID.fullmatch(own)):
                raise BadInput("not_understood")
            if not isinstance(file, UploadFile):
                raise BadInput("not_understood")
            sent = SentFile(name=file.filename or "", content=await file.read())
            kind = (file.content_type or "").partition("/")[0]
            return Brought(visitor, own, sent, _MEDIA.get(kind, Media.DOCUMENT))
    except HTTPException as error:
        too_large = error.status_code == 413  # noqa: PLR2004
        raise BadInput("too_large" if too_large else "not_understood") from None
