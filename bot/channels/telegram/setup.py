"""What Telegram is told once, at the start: where updates go, and the menu of commands."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from telegram import BotCommand
from telegram.error import RetryAfter, TelegramError

from bot.channels.telegram.api import Api
from bot.channels.telegram.updates import KINDS
from bot.fitting import shortened
from bot.incoming import COMMANDS
from bot.speech import Speech

log = structlog.get_logger()

_FIRST_REST, _LONGEST_REST = 5.0, 300.0
_ABOUT = 512  # characters of what an empty chat shows


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram hands its updates in, and the secret that it shows there."""

    url: str
    secret: str


async def until_done(work: Callable[[], Awaitable[None]], rest: float = _FIRST_REST) -> None:
    """Try until Telegram agrees; an operator reads why it does not."""
    while True:
        try:
            await work()
        except RetryAfter as error:
            await asyncio.sleep(Api.seconds(error))
        except TelegramError as error:
            log.error("telegram_not_ready", why=error.message)  # noqa: TRY400 - words, no trace
            await asyncio.sleep(rest)
            rest = min(rest * 2, _LONGEST_REST)
        else:
            return


async def connect(api: Api, webhook: Webhook | None) -> None:
    """Have updates come to the webhook, or wait to be fetched; none that waits is dropped.

    Raises:
        TelegramError: Telegram is away, or refuses.
    """
    if webhook:
        await api.set_webhook(webhook.url, secret_token=webhook.secret, allowed_updates=KINDS)
    else:
        await api.delete_webhook()
    bot = await api.get_me()
    log.info("telegram_ready", bot=f"@{bot.username}", mode="webhook" if webhook else "polling")


async def introduce(api: Api, speech: Speech) -> None:
    """Set the menu of commands, and what an empty chat shows, in each language and for all others.

    Raises:
        TelegramError: Telegram is away, or refuses.
    """
    codes = (None, *speech.languages)
    for code in codes:
        language = speech.known(code)
        menu = [BotCommand(name, _words(speech, f"command_{name}", language)) for name in COMMANDS]
        await api.set_my_commands(menu, language_code=code)
    for code in codes:
        about = _words(speech, "bot_description", speech.known(code))
        await api.set_my_description(shortened(about, _ABOUT), language_code=code)


def _words(speech: Speech, key: str, language: str) -> str:
    return str(speech.body(key, language)["text"])
