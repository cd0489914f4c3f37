"""The parts that have to do with files, put together once for an edge."""

from collections.abc import Callable, Iterable
from typing import Self

from fastapi import APIRouter
from sqlalchemy.orm import Session

from bot.attachments import keeping, serving
from bot.attachments.checking import Checking
from bot.attachments.keeping import Room
from bot.attachments.porter import Porter
from bot.attachments.scanner import make_scanner
from bot.attachments.service import FileService
from bot.attachments.telling import FilesTold
from bot.channel import Channel, OutgoingFile
from bot.handoff.parts import HandoffParts
from bot.incoming import SentFile
from bot.messages import Body
from bot.periodic import Periodic
from bot.speech import Speech
from bot.transactions import Transactions
from errors import NotThere, Refused
from settings import Settings

MEGABYTE = 1024 * 1024
_EVERY = 10.0  # seconds; what comes here is looked at as soon as it is there


class AttachmentParts:
    """Use it as an asynchronous context manager, inside the turn's; it is the turn's FileHooks.

    Args:
        transactions: the database.
        settings: how much is taken, and where the scanner is.
        speech: the words.
        channels: where files are fetched.
        handoff: the conversations.
        stir: has the outbox look at once.

    Raises:
        SettingsError: CLAMD is no address.
    """

    def __init__(  # noqa: PLR0913 - the parts it brings together
        self,
        transactions: Transactions,
        settings: Settings,
        speech: Speech,
        channels: Iterable[Channel],
        *,
        handoff: HandoffParts,
        stir: Callable[[], None],
    ) -> None:
        self._db = transactions
        most = settings.files_megabytes * MEGABYTE
        self._room = Room(most, settings.files_space * MEGABYTE, settings.files_days)
        checking = Checking(most, make_scanner(settings.clamd))
        by_name = {channel.name: channel for channel in channels}
        porter = Porter(
            transactions, checking, by_name, self._room, handoff.voice, handoff.bell, stir
        )
        self.told = FilesTold(transactions, speech)
        self.service = FileService(transactions, checking, self._room)
        self.expire = porter.expire
        self._rounds = Periodic("files", porter.look, _EVERY)

    async def __aenter__(self) -> Self:
        """Begin to fetch what waits."""
        await self._rounds.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop; what is in hand is tried again."""
        await self._rounds.__aexit__(*_)

    def note(self, session: Session, contact_id: str, incoming_id: int, file: SentFile) -> bool:
        """Note that a file came with a message; see FileHooks."""
        return keeping.note(session, self._room, contact_id, incoming_id, file)

    def came(self) -> None:
        """A file was noted."""
        self._rounds.soon()

    async def takes(self, channel: str, address: str) -> bool:
        """Whether files of this person are taken now."""
        return await self._db.read(keeping.takes_files, channel, address)

    async def load(self, body: Body) -> OutgoingFile | None:
        """The file that a message brings.

        Raises:
            Refused: it is there no more.
        """
        told = (body.get("custom") or {}).get("file")
        if not told:
            return None
        try:
            found = await self._db.read(keeping.content, int(told["id"]))
        except NotThere:
            raise Refused("the file was deleted before it could be sent") from None
        return OutgoingFile(found.name, found.media_type, found.content, found.kind == "picture")

    def routes(self) -> APIRouter:
        """Where persons fetch what was sent to them."""
        return serving.router(self._db)
