"""Hands one message to Telegram, and tells what became of it in our own errors."""

import asyncio
import json
from collections import OrderedDict
from contextlib import suppress

import structlog
from telegram import InputFile, LinkPreviewOptions, Message
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.channel import Outgoing, OutgoingFile
from bot.channels.telegram.api import Api
from bot.channels.telegram.showing import MAX_CAPTION, Part, Showing
from errors import DeliveryError, Gone, Refused, TryLater

log = structlog.get_logger()

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_REMEMBERED = 1000
# What Telegram says of a chat that is no more; other bad requests are of our own making.
_NOBODY = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")


class Sender:
    """Sends messages, each in as many of Telegram's as it takes.

    Args:
        api: Telegram.
        showing: makes Telegram's messages of ours.
        pause: seconds between two parts of one message.
    """

    def __init__(self, api: Api, showing: Showing, pause: float) -> None:
        self._api = api
        self._showing = showing
        self._pause = pause
        # How many parts of a message have gone out when the next had to wait: they are not sent
        # again. Lost with the process.
        self._begun: OrderedDict[tuple[str, ...], int] = OrderedDict()

    async def send(self, outgoing: Outgoing) -> None:
        """Send a message.

        Raises:
            DeliveryError: as a channel's `send` does.
        """
        if outgoing.file is not None:
            await self._send_file(int(outgoing.address), outgoing.file)
            return
        parts = self._showing.parts(outgoing.body, outgoing.language)
        if not parts:
            raise Refused("the message is empty")
        key = (outgoing.address, outgoing.answers or "", json.dumps(outgoing.body, sort_keys=True))
        done = self._begun.pop(key, 0)
        for number, part in enumerate(parts[done:]):
            if number:
                await asyncio.sleep(self._pause)
            try:
                await self._send(int(outgoing.address), part)
            except TelegramError as error:
                ours = as_ours(error)
                if ours.retry:
                    self._keep(key, done + number)
                raise ours from None

    def _keep(self, key: tuple[str, ...], done: int) -> None:
        if done:
            self._begun[key] = done
        while len(self._begun) > _REMEMBERED:
            self._begun.popitem(last=False)

    async def _send_file(self, chat: int, file: OutgoingFile) -> None:
        named = InputFile(file.content, filename=file.name)
        try:
            if file.is_picture:
                with suppress(BadRequest):  # too long or too wide for one: as a file it goes
                    await self._api.send_photo(chat, named)
                    return
            await self._api.send_document(chat, named)
        except TelegramError as error:
            raise as_ours(error) from None

    async def _send(self, chat: int, part: Part) -> Message:
        if part.picture and len(part.html) <= MAX_CAPTION:
            # A picture illustrates what the text says: without it, the text goes alone.
            with suppress(BadRequest):
                return await self._api.send_photo(
                    chat,
                    part.picture,
                    caption=part.html,
                    parse_mode=ParseMode.HTML,
                    reply_markup=part.keyboard,
                )
            log.warning("picture_not_taken", channel="telegram")
        return await self._api.send_message(
            chat,
            part.html,
            parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
            reply_markup=part.keyboard,
        )

    async def typing(self, address: str) -> None:
        """Show in a chat that an answer is being written; Telegram does so for five seconds."""
        await self._api.send_chat_action(int(address), ChatAction.TYPING)


def as_ours(error: TelegramError) -> DeliveryError:
    """An error of Telegram's or of the way there, as one of our own."""
    reason = f"Telegram: {error.message}"[:200]
    match error:
        case RetryAfter():
            return TryLater(reason, Api.seconds(error))
        case Forbidden():
            return Gone(reason)
        case BadRequest():
            gone = any(words in error.message.lower() for words in _NOBODY)
            return Gone(reason) if gone else Refused(reason)
        case ChatMigrated():
            return Refused(reason)
    return TryLater(reason)
