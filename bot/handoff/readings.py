"""Messages put into their reader's language, in the background, kept beside the message."""

import asyncio
from collections.abc import Sequence
from typing import Self

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from bot.handoff.bell import Bell
from bot.handoff.models import Reading
from bot.handoff.transcript import Unread
from bot.handoff.views import Event
from bot.models import INCOMING, REPLY
from bot.transactions import Transactions
from errors import PartUnavailable
from languages.translation.process import TranslationProcess
from languages.translation.result import Translation, Wish
from store.base import now

log = structlog.get_logger()

PATIENCE = 8.0
"""Seconds that somebody at the desk waits for a translation before the original does."""
_MOST = 300  # messages that wait for one; older wishes give way
_ROWS = {"incoming": INCOMING, "reply": REPLY}


class Readings:
    """Translates one message after the other, the newest wish first.

    Args:
        transactions: the database.
        translation: the models.
        bell: is rung for each conversation with something new to read.
    """

    def __init__(
        self, transactions: Transactions, translation: TranslationProcess, bell: Bell
    ) -> None:
        self._db = transactions
        self._translation = translation
        self._bell = bell
        self._wishes: dict[tuple[str, int, str], tuple[str, Unread, str]] = {}
        self._there = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to work."""
        self._task = asyncio.create_task(self._keep_reading())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop; what is wished for is wished for again by the next look."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def can(self, source: str, target: str) -> bool:
        """Whether there are models from one language to the other."""
        return source != target and bool(self._translation.packages.route(source, target))

    async def put(self, text: str, source: str, target: str) -> Translation:
        """A text for somebody who waits; the original where it cannot be done."""
        return await self._translation.translate(text, source, target, patience=PATIENCE)

    def want(self, contact_id: str, unread: Sequence[Unread], reader: str) -> None:
        """Ask for messages of a conversation in a language."""
        for one in unread:
            if self.can(one.source, reader):
                self._wishes[one.kind, one.id, reader] = (contact_id, one, reader)
        while len(self._wishes) > _MOST:
            self._wishes.pop(next(iter(self._wishes)))
        self._there.set()

    async def _keep_reading(self) -> None:
        while True:
            await self._there.wait()
            self._there.clear()
            while self._wishes:
                _, (contact_id, unread, reader) = self._wishes.popitem()
                try:
                    await self._read(contact_id, unread, reader)
                except PartUnavailable as error:
                    log.info("not_translated", why=str(error))
                except Exception:
                    log.exception("not_translated")

    async def _read(self, contact_id: str, unread: Unread, reader: str) -> None:
        wish = Wish(unread.text, unread.source, reader)
        made = await self._translation.ask(wish, PATIENCE, urgent=True)
        if await self._db.write(keep, unread, reader, made):
            self._bell.ring(Event("message", contact_id))


def keep(session: Session, unread: Unread, reader: str, made: Translation) -> bool:
    """Keep a translation beside its message, if that is still there; whether it was."""
    row = _ROWS[unread.kind]
    if session.execute(select(row.c.id).where(row.c.id == unread.id)).first() is None:
        return False
    connection = session.connection()
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    values = {
        f"{unread.kind}_id": unread.id,
        "language": reader,
        "text": made.text,
        "automatic": made.automatic,
        "made_at": now(),
    }
    connection.execute(insert(Reading).values(values).on_conflict_do_nothing())
    return True
