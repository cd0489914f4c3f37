"""A file looked into: which kind it is by its content, and what of it is kept."""

from dataclasses import dataclass

import puremagic

from bot.attachments.content import archives, pdfs, pictures, sounds, texts
from bot.attachments.content.kinds import PDF, TEXT, Kind
from errors import FileRefused

_PICTURES = {"image/jpeg", "image/png", "image/webp"}
_SNIFFED = 64 * 1024  # bytes; what begins a file is at its beginning


@dataclass(frozen=True, slots=True)
class Looked:
    """A file as it is kept; `preview`: a small JPEG of a picture."""

    kind: Kind
    content: bytes
    preview: bytes | None = None


def look(content: bytes) -> Looked:
    """Look into a file; its name and what a client says of its type count for nothing.

    Raises:
        FileRefused: type, active, locked, bomb, broken or empty.
    """
    if not content:
        raise FileRefused("empty")
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or _is_webp(content):
        kind, painted, preview = pictures.painted(content)
        return Looked(kind, painted, preview)
    if content.startswith(b"%PDF-"):
        pdfs.check(content)
        return Looked(PDF, content)
    if content.startswith(b"PK\x03\x04"):
        return Looked(archives.check(content), content)
    if sound := _sound(content):
        return Looked(sound, content)
    return Looked(TEXT, _text(content))


def _is_webp(content: bytes) -> bool:
    return content.startswith(b"RIFF") and content[8:12] == b"WEBP"


def _sound(content: bytes) -> Kind | None:
    if content.startswith(b"OggS"):
        return sounds.ogg(content)
    if content[4:8] == b"ftyp":
        return sounds.m4a(content)
    if content.startswith(b"ID3") or (content[:1] == b"\xff" and content[1:2] >= b"\xe2"):
        try:
            return sounds.mp3(content)
        except FileRefused:
            if content.startswith(b"ID3"):
                raise
    return None


def _text(content: bytes) -> bytes:
    """The text in a file that begins as none of the kinds that are taken.

    What a library knows by its first bytes, and is no text, is refused however it decodes.
    """
    try:
        known = puremagic.magic_string(content[:_SNIFFED])
    except (puremagic.PureError, ValueError):
        known = []
    sure = [one for one in known if one.confidence >= 0.8 and one.mime_type]  # noqa: PLR2004
    if any(not one.mime_type.startswith("text/") for one in sure):
        raise FileRefused("type")
    return texts.plain(content)
