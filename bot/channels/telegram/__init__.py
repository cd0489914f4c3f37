"""Telegram, on python-telegram-bot: it parses and calls; the webhook is a route of our own.

    channel    verifies, sends, and what runs beside the routes
    hearing    what is done with an update ── updates   what an update tells
    sending    one message to Telegram     ── showing   how it looks there
    buttons    what a button carries, both ways
    setup, polling, api, requests             Telegram itself

How to set it up: docs/channels/telegram.md.
"""

from bot.channel import Channel
from bot.speech import Speech
from settings import Settings


def make(settings: Settings, speech: Speech) -> Channel | None:
    """The channel; off without a token.

    Raises:
        SettingsError: naming the setting that is wrong.
    """
    if not settings.telegram_token.get_secret_value():
        return None
    # The library takes memory and half a second, which a service without a bot need not spend.
    from bot.channels.telegram.channel import make_telegram  # noqa: PLC0415

    return make_telegram(settings, speech)
