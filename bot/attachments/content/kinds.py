"""The kinds of files that are taken, and the names that they are kept by."""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. `kind`: picture, document or sound; `ending` as a name has it, with a dot."""

    kind: str
    media_type: str
    ending: str


JPEG = Kind("picture", "image/jpeg", ".jpg")
PNG = Kind("picture", "image/png", ".png")
WEBP = Kind("picture", "image/webp", ".webp")
PDF = Kind("document", "application/pdf", ".pdf")
DOCX = Kind(
    "document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"
)
ODT = Kind("document", "application/vnd.oasis.opendocument.text", ".odt")
TEXT = Kind("document", "text/plain", ".txt")
OGG = Kind("sound", "audio/ogg", ".ogg")
MP3 = Kind("sound", "audio/mpeg", ".mp3")
M4A = Kind("sound", "audio/mp4", ".m4a")

KINDS = {kind.media_type: kind for kind in (JPEG, PNG, WEBP, PDF, DOCX, ODT, TEXT, OGG, MP3, M4A)}

_LONGEST = 80  # characters before the ending
_ENDING = re.compile(r"(\.[A-Za-z0-9]{1,5})+$")
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|]')


def safe_name(name: str, kind: Kind) -> str:
    """A name that can do no harm: no path, no invisible characters, the ending of the content.

    A right-to-left override makes a program look like a document; of a double ending
    (`cv.pdf.exe`) nothing stays.
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    seen = " ".join(_NOT_IN_NAMES.sub(" ", seen).split())
    stem = _ENDING.sub("", seen).strip(". ")[:_LONGEST].strip()
    return f"{stem or kind.kind}{kind.ending}"
