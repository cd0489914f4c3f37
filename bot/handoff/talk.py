"""What a counsellor writes: to the person, and for colleagues."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import outbox
from bot.handoff import holding
from bot.handoff.models import Handoff, HandoffMessage, HandoffNote
from bot.handoff.views import Actor
from bot.incoming import clean
from bot.messages import Body
from bot.models import REPLY
from errors import BadInput, Gone
from people.attachment_models import Attachment
from store.base import now

LONGEST = 4000
"""Characters of one message or note."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it was written, and as it is sent.

    Attributes:
        kind: text, prepared, listing or file.
        text: as it was written, in `language`.
        body: as it is sent, in `sent_in`.
        automatic: a model put the one into the other.
    """

    kind: str
    text: str
    language: str
    body: Body
    sent_in: str
    automatic: bool = False


def checked(text: str) -> str:
    """The text of a message or note.

    Raises:
        BadInput: it is empty or too long.
    """
    text = clean(text)
    if not 0 < len(text) <= LONGEST:
        raise BadInput(f"a message has 1 to {LONGEST} characters")
    return text


def send(session: Session, actor: Actor, handoff_id: int, said: Said) -> tuple[int, str]:
    """Write a counsellor's message for its person; its row's id and the contact's.

    Raises:
        NotThere, NotYours: see holding.held_by.
        Gone: the person has blocked us.
    """
    handoff = holding.held_by(session, handoff_id, actor)
    rows = outbox.put(session, handoff.contact_id, [said.body], said.sent_in, purpose="counsellor")
    if not rows:
        raise Gone("the person has blocked us")
    [reply_id] = rows
    if said.automatic:
        _offer_original(session, reply_id, said.body)
    session.add(
        HandoffMessage(
            reply_id=reply_id,
            handoff_id=handoff_id,
            account_id=actor.id,
            kind=said.kind,
            text=said.text,
            language=said.language,
            automatic=said.automatic,
        )
    )
    _answered(session, handoff)
    return reply_id, handoff.contact_id


def send_file(
    session: Session,
    actor: Actor,
    handoff_id: int,
    language: str,
    make: Callable[[Session, str], Body],
) -> tuple[int, str]:
    """Write the message that brings a file; see HandoffService.send_file. Raises as `send`."""
    handoff = holding.held_by(session, handoff_id, actor)
    body = make(session, handoff.contact_id)
    said = Said("file", str(body["text"]), language, body, language)
    reply_id, contact_id = send(session, actor, handoff_id, said)
    session.execute(
        update(Attachment)
        .where(Attachment.id == body["custom"]["file"]["id"])
        .values(reply_id=reply_id)
    )
    return reply_id, contact_id


def _offer_original(session: Session, reply_id: int, body: Body) -> None:
    """Let the button under a translated message name it."""
    buttons = [
        {**one, "payload": f'{one["payload"]}{{"id":{reply_id}}}'} for one in body["buttons"]
    ]
    whole: dict[str, Any] = {**body, "buttons": buttons}
    session.execute(update(REPLY).where(REPLY.c.id == reply_id).values(body=whole))


def _answered(session: Session, handoff: Handoff) -> None:
    moment = now()
    handoff.acted_at, handoff.unanswered_since = moment, None
    handoff.first_answer_at = handoff.first_answer_at or moment
    session.flush()


def note(session: Session, actor: Actor, handoff_id: int, text: str) -> tuple[int, str]:
    """Write a note of somebody who may see the conversation; its id and the contact's."""
    handoff = session.get_one(Handoff, handoff_id)
    row = HandoffNote(handoff_id=handoff_id, account_id=actor.id, text=checked(text))
    session.add(row)
    if handoff.account_id == actor.id:
        handoff.acted_at = now()
    session.flush()
    return row.id, handoff.contact_id


def original(session: Session, contact_id: str, reply_id: int) -> str | None:
    """A message to this person as its counsellor wrote it; None for another's."""
    row = session.get(HandoffMessage, reply_id)
    if row is None:
        return None
    handoff = session.get_one(Handoff, row.handoff_id)
    return row.text if handoff.contact_id == contact_id else None
