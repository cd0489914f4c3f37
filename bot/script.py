"""The widget as one script: its parts, its style and its words, joined once and kept packed.

A web site embeds a single file, so that one request brings all of it; `bot/widget/` holds it in
parts that can be read.
"""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from fastapi.responses import Response

from bot.speech import Speech

FOLDER = Path(__file__).parent / "widget"
PARTS = (
    "tools", "colours", "line", "outbox", "log", "shell", "conversation", "chat", "start",
)  # fmt: skip
WORDS = (
    "machine", "open", "news", "close", "options", "language", "light", "forget", "log", "write",
    "send", "typing", "offline", "unavailable", "unsent", "late", "failed", "again", "listing",
    "elsewhere", "demo", "picture", "show_picture", "no_files", "attach", "sending",
    "too_large", "welcome", "consent", "privacy", "agree", "decline", "team",
)  # fmt: skip
"""Keys of replies/widget.yml, without their `chat_`."""

_FRAME = """\
"use strict";
(() => {{
if (customElements.get("tawjih-chat")) return;
const SCRIPT = document.currentScript || document.querySelector('script[src*="/widget.js"]');
const HOME = new URL(SCRIPT.src);
const SETUP = {setup};
const STYLE = {style};
{parts}
}})();
"""
_CACHE = {"Cache-Control": "public, max-age=3600", "Vary": "Accept-Encoding"}
# A web site elsewhere may load the script; nothing else of ours.
_SHARED = {**_CACHE, "Cross-Origin-Resource-Policy": "cross-origin"}


@dataclass(frozen=True, slots=True)
class Script:
    """The script, as it is and gzipped, and the tag by which browsers know it."""

    content: bytes
    packed: bytes
    tag: str

    def response(self, request: Request) -> Response:
        """What a request for it gets: nothing, if the browser has it already."""
        headers = {**_SHARED, "ETag": self.tag}
        if self.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if re.search(
            r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", request.headers.get("accept-encoding", "")
        ):
            headers["Content-Encoding"] = "gzip"
            return Response(self.packed, media_type="text/javascript", headers=headers)
        return Response(self.content, media_type="text/javascript", headers=headers)


def build(speech: Speech) -> Script:
    """The script of one deployment: its words, its colour and its privacy page are inside."""
    code = _FRAME.format(
        setup=_json(setup(speech)),
        style=_json(_lean_style(_read("widget.css"))),
        parts="\n".join(_lean(_read(f"{name}.js")) for name in PARTS),
    ).encode()
    tag = f'"{hashlib.sha256(code).hexdigest()[:20]}"'
    return Script(code, gzip.compress(code, mtime=0), tag)


def setup(speech: Speech) -> dict[str, object]:
    """What the script knows of the deployment."""
    profile = speech.profile
    return {
        "default": speech.default_language,
        "accent": profile.accent_colour,
        "privacy": profile.privacy_url,
        "languages": {
            code: {
                "name": language.name,
                "rtl": language.rtl,
                "service": profile.service_name[code],
                "words": {word: speech.body(f"chat_{word}", code)["text"] for word in WORDS},
            }
            for code, language in speech.languages.items()
        },
    }


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lean(code: str) -> str:
    """JavaScript without the lines that are nothing but a comment, and without indentation."""
    lines = (line.strip() for line in code.splitlines())
    return "\n".join(line for line in lines if line and not re.match(r"//|/\*\*.*\*/$", line))


def _lean_style(style: str) -> str:
    bare = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return re.sub(r"\s*([{};])\s*", r"\1", re.sub(r"\s+", " ", bare)).strip()
