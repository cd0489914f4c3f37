"""A message as every channel hands it in, and the rules that its text is read by."""

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

MAX_TEXT = 2000
"""Characters of one message that are read; a longer one is asked to be shorter."""

_PAYLOAD = re.compile(r"/[a-z_]+(\{.*\})?", re.DOTALL)
_SHOWN = {"offer", "training", "event"}
_CODE = re.compile(r"[A-Za-z0-9]{6,16}")
_LEADING = re.compile(r"^[\s/]+")
_KEPT_CONTROLS = "\n\t"
_DROPPED = {"Cc", "Cs"}  # control characters and lone surrogates: no database keeps the latter


COMMANDS = {
    "start": "/greet",
    "help": "/ask_help",
    "language": "/change_language",
    "stop": "/stop_alert",
    "delete": "/delete_my_data",
    "link": "/link_channel",
}
"""The commands that every channel with commands has, and the payload each stands for."""


LINK_PAYLOADS = frozenset({"/link_channel", "/link_code", "/link_move", "/link_no"})
"""What the edge answers by itself about moving to another channel; the dialogue never sees it."""


class Media(StrEnum):
    """What came instead of a text, or with it."""

    VOICE = "voice"
    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"
    LOCATION = "location"
    CONTACT = "contact"
    STICKER = "sticker"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Spot:
    """A point that a person shared, in degrees; WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that came with a message. It is fetched only when somebody is there to see it.

    Attributes:
        source: what the channel fetches it by; empty where `content` is here.
        name: as the sender's device calls it; nothing is decided by it.
        size: bytes, as the platform says; None where it does not.
        content: the bytes, where they came with the message.
    """

    source: str = ""
    name: str = ""
    size: int | None = None
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message that was sent, told by the platform's own id of it."""

    platform_id: str
    status: Literal["delivered", "read", "failed"]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message from a person, whatever the channel; an edited one is a new message.

    Attributes:
        channel: name of the channel.
        address: what the channel calls the person, at most 255 characters.
        message_id: the channel's id of the message; the same id is the same message.
        text: what was typed, or the title of the button pressed.
        payload: what the pressed button stands for, such as `/show_more`.
        media: kind of the attachment; a caption, where there is one, is the text.
        spot: the point shared, with media LOCATION.
        files: what is attached, as far as it is files.
        sent_at: when the platform says it was sent.
        language: the client's guess, taken only while the person's language is not known.
        greeted: the person has already read a greeting that says a machine answers.
        network: the address that the person's own device called from, for the rate limit alone;
            None where a platform calls for them. It is not kept.
    """

    channel: str
    address: str
    message_id: str
    text: str | None = None
    payload: str | None = None
    media: Media | None = None
    spot: Spot | None = None
    files: tuple[SentFile, ...] = ()
    sent_at: datetime | None = None
    language: str | None = None
    greeted: bool = False
    network: str | None = None


def clean(text: str) -> str:
    """`text` without control characters and lone surrogates, and without spaces around it."""
    kept = (c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) not in _DROPPED)
    return "".join(kept).strip()


def typed(text: str) -> str:
    """What a person typed, as it is kept: clean, never a command, bounded.

    A leading slash would reach the dialogue as an intent chosen by hand; only buttons may.
    """
    return _LEADING.sub("", clean(text))[: MAX_TEXT + 1]


def is_payload(message: str) -> bool:
    """Whether `message` has exactly the shape of a button's payload: `/intent{"slot": "value"}`."""
    match = _PAYLOAD.fullmatch(message)
    if not match or len(message) > MAX_TEXT or clean(message) != message:
        return False
    return match[1] is None or _is_json_object(match[1])


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def own_id(address: str, client_id: str) -> str:
    """A message id that a client chose, made unique to that client.

    Two persons whose clients both count 1, 2, 3 must not be taken for one, nor may anybody read
    another's replies by guessing an id.
    """
    return f"{hashlib.sha256(address.encode()).hexdigest()[:32]}:{client_id}"


def client_id(message_id: str) -> str:
    """The id as the client chose it; the reverse of `own_id`."""
    return message_id.partition(":")[2]


def link_payload(carried: str) -> str:
    """The payload that a deep link stands for: `offer_123`, `link_<code>`; else a greeting."""
    kind, _, value = carried.partition("_")
    if kind in _SHOWN and value.isascii() and value.isdecimal():
        return f'/show_details{{"item":"{value}"}}'
    if kind == "link" and _CODE.fullmatch(value):
        return f'/link_channel{{"code":"{value}"}}'
    return COMMANDS["start"]
