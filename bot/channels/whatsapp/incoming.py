"""What a webhook of WhatsApp brings: messages, receipts, and who wants to hear no more.

Shapes: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.incoming import Incoming, Media, Receipt, SentFile, is_payload, typed
from bot.meta.graph import trouble_of
from bot.meta.webhook import Json, at, moment, name_at, objects, payload_in, spot, text_at

NAME = "whatsapp"
OPTED_OUT = frozenset({131050})
"""Codes of somebody who wants no such messages any more."""

_NUMBER = re.compile(r"\+?(\d{5,20})")
_USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,200}")
_MEDIA = {
    "audio": Media.VOICE,
    "voice": Media.VOICE,
    "image": Media.PHOTO,
    "video": Media.VIDEO,
    "document": Media.DOCUMENT,
    "sticker": Media.STICKER,
    "contacts": Media.CONTACT,
    "location": Media.LOCATION,
    "order": Media.OTHER,
    "unsupported": Media.OTHER,
    "unknown": Media.OTHER,
}


@dataclass(frozen=True, slots=True)
class Written:
    """A message, and the id for this service that its person has beside a number."""

    incoming: Incoming
    user_id: str | None = None


@dataclass(slots=True)
class Brought:
    """What one webhook brings. `gone`: addresses; `ignored`: what is nobody's message, by why."""

    messages: list[Written] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)


def parse(update: Json, number_id: str) -> Brought:
    """Read a webhook; what cannot be read is counted, and takes nothing else with it.

    Args:
        update: its body.
        number_id: Meta's id of the number that is ours.
    """
    brought = Brought()
    if update.get("object") != "whatsapp_business_account":
        brought.ignored["object"] += 1
        return brought
    for change in _changes(update):
        if text_at(change, "value", "metadata", "phone_number_id") != number_id:
            brought.ignored["other_number"] += 1
        elif text_at(change, "field") in {"messages", "user_preferences"}:
            _read(change["value"], brought)
        else:
            brought.ignored["field"] += 1
    return brought


def _changes(update: Json) -> Iterator[Json]:
    for entry in objects(update, "entry"):
        yield from objects(entry, "changes")


def _read(value: Json, brought: Brought) -> None:
    for message in objects(value, "messages"):
        why = _message(message, value, brought)
        if why:
            brought.ignored[why] += 1
    for status in objects(value, "statuses"):
        _status(status, brought)
    for preference in objects(value, "user_preferences"):
        if preference.get("value") == "stop":
            brought.gone += _addresses(preference, "wa_id", "user_id")
    if errors := objects(value, "errors"):
        brought.ignored["error"] += len(errors)


def _message(message: Json, value: Json, brought: Brought) -> str | None:
    """Add one message; or why it is none to be answered."""
    kind = text_at(message, "type")
    if "group_id" in message:
        return "group"
    if kind in {"reaction", "system", "ephemeral"}:
        return kind
    number, user_id = _person(message, value)
    message_id = name_at(message, "id")
    if not message_id or not (number or user_id):
        return "malformed"
    incoming = _incoming(kind, message, number or user_id or "", message_id)
    if incoming is None:
        return "unknown"
    brought.messages.append(Written(incoming, user_id if number else None))
    return None


def _person(message: Json, value: Json) -> tuple[str | None, str | None]:
    """Who wrote: their number, if it is told, and their id for this service, if they have one."""
    contacts = objects(value, "contacts")
    sender = text_at(message, "from")
    ours = [one for one in contacts if sender and text_at(one, "wa_id") == sender]
    contact = (ours or contacts or [{}])[0] if ours or len(contacts) == 1 else {}
    names = (sender, text_at(message, "from_user_id"), text_at(contact, "user_id"))
    numbers = (sender, text_at(contact, "wa_id"))
    return _first(_NUMBER, numbers), _first(_USER_ID, names)


def _first(pattern: re.Pattern[str], names: tuple[str, ...]) -> str | None:
    found = (pattern.fullmatch(name) for name in names if name.isascii())
    return next((match[match.lastindex or 0] for match in found if match), None)


def _addresses(told: Json, number: str, user_id: str) -> list[str]:
    names = (text_at(told, number), text_at(told, user_id))
    return [name for pattern in (_NUMBER, _USER_ID) if (name := _first(pattern, names))]


def _incoming(kind: str, message: Json, address: str, message_id: str) -> Incoming | None:
    """The message as the turn knows it; None for a kind that is not known."""
    text, payload = _words(kind, message)
    if text is None and payload is None and kind not in _MEDIA:
        return None
    place = message.get("location") if kind == "location" else None
    return Incoming(
        channel=NAME,
        address=address,
        message_id=message_id,
        text=text,
        payload=payload,
        media=_MEDIA.get(kind),
        spot=spot(at(place, "latitude"), at(place, "longitude")),
        files=_files(kind, message),
        sent_at=moment(message.get("timestamp")),
    )


def _files(kind: str, message: Json) -> tuple[SentFile, ...]:
    """What is attached, by Meta's id of it; a sticker is no file that somebody means to hand in."""
    if kind not in {"audio", "voice", "image", "video", "document"}:
        return ()
    source = name_at(message, kind, "id")
    return (SentFile(source, text_at(message, kind, "filename")),) if source else ()


def _words(kind: str, message: Json) -> tuple[str | None, str | None]:
    """What was typed or pressed: text and payload."""
    match kind:
        case "text":
            text = text_at(message, "text", "body")
            return typed(text), payload_in(text)
        case "interactive":
            inner = text_at(message, "interactive", "type")
            pressed = at(message, "interactive", inner)
            return _pressed(text_at(pressed, "title"), text_at(pressed, "id"))
        case "button":
            return _pressed(
                text_at(message, "button", "text"), text_at(message, "button", "payload")
            )
        case "request_welcome":
            return None, payload_in("/start")
        case _:
            return typed(text_at(message, kind, "caption")) or None, None


def _pressed(title: str, payload: str) -> tuple[str | None, str | None]:
    # A button of an approved template stands for its own words.
    if is_payload(payload):
        return typed(title) or None, payload
    return (typed(title) or None), None


def _status(status: Json, brought: Brought) -> None:
    told, platform_id = status.get("status"), name_at(status, "id")
    if not platform_id or not isinstance(told, str):
        brought.ignored["malformed"] += 1
    elif told in {"delivered", "read"}:
        brought.receipts.append(Receipt(platform_id, told))  # type: ignore[arg-type]
    elif told == "failed":
        troubles = [trouble_of(error, "failed") for error in objects(status, "errors")]
        reason = "; ".join(trouble.reason for trouble in troubles) or "failed"
        brought.receipts.append(Receipt(platform_id, "failed", reason))
        if any(trouble.code in OPTED_OUT for trouble in troubles):
            brought.gone += _addresses(status, "recipient_id", "recipient_user_id")
    elif told != "sent":  # that it is sent we know
        brought.ignored["status"] += 1
