"""What Telegram's updates become.

python-telegram-bot parses them, and trusts them; whatever it or we stumble over in one is no
message of a person, and is ignored and counted. It is given no more than we read: it refuses a
whole message over a field that a poll in it lacks.
"""

import math
import re
from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from telegram import (
    CallbackQuery,
    ChatMemberUpdated,
    InlineKeyboardMarkup,
    Message,
    Update,
    User,
)
from telegram.constants import ChatMemberStatus, ChatType

from bot.channels.telegram.attached import files_in
from bot.channels.telegram.buttons import digest, title_of
from bot.incoming import COMMANDS, Incoming, Media, Spot, clean, link_payload, typed

log = structlog.get_logger()

NAME = "telegram"
KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
"""The updates that we ask Telegram for."""

_COMMAND = re.compile(r"/([a-z]{1,32})(?:@\w+)?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
_LARGEST_ID = 2**63
_LONGEST_QUERY = 64
_PRESENT = {ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.RESTRICTED}
_MESSAGE = (
    "message_id", "from", "chat", "date", "edit_date", "text", "caption", "media_group_id",
    "location", "reply_markup",
)  # fmt: skip
# An animation is a document too, and a venue a location: the more telling name stands first.
_MEDIA = {
    "voice": Media.VOICE,
    "audio": Media.VOICE,
    "video_note": Media.VIDEO,
    "animation": Media.VIDEO,
    "video": Media.VIDEO,
    "photo": Media.PHOTO,
    "live_photo": Media.PHOTO,
    "document": Media.DOCUMENT,
    "sticker": Media.STICKER,
    "contact": Media.CONTACT,
    "location": Media.LOCATION,
    "poll": Media.OTHER,
    "dice": Media.OTHER,
    "game": Media.OTHER,
    "story": Media.OTHER,
    "paid_media": Media.OTHER,
    "checklist": Media.OTHER,
    "invoice": Media.OTHER,
    "giveaway": Media.OTHER,
}


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote. `edits`: the id of the message of theirs that this one takes the place of."""

    incoming: Incoming
    edits: str | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody pressed a button; what it stands for is not known yet.

    Attributes:
        query_id: Telegram's id of the press, to answer it by.
        address: the chat.
        message_id: the message that the button is under.
        data: what the button carries.
        title: what it says; None where Telegram no longer tells.
        keyboard: all that is under the message; None where Telegram no longer tells.
        language: the person's, if it is one of ours.
    """

    query_id: str
    address: str
    message_id: int
    data: str
    title: str | None
    keyboard: InlineKeyboardMarkup | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody blocked us, at that moment."""

    address: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody put us into a group or a channel."""

    chat_id: int
    language: str | None


@dataclass(frozen=True, slots=True)
class Ignored:
    """No message of a person; `why` is one word of ours."""

    why: str


Heard = Said | Pressed | Blocked | Invited | Ignored


def read(content: dict[str, Any], languages: Container[str]) -> Heard:
    """What an update tells us. Never raises.

    Args:
        content: the update as it came, decoded from JSON.
        languages: codes of the languages that we speak.
    """
    try:
        return _with_files(
            _heard(Update.de_json(_read_part(content)), _kind(content), languages), content
        )
    except Exception as error:  # noqa: BLE001 - nothing tells what the library raises over what
        log.warning("update_not_understood", why=type(error).__name__)
        return Ignored("not_understood")


def _read_part(content: dict[str, Any]) -> dict[str, Any]:
    """An update with what we read of its messages."""
    reduced = dict(content)
    for name in ("message", "edited_message"):
        if isinstance(content.get(name), dict):
            reduced[name] = _reduced(content[name])
    query = content.get("callback_query")
    if isinstance(query, dict) and isinstance(query.get("message"), dict):
        reduced["callback_query"] = {**query, "message": _reduced(query["message"])}
    return reduced


def _reduced(message: dict[str, Any]) -> dict[str, Any]:
    return {name: message[name] for name in _MESSAGE if name in message}


def _kind(content: dict[str, Any]) -> str | None:
    """The kind of what is attached to an update's message."""
    message = content.get("message") or content.get("edited_message")
    if not isinstance(message, dict):
        return None
    return next((kind for kind in _MEDIA if message.get(kind)), None)


def _with_files(heard: Heard, content: dict[str, Any]) -> Heard:
    if not isinstance(heard, Said):
        return heard
    return replace(heard, incoming=replace(heard.incoming, files=files_in(content)))


def _heard(update: Update, kind: str | None, languages: Container[str]) -> Heard:
    if update.message:
        return _message(update.message, kind, languages)
    if update.edited_message:
        return _edited(update.edited_message, kind, languages)
    if update.callback_query:
        return _press(update.callback_query, languages)
    if update.my_chat_member:
        return _standing(update.my_chat_member, languages)
    kinds = (name for name in Update.ALL_TYPES if getattr(update, name, None))
    return Ignored(next(kinds, "unknown"))


def _message(message: Message, kind: str | None, languages: Container[str]) -> Heard:
    if message.chat.type != ChatType.PRIVATE:
        return Ignored("group")
    if message.from_user and message.from_user.is_bot:
        return Ignored("bot")
    if message.text is None and kind is None:
        return Ignored("service")
    return Said(_incoming(message, kind, languages))


def _incoming(message: Message, kind: str | None, languages: Container[str]) -> Incoming:
    said = message.text if message.text is not None else message.caption
    address, spot = _id(message.chat.id), message.location
    return Incoming(
        channel=NAME,
        address=address,
        message_id=f"{address}:{_part(message)}",
        text=None if said is None else typed(said),
        payload=_command(message.text) if message.text else None,
        media=_MEDIA[kind] if kind else None,
        spot=_spot(spot.latitude, spot.longitude) if spot else None,
        sent_at=message.date,
        language=_language(message.from_user, languages),
    )


def _part(message: Message) -> str:
    """The pictures of an album are one message, but for those with words of their own."""
    if message.media_group_id and not message.caption:
        return f"album:{digest(message.media_group_id)}"
    return _id(message.message_id)


def _command(text: str) -> str | None:
    """The payload that a command stands for; None for a text, and for a command that is not ours.

    `/start offer_123` is what a deep link writes; `/link <code>` is written by hand.
    """
    match = _COMMAND.fullmatch(text.strip())
    name, rest = (match[1].lower(), (match[2] or "").strip()) if match else ("", "")
    if name == "start":
        return link_payload(rest)
    if name == "link" and rest:
        payload = link_payload(f"link_{rest}")
        return payload if payload != COMMANDS["start"] else COMMANDS["link"]
    return COMMANDS.get(name)


def _edited(message: Message, kind: str | None, languages: Container[str]) -> Heard:
    """A corrected text is a new message. A place that moves is no correction."""
    if message.location:
        return Ignored("live_location")
    heard = _message(message, kind, languages)
    if not isinstance(heard, Said):
        return heard
    first, words = heard.incoming, message.text or message.caption or ""
    edited_at = int(message.edit_date.timestamp()) if message.edit_date else 0
    again = f"{first.message_id}:{edited_at}:{digest(words)[:8]}"
    return Said(replace(first, message_id=again), edits=first.message_id)


def _press(query: CallbackQuery, languages: Container[str]) -> Heard:
    message, data = query.message, query.data
    if message is None or data is None:
        return Ignored("inline" if message is None else "game")
    if message.chat.type != ChatType.PRIVATE:
        return Ignored("group")
    shown = message.reply_markup if isinstance(message, Message) else None
    title = title_of(shown, data)
    return Pressed(
        query_id=clean(query.id)[:_LONGEST_QUERY],
        address=_id(message.chat.id),
        message_id=int(_id(message.message_id)),
        data=clean(data),
        title=None if title is None else typed(title),
        keyboard=shown,
        language=_language(query.from_user, languages),
    )


def _standing(change: ChatMemberUpdated, languages: Container[str]) -> Heard:
    before, after = change.old_chat_member.status, change.new_chat_member.status
    if change.chat.type == ChatType.PRIVATE:
        if after in _PRESENT:
            return Ignored("unblocked")
        return Blocked(_id(change.chat.id), change.date)
    if after in _PRESENT and before not in _PRESENT:
        language = _language(change.from_user, languages)
        return Invited(int(_id(change.chat.id)), language)
    return Ignored("group")


def _language(user: User | None, languages: Container[str]) -> str | None:
    code = (user.language_code or "").partition("-")[0].lower() if user else ""
    return code if code in languages else None


def _id(number: object) -> str:
    """An id as we keep it.

    Raises:
        ValueError: it is none.
    """
    if type(number) is not int or abs(number) >= _LARGEST_ID:
        raise ValueError("no id")
    return str(number)


def _spot(latitude: float, longitude: float) -> Spot:
    """A point.

    Raises:
        ValueError: there is none such on Earth.
    """
    north, east = float(latitude), float(longitude)
    if not (math.isfinite(north) and abs(north) <= 90 and abs(east) <= 180):  # noqa: PLR2004
        raise ValueError("no point on Earth")
    return Spot(north, east)
