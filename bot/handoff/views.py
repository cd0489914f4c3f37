"""What the hand-off gives to the console: plain values, made within one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something at the desk.

    `id` is the account's, `language` the one that they read and write in; `named`: whether people
    are told the name.
    """

    id: str
    name: str
    language: str
    supervises: bool = False
    named: bool = True

    @property
    def known_as(self) -> str | None:
        """The name that people are told; None where they are told none."""
        return self.name if self.named else None


@dataclass(frozen=True, slots=True)
class Item:
    """A conversation in a list.

    Attributes:
        id: the hand-off's.
        state, reason, topic, callback, outcome: as Handoff has them.
        urgent: distress; it goes before all others.
        language, place: the person's.
        asked_at, due_at: since when they wait, and from when a counsellor is awaited.
        position: 1 for who is next; None where nobody waits.
        team: the id and name of the team that it was routed to.
        suggested_to, account_id: who fits best; who holds it.
        unanswered_since: when the first message came that the holder has not answered.
        unread: messages of the person that the holder has not seen.
        preview: the person's last words, in their language, shortened.
        said_at: when the person last wrote.
    """

    id: int
    contact_id: str
    state: str
    reason: str
    urgent: bool
    topic: str | None
    language: str
    place: str | None
    channel: str
    asked_at: datetime
    due_at: datetime
    position: int | None
    team: tuple[int, str] | None
    suggested_to: str | None
    account_id: str | None
    unanswered_since: datetime | None
    unread: int
    preview: str
    said_at: datetime | None
    callback: dict[str, Any] | None = None
    outcome: str | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """What an account sees of the desk.

    `waiting`: in the order in which they are to be taken. `later`: callbacks that are not due yet.
    `mine`: held by the account, unanswered ones first. `others`: held by others; for who
    supervises.
    """

    waiting: Sequence[Item]
    later: Sequence[Item]
    mine: Sequence[Item]
    others: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing on the card: `state` is shown, saved or dismissed."""

    id: int
    title: str
    place: str | None
    state: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What a counsellor reads first; nothing in it is generated.

    Attributes:
        item: the conversation, as lists show it.
        chosen: the person asked for this language, rather than being recognised by it.
        wish: what they look for: kind, what, place, contract, date; their own words. `wish_read`:
            the same with places and trades in the reader's language.
        profile: what they told of themselves and agreed to have kept, read likewise; education as
            a level (data/lexicon/education.yml) where it names one. Empty without consent.
        consented_at: when they agreed.
        listings: what was shown, kept and turned down, the latest first.
        failed: their messages that were not understood, the latest first, redacted of nothing.
        waited: seconds from asking until now, or until it was taken.
        first_at: when they first wrote to us.
        before: earlier hand-offs, the latest first.
        notes: notes of all their hand-offs, the latest first.
    """

    item: Item
    chosen: bool
    wish: dict[str, str]
    wish_read: dict[str, str]
    profile: dict[str, str]
    consented_at: datetime | None
    listings: Sequence[Listing]
    failed: Sequence[str]
    waited: float
    first_at: datetime
    before: Sequence[Item]
    notes: Sequence["Line"]


@dataclass(frozen=True, slots=True)
class FileView:
    """A file in a transcript.

    Attributes:
        id: by which the console fetches it.
        state: waiting, kept, refused or expired; `reason`: why it was refused.
        kind: picture, document or sound; None until it was checked.
        name, size: as it is kept; bytes.
        media_type: such as application/pdf.
    """

    id: int
    state: str
    reason: str | None
    kind: str | None
    name: str
    size: int | None
    media_type: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript.

    Attributes:
        key: names it for ever: "i" (incoming), "r" (reply), "n" (note) or "s" (step) and its id.
        kind: person, bot, counsellor, note, step.
        at: when.
        text: in the reader's language, as far as it was translated.
        language: the language of `text`.
        original: as it was written, where that is another text; None else.
        automatic: `text` was made by a model.
        author: the account, of a counsellor's line, a note or a step.
        buttons: titles of the buttons under it.
        cards: listings that it shows, as the channel got them.
        media: kind of an attachment (bot/incoming.py's Media).
        files: those that came or went with it.
        status: of a reply: pending, sent, delivered, read, failed; of an incoming message:
            received, answered, held, …
        reason: why it failed, or is tried again.
        step: of a step: its kind (see HandoffStep), and `detail`.
    """

    key: str
    kind: str
    at: datetime
    text: str
    language: str | None = None
    original: str | None = None
    automatic: bool = False
    author: str | None = None
    buttons: Sequence[str] = ()
    cards: Sequence[dict[str, Any]] = ()
    media: str | None = None
    files: Sequence[FileView] = ()
    status: str | None = None
    reason: str | None = None
    step: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation in which a text was found; `line` is where."""

    item: Item
    line: Line


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the desk: whether they are here now, and what they have in hand."""

    account_id: str
    name: str
    here: bool
    status: str
    languages: Sequence[str]
    capacity: int
    held: int
    seen_at: datetime
    teams: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team with its members' account ids."""

    id: int
    name: str
    languages: Sequence[str]
    places: Sequence[str]
    topics: Sequence[str]
    members: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened at the desk; look it up, this only says where.

    `kind`: queue (who waits has changed), message (something was said in a conversation, or what
    became of it), held (taken, assigned, transferred, given back, closed), presence.
    """

    kind: str
    contact_id: str | None = None
    handoff_id: int | None = None
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """A hand-off that came to its end, for who asks further (0013): see service.Hooks."""

    handoff_id: int
    contact_id: str
    account_id: str | None
    outcome: str
    language: str
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class Rated:
    """What a person said after a hand-off: 1 (no) to 3 (yes)."""

    handoff_id: int
    contact_id: str
    helped: int
    easy: int | None
    language: str
