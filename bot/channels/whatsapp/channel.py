"""The channel: its webhook, and what it sends."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from bot import metrics
from bot.channel import Bounds, Outgoing, OutgoingFile
from bot.channels.whatsapp import outgoing as wire
from bot.channels.whatsapp.incoming import NAME, OPTED_OUT, Written, parse
from bot.incoming import Incoming
from bot.meta.channel import MetaChannel
from bot.meta.graph import Graph, Trouble, is_open
from bot.meta.webhook import MOST_BYTES, Json, Secrets, name_at, objects, text_at
from bot.plain import told
from bot.speech import Speech
from errors import DeliveryError, FileRefused, Gone, Refused, SettingsError
from settings import Settings

_WINDOW_CLOSED = 131047


class Closed(Refused):
    """The person wrote too long ago for free words, by the platform's clock."""


class WhatsApp(MetaChannel):
    """The channel.

    Args:
        graph, secrets, speech, public_url: see MetaChannel.
        number_id: Meta's id of the number that is ours.
    """

    name = NAME
    bounds: ClassVar[Bounds] = Bounds(
        text=wire.TEXT, buttons=wire.BUTTONS, title=wire.TITLE, a_second=80.0, body=MOST_BYTES
    )

    def __init__(
        self, graph: Graph, number_id: str, secrets: Secrets, speech: Speech, public_url: str
    ) -> None:
        super().__init__(graph, secrets, speech, public_url)
        self._number_id = number_id

    async def take(self, update: Json) -> None:
        """Take in what one webhook brings."""
        brought = parse(update, self._number_id)
        for why, count in brought.ignored.items():
            metrics.IGNORED.labels(NAME, why).inc(count)
        for written in brought.messages:
            await self._intake.submit(await self._addressed(written))
        if brought.receipts:
            await self._intake.receipts(NAME, brought.receipts)
        for address in brought.gone:
            await self._intake.gone(NAME, address)

    async def _addressed(self, written: Written) -> Incoming:
        """Somebody who first came without a number stays who they are when it is told later."""
        if written.user_id and await self._intake.person(NAME, written.user_id):
            return replace(written.incoming, address=written.user_id)
        return written.incoming

    async def send(self, outgoing: Outgoing) -> Sequence[str]:
        """Hand a message over: in free words in the window, by a template outside it.

        Raises:
            TryLater, Refused, Gone: as the contract says; Refused too where the window is closed
                and the profile names no template.
        """
        if outgoing.file is not None:
            return await self._send_file(outgoing, outgoing.file)
        if is_open(outgoing):
            try:
                return await self._hand_over(outgoing, _to(outgoing, self._free(outgoing)))
            except Closed:  # its clock, not ours, has the say
                pass
        return await self._hand_over(outgoing, _to(outgoing, self._templates(outgoing)))

    async def _send_file(self, outgoing: Outgoing, file: OutgoingFile) -> list[str]:
        if not is_open(outgoing):
            raise Refused("the person wrote more than 24 hours ago: no file may be sent then")
        fields = {"messaging_product": "whatsapp", "type": file.media_type}
        given = await self._graph.upload(f"{self._number_id}/media", fields, file)
        body = wire.file(name_at(given, "id"), file)
        return await self._hand_over(outgoing, _to(outgoing, [body]))

    async def fetch(self, source: str, most: int) -> bytes:
        """A file that somebody sent, by Meta's id of it."""
        told = await self._graph.get(f"{source}?phone_number_id={self._number_id}")
        size = told.get("file_size")
        if isinstance(size, int) and size > most:
            raise FileRefused("large")
        return await self._graph.fetch(text_at(told, "url"), most, ours=True)

    def _free(self, outgoing: Outgoing) -> list[Json]:
        language = outgoing.language
        choose, mark = self._word("whatsapp_choose", language), self._word("demo_mark", language)
        return wire.free(outgoing.body, choose=choose, mark=mark, public_url=self._public_url)

    def _templates(self, outgoing: Outgoing) -> list[Json]:
        purpose, language = outgoing.purpose, self._speech.known(outgoing.language)
        template = self._speech.profile.whatsapp_template(purpose, language)
        if template is None:
            words = f"no template for {purpose} in {language} stands in the profile"
            raise Refused(f"the person wrote more than 24 hours ago, and {words}")
        return wire.templates(template, told(outgoing.body, self._word("demo_mark", language)))

    async def typing(self, address: str, message_id: str) -> None:
        """Show that the message was read and an answer is prepared: one request tells both."""
        read = {"status": "read", "message_id": message_id, "typing_indicator": {"type": "text"}}
        await self._post(read)

    async def _post(self, body: Json) -> str:
        said = await self._graph.post(
            f"{self._number_id}/messages", {"messaging_product": "whatsapp", **body}
        )
        return next((name_at(message, "id") for message in objects(said, "messages")), "")


def _to(outgoing: Outgoing, bodies: Sequence[Json]) -> list[Json]:
    to = recipient(outgoing.address)
    return [{"recipient_type": "individual", **to, **body} for body in bodies]


def recipient(address: str) -> Json:
    """Whom a message is for: a number, or an id for this service, which has a key of its own."""
    return {"to": address} if address.isdecimal() else {"recipient": address}


def verdict(trouble: Trouble) -> DeliveryError | None:
    """What WhatsApp's own numbers mean; see bot.meta.Verdict."""
    if trouble.code in OPTED_OUT:
        return Gone(trouble.reason)
    return Closed(trouble.reason) if trouble.code == _WINDOW_CLOSED else None


def make(settings: Settings, speech: Speech) -> WhatsApp | None:
    """The channel; None when none of its settings is set.

    Raises:
        SettingsError: naming what is missing beside the others.
    """
    given = {
        "WHATSAPP_TOKEN": settings.whatsapp_token.get_secret_value(),
        "WHATSAPP_NUMBER_ID": settings.whatsapp_number_id,
        "WHATSAPP_APP_SECRET": settings.whatsapp_app_secret.get_secret_value(),
        "WHATSAPP_VERIFY_TOKEN": settings.whatsapp_verify_token.get_secret_value(),
    }
    missing = [name for name, value in given.items() if not value]
    if len(missing) == len(given):
        return None
    if missing:
        raise SettingsError(f"{', '.join(missing)}: must be set for WhatsApp")
    token, number_id, app_secret, verify_token = given.values()
    return WhatsApp(
        Graph(settings.whatsapp_base_url, token, verdict),
        number_id,
        Secrets(verify_token, app_secret),
        speech,
        settings.public_url,
    )
