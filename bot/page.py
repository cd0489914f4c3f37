"""The demo page and the widget's files. The page follows ?lang= or the browser's language."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template

import yaml
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from bot.speech import Speech

FOLDER = Path(__file__).parent / "widget"
_CACHE = {"Cache-Control": "public, max-age=300"}
# A web site elsewhere may load the widget's files; nothing else of ours.
_SHARED = {**_CACHE, "Cross-Origin-Resource-Policy": "cross-origin"}


def choose_language(asked: str | None, accepted: str, known: Iterable[str], default: str) -> str:
    """The page's language: the one asked for, else the browser's best that we speak.

    Args:
        asked: value of ?lang=.
        accepted: the Accept-Language header, such as `fr-MA,fr;q=0.9,ar;q=0.8`.
        known: codes of the languages we speak.
        default: the deployment's language.
    """
    codes = set(known)
    if asked in codes:
        return str(asked)
    wishes = sorted(map(_wish, accepted[:500].split(",")), key=lambda wish: -wish[1])
    return next((code for code, quality in wishes if quality > 0 and code in codes), default)


def _wish(part: str) -> tuple[str, float]:
    tag, _, parameter = part.strip().partition(";")
    try:
        quality = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
    except ValueError:
        quality = 0.0
    return tag.strip().split("-")[0].lower(), quality


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, str]]:
    content = (FOLDER / "page.yml").read_text(encoding="utf-8")
    return {str(key): dict(texts) for key, texts in yaml.safe_load(content).items()}


def render(speech: Speech, language: str) -> str:
    """The demo page in one language."""
    profile = speech.profile
    reach = {"phone": profile.phone, "email": profile.email}
    words = {key: escape(texts[language].format_map(reach)) for key, texts in _texts().items()}
    return Template((FOLDER / "index.html").read_text(encoding="utf-8")).substitute(
        words,
        language=language,
        direction="rtl" if speech.rtl(language) else "ltr",
        service=escape(profile.service_name[language]),
        accent=profile.accent_colour,
        demonstration=f'<p class="demo" data-text="demo">{words["demo"]}</p>'
        if profile.demo
        else "",
    )


def router(speech: Speech) -> APIRouter:
    """The page's routes."""
    routes = APIRouter()

    @routes.get("/")
    async def page(request: Request, lang: str | None = None) -> HTMLResponse:
        accepted = request.headers.get("accept-language", "")
        language = choose_language(lang, accepted, speech.languages, speech.default_language)
        return HTMLResponse(render(speech, language), headers={"Vary": "Accept-Language"})

    @routes.get("/widget.js")
    async def script() -> FileResponse:
        return FileResponse(FOLDER / "widget.js", media_type="text/javascript", headers=_SHARED)

    @routes.get("/widget.css")
    async def style() -> FileResponse:
        return FileResponse(FOLDER / "widget.css", media_type="text/css", headers=_SHARED)

    @routes.get("/page.css")
    async def page_style() -> FileResponse:
        return FileResponse(FOLDER / "page.css", media_type="text/css", headers=_CACHE)

    @routes.get("/page.js")
    async def page_script() -> FileResponse:
        return FileResponse(FOLDER / "page.js", media_type="text/javascript", headers=_CACHE)

    @routes.get("/favicon.ico")
    async def icon() -> Response:
        return Response(status_code=204, headers=_CACHE)

    return routes
