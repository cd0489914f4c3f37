"""The page with the chat, and the page that shows a web site how to hold it.

Both follow ?lang= or the browser's language.
"""

from collections.abc import Iterable
from functools import lru_cache, partial
from html import escape
from pathlib import Path
from string import Template

import yaml
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from bot import script
from bot.speech import Speech

FOLDER = Path(__file__).parent / "widget"
_CACHE = {"Cache-Control": "public, max-age=300"}
_FILES = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "embed.js": "text/javascript",
}


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


def render(speech: Speech, language: str, name: str = "index.html") -> str:
    """One of the pages in one language."""
    profile = speech.profile
    reach = {"phone": profile.phone, "email": profile.email}
    words = {key: escape(texts[language].format_map(reach)) for key, texts in _texts().items()}
    return Template((FOLDER / name).read_text(encoding="utf-8")).substitute(
        words,
        language=language,
        direction="rtl" if speech.rtl(language) else "ltr",
        service=escape(profile.service_name[language]),
        accent=profile.accent_colour,
        languages=_choice(speech, language),
        demonstration=f'<p class="demo" data-text="demo">{words["demo"]}</p>'
        if profile.demo
        else "",
    )


def _choice(speech: Speech, chosen: str) -> str:
    """The languages as options of a form."""
    return "".join(
        f'<option value="{code}" lang="{code}"{" selected" * (code == chosen)}>'
        f"{escape(language.name)}</option>"
        for code, language in speech.languages.items()
    )


def router(speech: Speech) -> APIRouter:
    """The pages' routes."""
    routes = APIRouter()
    widget = script.build(speech)

    def page(request: Request, lang: str | None, name: str) -> HTMLResponse:
        accepted = request.headers.get("accept-language", "")
        language = choose_language(lang, accepted, speech.languages, speech.default_language)
        return HTMLResponse(render(speech, language, name), headers={"Vary": "Accept-Language"})

    @routes.get("/")
    async def chat(request: Request, lang: str | None = None) -> HTMLResponse:
        return page(request, lang, "index.html")

    @routes.get("/embed")
    async def embed(request: Request, lang: str | None = None) -> HTMLResponse:
        return page(request, lang, "embed.html")

    @routes.get("/widget.js")
    async def widget_script(request: Request) -> Response:
        return widget.response(request)

    @routes.get("/favicon.ico")
    async def icon() -> Response:
        return Response(status_code=204, headers=_CACHE)

    for name, kind in _FILES.items():
        routes.add_api_route(f"/{name}", partial(_file, name, kind), methods=["GET"])
    return routes


async def _file(name: str, kind: str) -> FileResponse:
    return FileResponse(FOLDER / name, media_type=kind, headers=_CACHE)
