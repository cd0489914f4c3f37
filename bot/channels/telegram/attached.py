"""The files in Telegram's updates."""

from typing import Any

from bot.incoming import SentFile

_FILES = ("voice", "audio", "video_note", "animation", "video", "photo", "document")


def files_in(content: dict[str, Any]) -> tuple[SentFile, ...]:
    """What is attached to an update's message, as it came: of a picture, its largest size."""
    message = content.get("message") or content.get("edited_message") or {}
    kind = next((one for one in _FILES if message.get(one)), None)
    sent = message[kind] if kind else None
    if isinstance(sent, list):
        sent = sent[-1]
    if not isinstance(sent, dict) or not isinstance(sent.get("file_id"), str):
        return ()
    name, size = sent.get("file_name"), sent.get("file_size")
    known = type(size) is int and size >= 0
    return (
        SentFile(sent["file_id"], name if isinstance(name, str) else "", size if known else None),
    )
