"""Telegram, on python-telegram-bot: it parses and calls; the webhook is a route of our own.

    channel    verifies, sends, and what runs beside the routes
    hearing    what is done with an update ── updates   what an update tells
    sending    one message to Telegram     ── showing   how it looks there
    buttons    what a button carries, both ways
    setup, polling, api                       Telegram itself

How to set it up: docs/channels/telegram.md.
"""

from bot.channels.telegram.channel import make

__all__ = ["make"]
