"""How a file is given out: to be saved, never to be run or shown as a page of ours."""

from urllib.parse import quote

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from bot.attachments import keeping
from bot.transactions import Transactions
from errors import NotThere

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def download(content: bytes, media_type: str, name: str) -> Response:
    """A file to be saved under its name."""
    # RFC 6266 and 8187: the name in UTF-8, percent-encoded, so that no header can begin in it.
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    headers = {**_HEADERS, "Content-Disposition": disposition}
    return Response(content, media_type=media_type, headers=headers)


def shown(preview: bytes) -> Response:
    """A small JPEG, to be shown in a page of the console."""
    return Response(preview, media_type="image/jpeg", headers=_HEADERS)


def router(transactions: Transactions) -> APIRouter:
    """The route by which a person fetches what a counsellor sent: its address is the key."""
    routes = APIRouter()

    @routes.get("/files/{token}")
    async def file(token: str) -> Response:
        try:
            found = await transactions.read(keeping.by_token, token)
        except NotThere:
            raise HTTPException(404, "this file is not here, or not here any more") from None
        return download(found.content, found.media_type, found.name)

    return routes
