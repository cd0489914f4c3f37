"""Fetches the files that wait, has them checked, and keeps them or says why not."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from bot.attachments import keeping
from bot.attachments.checking import Checking
from bot.attachments.keeping import Due, Room
from bot.channel import Channel
from bot.handoff.bell import Bell
from bot.handoff.views import Event
from bot.handoff.voice import Voice
from bot.transactions import Transactions
from errors import FileRefused, PartUnavailable, Refused, TryLater
from people import attachments
from people.models import Contact
from store.base import now

log = structlog.get_logger()

_AT_ONCE = 4
_PATIENCE = timedelta(hours=6)
"""So long a file waits for the scanner or the platform; then it is refused, not let through."""
_FIRST, _LONGEST = 5.0, 600.0  # seconds between two tries


class Porter:
    """One for each edge; `look` is done again and again.

    Args:
        transactions: the database.
        checking: checks one file.
        channels: where files are fetched, by name.
        room: how much is kept.
        voice: the words.
        bell: tells the desk.
        stir: has the outbox look at once.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts it brings together
        self,
        transactions: Transactions,
        checking: Checking,
        channels: Mapping[str, Channel],
        room: Room,
        voice: Voice,
        bell: Bell,
        stir: Callable[[], None],
    ) -> None:
        self._db = transactions
        self._checking = checking
        self._channels = channels
        self._room = room
        self._voice = voice
        self._bell = bell
        self._stir = stir

    async def look(self) -> None:
        """Do what waits, until nothing does."""
        while due := await self._db.write(keeping.take_due, _AT_ONCE):
            await asyncio.gather(*(self._one(one) for one in due))

    async def expire(self) -> None:
        """Delete what has been kept long enough."""
        if gone := await self._db.write(attachments.expire, now()):
            log.info("files_expired", files=gone)

    async def _one(self, due: Due) -> None:
        try:
            checked = await self._checking.check(await self._content(due), due.name)
            contact_id = await self._db.write(keeping.keep, self._room, due.id, checked)
        except FileRefused as refused:
            await self._refused(due, refused.reason)
            return
        except (TryLater, PartUnavailable) as error:
            log.warning("file_waits", file=due.id, why=str(error))
            await self._later(due)
            return
        except Exception:
            log.exception("file_not_taken", file=due.id)
            await self._later(due)
            return
        if contact_id:
            self._bell.ring(Event("message", contact_id))

    async def _content(self, due: Due) -> bytes:
        if due.source.startswith("!"):
            raise FileRefused(due.source[1:])
        if due.content is not None:
            return due.content
        channel = self._channels.get(due.channel)
        if channel is None:
            raise FileRefused("lost")
        try:
            return await channel.fetch(due.source, self._checking.most)
        except Refused as error:
            log.warning("file_not_given", file=due.id, why=str(error))
            raise FileRefused("lost") from None

    async def _later(self, due: Due) -> None:
        if now() - due.at > _PATIENCE:
            await self._refused(due, "unchecked")
            return
        seconds = min(_FIRST * 2.0 ** min(due.attempts, 10), _LONGEST)
        await self._db.write(keeping.later, due.id, now() + timedelta(seconds=seconds))

    async def _refused(self, due: Due, reason: str) -> None:
        log.info("file_refused", file=due.id, reason=reason)
        await self._db.write(self._refuse, due.id, reason)
        self._stir()
        self._bell.ring(Event("message", due.contact_id))

    def _refuse(self, session: Session, attachment_id: int, reason: str) -> None:
        """Note it, and tell the person why, in one transaction."""
        contact_id = keeping.refuse(session, attachment_id, reason)
        contact = session.get(Contact, contact_id) if contact_id else None
        if contact is None:
            return
        language = self._voice.known(contact.language)
        body = self._voice.body(
            f"file_{reason}", language, megabytes=self._room.most // (1024 * 1024)
        )
        self._voice.put(session, contact.id, [body], language)
