"""What a channel is: one module that verifies, parses and sends, and does nothing else.

    Channel        who asks gets the answer in the same response (REST)
    ├── Pushed     a platform delivers for us (Telegram, WhatsApp, Messenger)
    └── Live       people hold connections to us (the widget)

The recipe is docs/channels/README.md; bot/app.py lists the channels. What sending can come to is
told by the errors under `DeliveryError` in errors.py.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from fastapi import APIRouter

from bot.incoming import Incoming, Receipt
from bot.messages import Body, Exchange, Received
from bot.speech import Speech
from errors import Refused
from people.models import Contact
from settings import Settings


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a platform takes, and how fast.

    Attributes:
        text: characters of one text; `bot.fitting.parts` splits a longer one.
        buttons: buttons under one text.
        title: characters of a button's title.
        a_second: messages a second over all chats; None for no bound.
        a_second_a_chat: messages a second in one chat; None for no bound.
        body: bytes of one request to the channel's routes.
    """

    text: int = 4096
    buttons: int = 3
    title: int = 20
    a_second: float | None = None
    a_second_a_chat: float | None = None
    body: int = 64 * 1024


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file of a counsellor's, with its bytes.

    Attributes:
        name: safe to be shown, with its ending.
        media_type: such as application/pdf.
        content: the bytes.
        is_picture: it can be shown in the chat itself.
    """

    name: str
    media_type: str
    content: bytes
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message for one person, to be handed to a platform.

    Attributes:
        address: what the channel calls the person.
        body: text, buttons, image, custom: the dialogue's own shape.
        language: code of the language that the body is in.
        answers: the channel's id of the message that this answers; None when we speak first.
        heard_at: when the person last wrote; WhatsApp's window counts from here.
        purpose: "answer", "alert", "counsellor" or "notice": why it is said.
        attempt: 1 at the first try.
        file: what goes with it; `body` tells its name and address beside it.
    """

    address: str
    body: Body
    language: str
    answers: str | None = None
    heard_at: datetime | None = None
    purpose: str = "answer"
    attempt: int = 1
    file: OutgoingFile | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """Messages for the windows that a person has open: an answer, or what we say unasked.

    `answers` is the id of the message answered, None when we speak first; `slow` says that these
    only tell that the answer comes later, and are no part of the history. `last_reply_id` is the
    newest row among them: a window whose history holds it already (`Exchange.last_reply_id`) needs
    them no more.
    """

    address: str
    bodies: Sequence[Body]
    language: str
    answers: str | None = None
    slow: bool = False
    last_reply_id: int | None = None


class Intake(Protocol):
    """What a channel may ask of the turn."""

    async def submit(self, incoming: Incoming) -> Received:
        """Take in a message; returns once its row stands, which is when to acknowledge it.

        Raises:
            PartUnavailable: the database is away; do not acknowledge.
        """

    async def handle(self, incoming: Incoming) -> list[Body]:
        """Take in a message, wait for its answer, and give it: it counts as sent.

        Raises:
            PartUnavailable: the database is away.
        """

    async def receipts(self, channel: str, receipts: Sequence[Receipt]) -> None:
        """Note what became of messages that were sent; late, early and repeated ones are fine."""

    async def gone(self, channel: str, address: str) -> None:
        """Note that a person has blocked us: nothing more is sent until they write again."""

    async def person(self, channel: str, address: str) -> Contact | None:
        """The person behind an address, if they have written before."""

    async def history(self, channel: str, address: str, limit: int) -> list[Exchange]:
        """The last exchanges of a person, at most `limit`, the oldest first."""

    async def stored(self, received: Received) -> list[Body]:
        """The replies that a message has so far."""

    async def takes_files(self, channel: str, address: str) -> bool:
        """Whether files of this person are taken now: a counsellor is awaited, or there."""

    async def mark_sent(self, reply_ids: Sequence[int]) -> None:
        """Note that these replies have reached the person."""


class Channel(ABC):
    """A road between us and people. As it is: who asks gets the answer in the response."""

    name: ClassVar[str]
    """Unique, lower case, at most 32 characters: the module's name."""

    bounds: ClassVar[Bounds] = Bounds()

    trusted: ClassVar[bool] = False
    """Whether its clients are programs that speak for many people, and limit them by themselves."""

    def routes(self, intake: Intake) -> APIRouter | None:
        """The channel's routes, under /webhooks/<name>; None if it has none."""
        return None

    async def fetch(self, source: str, most: int) -> bytes:
        """A file that a person sent, by its `SentFile.source`.

        Args:
            source: as the channel handed it in.
            most: bytes; of a larger file no more than that is read.

        Raises:
            FileRefused: it is larger.
            TryLater: not now. Refused: there is none, or no longer.
        """
        raise Refused("this channel has no files to fetch")

    async def close(self) -> None:  # noqa: B027 - most have nothing to close
        """Close what the channel holds open, at the end of the process."""


class Pushed(Channel):
    """A channel whose platform delivers for us; what cannot be sent now is tried again."""

    async def run(self, intake: Intake) -> None:
        """Work beside the routes for as long as the process lives, such as polling.

        Of several edges one runs it at a time; another takes over when that one ends. It may
        return at once. An error is logged, and it is started again after a moment.
        """

    @abstractmethod
    async def send(self, outgoing: Outgoing) -> Sequence[str]:
        """Hand one message to the platform.

        Messages of one person come one at a time and in order; those of many side by side.
        `bounds` have been obeyed as to speed. Long texts and many buttons are the channel's to fit.

        Returns:
            the platform's ids, by which receipts will name it; empty if it gives none.

        Raises:
            TryLater: not now; after so many seconds, if the platform said.
            Refused: never, and why: the reason is kept and shown.
            Gone: the person has blocked us or left.
        """

    async def typing(self, address: str, message_id: str) -> None:
        """Show that an answer is being prepared. May fail: nothing depends on it."""

    async def seen(self, address: str, message_id: str) -> None:
        """Tell the platform that a message was read. May fail: nothing depends on it."""


class Live(Channel):
    """A channel whose people hold connections to us; what reaches nobody waits until they come."""

    def here(self, address: str) -> bool:
        """Whether the person may have a window open in this process; True costs a query."""
        return True

    @abstractmethod
    async def show(self, shown: Shown) -> bool:
        """Show messages in every window that the person has open in this process.

        Returns:
            whether any window got them: then they count as sent.
        """


Maker = Callable[[Settings, Speech], Channel | None]
"""Makes a channel, or None when its settings are not set. Raises SettingsError naming one that is
wrong. Each channel's module has one, called `make`."""
