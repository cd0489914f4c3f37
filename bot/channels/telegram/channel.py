"""The Telegram channel: private chats, by webhook or by polling."""

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from telegram.error import TelegramError

from bot.channel import Bounds, Intake, Outgoing, Pushed
from bot.channels.telegram.api import Api
from bot.channels.telegram.hearing import Hearing
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.sending import Sender, as_ours
from bot.channels.telegram.setup import Webhook, connect, introduce, log, until_done
from bot.channels.telegram.showing import MAX_TEXT, Showing
from bot.channels.telegram.updates import NAME
from bot.security import same
from bot.speech import Speech
from errors import BadInput, SettingsError
from settings import Settings

PATH = f"/webhooks/{NAME}"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,100}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds.

    Attributes:
        part: between two parts of one message.
        typing: that an answer may take before it is shown to be on its way.
        rest: the first rest from fetching, after a failure.
        setup: the first rest from telling Telegram who we are, after a failure.
    """

    part: float = 1.0
    typing: float = 0.7
    rest: float = 1.0
    setup: float = 5.0


class Telegram(Pushed):
    """Our bot.

    Args:
        api: Telegram.
        speech: what the edge says.
        secret: what Telegram shows at the webhook.
        public_url: where the world reaches the edge.
        polls: fetch updates, rather than have them brought.
        pace: how long is waited where.
    """

    name = NAME
    # An update may hold a long text and, in full, the long one that it answers, all escaped.
    bounds = Bounds(
        text=MAX_TEXT, buttons=100, title=64, a_second=30, a_second_a_chat=1, body=256 * 1024
    )

    def __init__(  # noqa: PLR0913
        self,
        api: Api,
        speech: Speech,
        secret: str,
        public_url: str,
        *,
        polls: bool,
        pace: Pace | None = None,
    ) -> None:
        self._api = api
        self._speech = speech
        self._pace = pace or Pace()
        self._hearing = Hearing(api, speech)
        self._awaited: dict[str, asyncio.Event] = {}
        self._sender = Sender(api, Showing(speech, public_url), self._pace.part)
        address = f"{public_url.rstrip('/')}{PATH}"
        self.webhook = None if polls else Webhook(address, secret)

    def routes(self, intake: Intake) -> APIRouter | None:
        """The webhook; none when polling."""
        webhook = self.webhook
        if webhook is None:
            return None
        routes = APIRouter()

        @routes.post(PATH)
        async def take(request: Request) -> dict[str, Any]:
            if not same(request.headers.get(SECRET_HEADER, ""), webhook.secret):
                raise HTTPException(401, "the secret token is not the one that was agreed on")
            await self._hearing.take(update_in(await request.body()), intake)
            return {}

        return routes

    async def run(self, intake: Intake) -> None:
        """Tell Telegram where to bring updates; or fetch them, for as long as the process lives."""
        await until_done(lambda: connect(self._api, self.webhook), self._pace.setup)
        try:
            await introduce(self._api, self._speech)
        except TelegramError as error:  # people can write without a menu
            log.warning("telegram_menu_not_set", why=error.message)
        if self.webhook is None:
            take = self._hearing.take
            await Polling(self._api, lambda one: take(one, intake), self._pace.rest).run()

    async def send(self, outgoing: Outgoing) -> Sequence[str]:
        """Send one message; Telegram gives no receipts."""
        if answered := self._awaited.pop(outgoing.address, None):
            answered.set()
        await self._sender.send(outgoing)
        return ()

    async def typing(self, address: str, message_id: str) -> None:
        """Show that an answer is being written, unless it is there at once, as it mostly is."""
        answered = self._awaited.setdefault(address, asyncio.Event())
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.typing):
                await answered.wait()
        if not answered.is_set():
            self._awaited.pop(address, None)
            await self._sender.typing(address)

    async def fetch(self, source: str, most: int) -> bytes:
        """A file that somebody sent, by Telegram's id of it."""
        try:
            return await self._api.file(source, most)
        except TelegramError as error:
            raise as_ours(error) from None

    async def close(self) -> None:
        """Close the connections."""
        await self._hearing.close()
        await self._api.close_connections()


def update_in(body: bytes) -> dict[str, Any]:
    """The update in a request's body.

    Raises:
        BadInput: it is not what Telegram sends: no JSON, or no object with an update's number.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput("the body is not JSON") from None
    if not isinstance(content, dict) or not isinstance(content.get("update_id"), int):
        raise BadInput("the body is no update")
    return content


def make_telegram(settings: Settings, speech: Speech) -> Telegram:
    """The channel of a service with a bot.

    Raises:
        SettingsError: naming the setting that is wrong.
    """
    token = settings.telegram_token.get_secret_value()
    if not _TOKEN.fullmatch(token):
        raise SettingsError("TELEGRAM_TOKEN: not of the form 123456:ABC…, as @BotFather gives it")
    polls = settings.telegram_mode == "polling"
    if not polls and not settings.public_url.startswith("https://"):
        raise SettingsError("PUBLIC_URL: must begin with https:// where TELEGRAM_MODE is webhook")
    secret = settings.telegram_secret.get_secret_value() or _secret_of(token)
    if not _SECRET.fullmatch(secret):
        raise SettingsError("TELEGRAM_SECRET: letters, digits, _ and - only, 256 at most")
    api = Api(token, settings.telegram_base_url)
    return Telegram(api, speech, secret, settings.public_url, polls=polls)


def _secret_of(token: str) -> str:
    """The same on every edge, and told to nobody but Telegram."""
    return hmac.new(token.encode(), b"webhook", hashlib.sha256).hexdigest()
