"""Plain texts: written anew in UTF-8, and none that a browser or an editor would run."""

import re
import unicodedata

from charset_normalizer import from_bytes

from errors import FileRefused

_MARKUP = re.compile(
    r"\s*(<(!doctype|\?|!--|html|svg|script|head|body|xml)|#!|\{\\rtf|%!PS|MZ)|<script|<svg|<html",
    re.IGNORECASE,
)
_CODINGS = ["cp1252", "cp1256", "iso8859_15"]
_BOM = b"\xef\xbb\xbf"  # so that every editor reads Arabic
_ALLOWED = "\n\r\t\f"


def plain(content: bytes) -> bytes:
    """A text in UTF-8.

    Raises:
        FileRefused: no text, or markup or a script in place of one.
    """
    text = _decoded(content)
    odd = sum(unicodedata.category(c) == "Cc" for c in text if c not in _ALLOWED)
    if odd or not text.strip() or _MARKUP.search(text):
        raise FileRefused("type")
    return _BOM + text.lstrip("\ufeff").encode("utf-8", "replace")


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        raise FileRefused("type")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        found = from_bytes(content, cp_isolation=_CODINGS).best()
        if found is None:
            raise FileRefused("type") from None
        return str(found)
