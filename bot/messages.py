"""What goes through the turn: a message taken in, its answer, what became of both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

Body = dict[str, Any]
"""One message to a person: text, buttons, image, custom; empty parts are left out."""


@dataclass(frozen=True, slots=True)
class Person:
    """What the road of a message needs to know about somebody; as the table `contact` has it."""

    id: str
    channel: str
    address: str
    language: str | None
    language_chosen: bool
    introduced_at: datetime | None
    heard_at: datetime | None
    gone_at: datetime | None
    held_by: str | None
    claimed_by: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits for its answer, with what is known about the person.

    `spot` is a point shared: latitude and longitude in degrees, to about a kilometre.
    """

    id: int
    contact_id: str
    channel: str
    address: str
    message_id: str
    text: str | None
    payload: str | None
    media: str | None
    spot: tuple[float, float] | None
    attempts: int
    language: str | None
    language_chosen: bool
    introduced: bool
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """The row of a message: `new` unless the same message was there before.

    Attributes:
        answered: nothing more will be said to it: it has its answer, or is kept for a counsellor,
            or was one too many.
        held: a counsellor has the conversation.
        ours: it is this edge's to answer.
        behind: earlier messages of the conversation wait, and go first.
        waiting: the message itself, when it is new.
    """

    id: int
    contact_id: str
    new: bool
    answered: bool
    held: bool = False
    ours: bool = False
    behind: bool = False
    waiting: Waiting | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """An answer of the edge's own.

    `also` is done in the answer's transaction, `then` once that stands.
    """

    bodies: Sequence[Body]
    also: Callable[[Session], None] | None = None
    then: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Composed:
    """What a message is answered with, and what was learnt about the person on the way.

    `language` is the answer's; it is kept as the person's only when it is not our guess.
    `understood`: columns of the message's row: intent, confidence, guesses, variety, language.
    `handoff`: what the dialogue tells a counsellor, when it asks for one. `also` is done in the
    answer's transaction, `then` once that stands.
    """

    bodies: Sequence[Body]
    language: str
    language_chosen: bool
    introduced: bool
    guessed: bool = False
    status: str = "answered"
    intent: str | None = None
    understood: dict[str, Any] = field(default_factory=dict)
    handoff: Any = None
    also: Callable[[Session], None] | None = None
    then: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of an answer.

    Attributes:
        reply_ids: its replies' rows; None when the message had its answer already, or the
            conversation is no longer this edge's.
        taken: what the person who asked gets now, all of it marked sent; None if nobody asked.
        behind: earlier replies wait to be sent; these wait behind them.
        following: the next message of the conversation, this edge's to answer.
    """

    reply_ids: list[int] | None
    taken: list[Body] | None = None
    behind: bool = False
    following: Waiting | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a person that has its row, and is to be sent by the outbox."""

    id: int
    body: Body
    language: str
    purpose: str
    answers: str | None
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """One message and its replies, as a conversation's history shows them.

    `message_id` is None for what we said unasked: then `text` is empty. `reply_ids` are those that
    nobody has fetched yet, `last_reply_id` the newest of all; 0 for none. `about` says in place of
    a text what was sent: the names of files.
    """

    message_id: str | None
    text: str
    received_at: str
    waiting: bool
    bodies: Sequence[Body]
    reply_ids: Sequence[int]
    last_reply_id: int = 0
    about: str = ""
