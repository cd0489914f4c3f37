"""Messenger and Instagram, by the Messenger Platform. See docs/channels/messenger.md.

Both come by one webhook and go by one page; an Instagram person's address begins with `instagram:`.
Shapes: https://developers.facebook.com/documentation/business-messaging/messenger-platform
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from bot import metrics
from bot.channel import Bounds, Outgoing, OutgoingFile
from bot.fitting import parts, shortened
from bot.incoming import (
    COMMANDS,
    Incoming,
    Media,
    Receipt,
    SentFile,
    is_payload,
    link_payload,
    typed,
)
from bot.messages import Body
from bot.meta.channel import MetaChannel
from bot.meta.graph import COUNSELLORS_WINDOW, Graph, Trouble, is_open
from bot.meta.webhook import (
    MOST_BYTES,
    Json,
    Secrets,
    at,
    moment,
    name_at,
    named,
    objects,
    payload_in,
    spot,
    text_at,
)
from bot.plain import options, picture, told
from bot.speech import Speech
from errors import DeliveryError, Gone, Refused, SettingsError
from settings import Settings
from store.base import now

NAME = "messenger"
TEXT, INSTAGRAM_TEXT = 2000, 1000
TITLE, QUICK_REPLIES = 20, 13
_INSTAGRAM = "instagram:"
_PAYLOAD = 1000
_MOST_FILES = 10
_GONE = {(551, 0), (100, 2018001), (200, 1545041)}
_MEDIA = {
    "audio": Media.VOICE,
    "image": Media.PHOTO,
    "video": Media.VIDEO,
    "file": Media.DOCUMENT,
    "location": Media.LOCATION,
}
_NO_MESSAGES = ("reaction", "delivery", "read", "optin", "account_linking", "policy_enforcement")


def events(update: Json) -> Iterator[tuple[Json, str]]:
    """What happened to us, each with the beginning of its person's address."""
    prefix = {"page": "", "instagram": _INSTAGRAM}.get(text_at(update, "object"))
    for entry in objects(update, "entry") if prefix is not None else ():
        for event in objects(entry, "messaging"):
            yield event, prefix or ""


def parse(event: Json, prefix: str) -> Incoming | str:
    """The message in an event; or why there is none."""
    for kind in _NO_MESSAGES:
        if kind in event:
            return kind
    read = _message if "message" in event else _edited if "message_edit" in event else _pressed
    incoming, sender = read(event), name_at(event, "sender", "id")
    if isinstance(incoming, str):
        return incoming
    if not sender or not incoming.message_id:
        return "malformed"
    sent_at = moment(event.get("timestamp"), 1000)
    return replace(incoming, address=prefix + sender, sent_at=sent_at)


def _new(message_id: str, **said: Any) -> Incoming:  # noqa: ANN401 - fields of Incoming
    return Incoming(channel=NAME, address="", message_id=message_id, **said)


def _message(event: Json) -> Incoming | str:
    message = event["message"]
    for kind in ("is_echo", "is_deleted"):
        if at(message, kind):
            return kind
    text, message_id = text_at(message, "text"), name_at(message, "mid")
    payload = text_at(message, "quick_reply", "payload")
    if text:
        pressed = payload if is_payload(payload) else payload_in(text)
        return _new(message_id, text=typed(text), payload=pressed)
    attachments = objects(message, "attachments")
    files = tuple(file for one in attachments[:_MOST_FILES] for file in _files(one))
    return replace(_attached(message_id, next(iter(attachments), {})), files=files)


def _files(attachment: Json) -> Iterator[SentFile]:
    """The file in an attachment, by Meta's address of it; a sticker is none."""
    url = text_at(attachment, "payload", "url")
    is_file = text_at(attachment, "type") in {"audio", "image", "video", "file"}
    if url and is_file and not at(attachment, "payload", "sticker_id"):
        yield SentFile(url)


def _attached(message_id: str, attachment: Json) -> Incoming:
    kind, where = text_at(attachment, "type"), at(attachment, "payload", "coordinates")
    media = _MEDIA.get(kind, Media.OTHER)
    if at(attachment, "payload", "sticker_id"):
        media = Media.STICKER
    return _new(message_id, media=media, spot=spot(at(where, "lat"), at(where, "long")))


def _edited(event: Json) -> Incoming:
    # An edited message is a new one, so it needs an id of its own.
    edited = event["message_edit"]
    message_id = name_at(edited, "mid")
    known = named(f"{message_id}:{at(edited, 'num_edit')}") if message_id else ""
    return _new(known, text=typed(text_at(edited, "text")))


def _pressed(event: Json) -> Incoming | str:
    """A button pressed, or a link to us followed (m.me, with `ref`)."""
    pressed = event.get("postback")
    payload, referred = text_at(pressed, "payload"), text_at(pressed, "referral", "ref")
    ref = referred or text_at(event, "referral", "ref")
    if pressed is None and not ref:
        return "unknown"
    stands_for = link_payload(ref) if ref else payload if is_payload(payload) else COMMANDS["start"]
    own = name_at(pressed, "mid") or f"{text_at(event, 'sender', 'id')}:{event.get('timestamp')}"
    return _new(named(own), text=typed(text_at(pressed, "title")) or None, payload=stands_for)


def bodies(body: Body, *, mark: str, limit: int, public_url: str = "") -> list[Json]:
    """A message as the platform takes it, in order: a picture, texts, quick replies under the last.

    Args:
        body: the dialogue's message.
        mark: stands beside what is a demonstration.
        limit: characters of one text.
        public_url: where the public reaches the edge.
    """
    image = picture(body, public_url)
    attachment = {"type": "image", "payload": {"url": image}}
    made: list[Json] = [{"attachment": attachment}] if image else []
    made += [{"text": piece} for piece in parts(told(body, mark), limit)]
    quick = [
        {"content_type": "text", "title": shortened(one.title, TITLE), "payload": one.payload}
        for one in options(body, QUICK_REPLIES)
        if len(one.payload) <= _PAYLOAD
    ]
    if made and quick:
        made[-1]["quick_replies"] = quick
    return made


class Messenger(MetaChannel):
    """The channel; see MetaChannel for its arguments."""

    name = NAME
    bounds: ClassVar[Bounds] = Bounds(
        text=TEXT, buttons=QUICK_REPLIES, title=TITLE, a_second=40.0, body=MOST_BYTES
    )

    async def take(self, update: Json) -> None:
        """Take in what one webhook brings."""
        happened = list(events(update))
        if not happened:
            metrics.IGNORED.labels(NAME, "object").inc()
        for event, prefix in happened:
            if why := await self._take(event, prefix):
                metrics.IGNORED.labels(NAME, why).inc()

    async def _take(self, event: Json, prefix: str) -> str | None:
        """Take in one event; or why not."""
        if receipts := receipts_in(event):
            await self._intake.receipts(NAME, receipts)
        elif text_at(event, "optin", "notification_messages_status") == "STOP_NOTIFICATIONS":
            await self._intake.gone(NAME, prefix + name_at(event, "sender", "id"))
        elif isinstance(found := parse(event, prefix), str):
            return found
        else:
            await self._intake.submit(found)
        return None

    async def send(self, outgoing: Outgoing) -> Sequence[str]:
        """Hand a message over, in the platform's window alone.

        Raises:
            TryLater, Refused, Gone: as the contract says.
        """
        how = _how(outgoing)
        limit = INSTAGRAM_TEXT if outgoing.address.startswith(_INSTAGRAM) else TEXT
        mark = self._word("demo_mark", outgoing.language)
        made = (
            [self._file(outgoing, outgoing.file)]
            if outgoing.file
            else bodies(outgoing.body, mark=mark, limit=limit, public_url=self._public_url)
        )
        to = recipient(outgoing.address)
        return await self._hand_over(outgoing, [{**to, **how, "message": body} for body in made])

    def _file(self, outgoing: Outgoing, file: OutgoingFile) -> Json:
        """A file as an attachment that the platform fetches; as a link where it takes none.

        Raises:
            Refused: nobody could fetch it.
        """
        if not self._public_url:
            raise Refused("PUBLIC_URL is not set: the platform could not fetch the file")
        url = self._public_url.rstrip("/") + str(outgoing.body["custom"]["file"]["url"])
        if outgoing.address.startswith(_INSTAGRAM) and not file.is_picture:
            told = self._speech.body("file_link", outgoing.language, url=url)["text"]
            return {"text": f"{outgoing.body['text']}\n{told}"}
        kind = "image" if file.is_picture else "file"
        return {"attachment": {"type": kind, "payload": {"url": url}}}

    async def fetch(self, source: str, most: int) -> bytes:
        """A file that somebody sent, by Meta's address of it."""
        return await self._graph.fetch(source, most)

    async def typing(self, address: str, message_id: str) -> None:
        """Show that an answer is being prepared."""
        await self._post({**recipient(address), "sender_action": "typing_on"})

    async def seen(self, address: str, message_id: str) -> None:
        """Tell that the message was read."""
        await self._post({**recipient(address), "sender_action": "mark_seen"})

    async def _post(self, body: Json) -> str:
        return name_at(await self._graph.post("me/messages", body), "message_id")


def recipient(address: str) -> Json:
    """Whom a message is for."""
    return {"recipient": {"id": address.removeprefix(_INSTAGRAM)}}


def receipts_in(event: Json) -> list[Receipt]:
    """What an event tells of our own messages. Messenger names no messages that were read."""
    mids = at(event, "delivery", "mids")
    names = [named(mid) for mid in mids if isinstance(mid, str)] if isinstance(mids, list) else []
    told = [Receipt(mid, "delivered") for mid in names if mid]
    seen = name_at(event, "read", "mid")
    return [*told, Receipt(seen, "read")] if seen else told


def _how(outgoing: Outgoing) -> Json:
    """Why the message may be sent now.

    Raises:
        Refused: it may not.
    """
    if is_open(outgoing):
        return {"messaging_type": "RESPONSE"}
    heard_at = outgoing.heard_at
    lately = heard_at is not None and now() - heard_at < COUNSELLORS_WINDOW
    if outgoing.purpose == "counsellor" and lately:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    raise Refused("the person wrote more than 24 hours ago, and this platform allows nothing then")


def verdict(trouble: Trouble) -> DeliveryError | None:
    """What Messenger's own numbers mean; see bot.meta.Verdict."""
    known = {(trouble.code, 0), (trouble.code, trouble.subcode)}
    return Gone(trouble.reason) if known & _GONE else None


def make(settings: Settings, speech: Speech) -> Messenger | None:
    """The channel; None when none of its settings is set.

    Raises:
        SettingsError: naming what is missing beside the others.
    """
    given = {
        "MESSENGER_TOKEN": settings.messenger_token.get_secret_value(),
        "MESSENGER_APP_SECRET": settings.messenger_app_secret.get_secret_value(),
        "MESSENGER_VERIFY_TOKEN": settings.messenger_verify_token.get_secret_value(),
    }
    missing = [name for name, value in given.items() if not value]
    if len(missing) == len(given):
        return None
    if missing:
        raise SettingsError(f"{', '.join(missing)}: must be set for Messenger")
    token, app_secret, verify_token = given.values()
    graph = Graph(settings.messenger_base_url, token, verdict)
    return Messenger(graph, Secrets(verify_token, app_secret), speech, settings.public_url)
