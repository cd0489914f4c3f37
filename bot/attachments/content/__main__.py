"""The process that looks into one file: bytes on stdin; a line of JSON, then bytes, on stdout."""

import json
import resource
import sys

from bot.attachments.content.looking import look
from errors import FileRefused

_MEMORY = 768 * 1024 * 1024
_SECONDS = 20


def main() -> None:
    """Look into the file on stdin."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        looked = look(sys.stdin.buffer.read())
    except FileRefused as refused:
        _tell({"refused": refused.reason})
    except (MemoryError, RecursionError):
        _tell({"refused": "bomb"})
    else:
        kind, preview = looked.kind, looked.preview or b""
        _tell({"type": kind.media_type, "preview": len(preview)}, preview, looked.content)


def _tell(head: dict[str, object], *parts: bytes) -> None:
    out = sys.stdout.buffer
    out.write(json.dumps(head).encode() + b"\n")
    for part in parts:
        out.write(part)
    out.flush()


if __name__ == "__main__":
    main()
