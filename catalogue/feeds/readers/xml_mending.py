"""What partners' XML most often has wrong, set right as it streams by: stray & and controls."""

import html
import re
from collections.abc import Iterator

_OPEN, _CLOSE = "<![CDATA[", "]]>"
_OWN = {"amp", "lt", "gt", "quot", "apos"}
_AMPERSAND = re.compile(r"&(?:(#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_HELD = 40  # characters that a block may end with in the middle of something


class Mender:
    """Mends the text of one file; `mended` counts what was wrong."""

    def __init__(self) -> None:
        self.mended = 0
        self._in_cdata = False
        self._beginning = True

    def run(self, blocks: Iterator[str]) -> Iterator[str]:
        """The blocks, well-formed as far as characters go, without the XML declaration."""
        rest = ""
        for block in blocks:
            text = rest + block
            if self._beginning and len(text) > _HELD:
                # It names an encoding that the text, decoded by now, no longer has.
                text, self._beginning = _without_declaration(text), False
            at = _boundary(text)
            rest = text[at:]
            if at:
                yield self._mend(text[:at])
        yield self._mend(_without_declaration(rest) if self._beginning else rest)

    def _mend(self, text: str) -> str:
        text, controls = _CONTROL.subn("", text)
        self.mended += controls
        parts: list[str] = []
        while text:
            part, mark, text = text.partition(_CLOSE if self._in_cdata else _OPEN)
            parts += [part if self._in_cdata else _AMPERSAND.sub(self._entity, part), mark]
            if mark:
                self._in_cdata = not self._in_cdata
        return "".join(parts)

    def _entity(self, found: re.Match[str]) -> str:
        name = found[1]
        if name and (name in _OWN or name.startswith("#")):
            return found[0]
        self.mended += 1
        meant = html.unescape(found[0]) if name else found[0]
        return meant if name and meant != found[0] else "&amp;" + found[0][1:]


def _boundary(text: str) -> int:
    """How much can be mended now: an entity or a mark of CDATA may be cut at the end."""
    at = max(text.rfind(mark, len(text) - _HELD) for mark in ("&", "<", "]")) if text else 0
    # Of several brackets in a row, the first belongs to the mark too.
    while at > 0 and text[at] == "]" and text[at - 1] == "]":
        at -= 1
    return len(text) if at < 0 else at


def _without_declaration(text: str) -> str:
    # Its line stays, so that lines are counted as the file has them.
    return _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text, count=1)
