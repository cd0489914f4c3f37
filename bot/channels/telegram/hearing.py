"""What is done with an update: taken in, answered at once, or counted."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog
from telegram.error import TelegramError

from bot import metrics
from bot.channel import Intake
from bot.channels.telegram import buttons
from bot.channels.telegram.api import Api
from bot.channels.telegram.updates import (
    NAME,
    Blocked,
    Ignored,
    Invited,
    Pressed,
    Said,
    read,
)
from bot.incoming import Incoming
from bot.speech import Speech

log = structlog.get_logger()

_LOOKED_BACK = 50  # exchanges, for a button whose payload was too long for it
_LATELY = 10  # exchanges, for the message that was edited


class Hearing:
    """Takes updates in, by whichever road they came.

    Args:
        api: Telegram.
        speech: what the edge says.
    """

    def __init__(self, api: Api, speech: Speech) -> None:
        self._api = api
        self._speech = speech
        self._courtesies: set[asyncio.Task[None]] = set()

    async def take(self, content: dict[str, Any], intake: Intake) -> None:
        """Take in one update; returns once what must be kept is kept.

        Raises:
            PartUnavailable: the database is away, or too much comes; the update is to come again.
        """
        match read(content, self._speech.languages):
            case Said(incoming, edits):
                await self._said(incoming, edits, intake)
            case Pressed() as pressed:
                await self._pressed(pressed, intake)
            case Blocked() as blocked:
                await self._blocked(blocked, intake)
            case Invited() as invited:
                _ignore("group")
                self._aside(self._leave(invited))
            case Ignored(why):
                _ignore(why)

    async def close(self) -> None:
        """Drop what nothing waits for."""
        for task in self._courtesies:
            task.cancel()
        await asyncio.gather(*self._courtesies, return_exceptions=True)

    async def _said(self, incoming: Incoming, edits: str | None, intake: Intake) -> None:
        if edits and await self._is_unchanged(incoming, edits, intake):
            _ignore("unchanged")
        else:
            await intake.submit(incoming)

    async def _is_unchanged(self, incoming: Incoming, edits: str, intake: Intake) -> bool:
        """Whether an edited message says what it said: Telegram also tells of a link's preview."""
        for exchange in await intake.history(NAME, incoming.address, _LATELY):
            if exchange.message_id == edits:
                return exchange.text == (incoming.text or "")
        return False

    async def _pressed(self, pressed: Pressed, intake: Intake) -> None:
        carried = buttons.carried(pressed.data)
        payload = carried.payload if carried else None
        if carried and carried.digest:
            lately = await intake.history(NAME, pressed.address, _LOOKED_BACK)
            payload = buttons.found(lately, carried.digest)
        if carried is None or payload is None:
            _ignore("stale_button")
            await self._stale(pressed, intake)
            return
        # A question is answered once, whichever way its button was pressed twice.
        once = f"{pressed.message_id}:{buttons.digest(pressed.data)}"
        received = await intake.submit(
            Incoming(
                channel=NAME,
                address=pressed.address,
                message_id=f"{pressed.address}:press:{pressed.query_id if carried.stays else once}",
                text=pressed.title,
                payload=payload,
                language=pressed.language,
            )
        )
        used = not received.new and not carried.stays
        word = await self._word("button_used", pressed, intake) if used else None
        self._aside(self._acknowledge(pressed, word, stays=carried.stays))

    async def _acknowledge(self, pressed: Pressed, word: str | None, *, stays: bool) -> None:
        await self._api.answer_callback_query(pressed.query_id, word)
        if stays or pressed.keyboard is None:
            return
        left = buttons.after_use(pressed.keyboard)
        await self._api.edit_message_reply_markup(
            chat_id=int(pressed.address), message_id=pressed.message_id, reply_markup=left
        )

    async def _stale(self, pressed: Pressed, intake: Intake) -> None:
        word = await self._word("button_stale", pressed, intake)
        self._aside(self._tell_stale(pressed, word))

    async def _tell_stale(self, pressed: Pressed, word: str) -> None:
        try:
            await self._api.answer_callback_query(pressed.query_id, word, show_alert=True)
        except TelegramError:  # it waited too long for that: the chat still hears it
            await self._api.send_message(int(pressed.address), word)

    async def _word(self, key: str, pressed: Pressed, intake: Intake) -> str:
        person = await intake.person(NAME, pressed.address)
        language = self._speech.known(person.language if person else pressed.language)
        return str(self._speech.body(key, language)["text"])

    async def _blocked(self, blocked: Blocked, intake: Intake) -> None:
        person = await intake.person(NAME, blocked.address)
        if person and person.heard_at and person.heard_at > blocked.at:
            _ignore("unblocked")  # told late: they have written since
        else:
            await intake.gone(NAME, blocked.address)

    async def _leave(self, invited: Invited) -> None:
        word = self._speech.body("group_left", self._speech.known(invited.language))["text"]
        try:
            await self._api.send_message(invited.chat_id, word)
        except TelegramError as error:  # not everybody may write there
            log.debug("group_not_told", why=error.message)
        await self._api.leave_chat(invited.chat_id)

    def _aside(self, courtesy: Coroutine[Any, Any, None]) -> None:
        """Do what no acknowledgement waits for, and may fail."""
        task = asyncio.create_task(_tolerant(courtesy))
        self._courtesies.add(task)
        task.add_done_callback(self._courtesies.discard)


async def _tolerant(courtesy: Coroutine[Any, Any, None]) -> None:
    try:
        await courtesy
    except TelegramError as error:
        log.debug("courtesy_failed", channel=NAME, why=error.message)
    except Exception:
        log.exception("courtesy_failed", channel=NAME)


def _ignore(why: str) -> None:
    metrics.IGNORED.labels(NAME, why).inc()
