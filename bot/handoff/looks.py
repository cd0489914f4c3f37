"""What an account of the desk reads, each within one session, and only what it may see."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handoff import card as cards
from bot.handoff import items, queue
from bot.handoff import transcript as transcripts
from bot.handoff.models import HandoffMessage, HandoffNote, HandoffStep
from bot.handoff.transcript import Unread
from bot.handoff.views import Actor, Card, Found, Item, Line
from bot.handoff.voice import Voice
from bot.models import ReplyRow
from errors import NotYours
from store.base import now

_MOMENTS = timedelta(minutes=1)  # in which a list that somebody looks at may be old


def item(session: Session, actor: Actor, handoff_id: int) -> Item:
    """A conversation. Raises NotThere."""
    row = queue.get(session, handoff_id)
    items.visible(session, actor, row.contact_id)
    return items.one(session, row, actor.language)


def just_taken(session: Session, handoff_id: int) -> str | None:
    """Who took a conversation in the last moments: whoever saw it wait is told, and not refused."""
    query = select(HandoffStep.account_id).where(
        HandoffStep.handoff_id == handoff_id,
        HandoffStep.kind == "taken",
        HandoffStep.at > now() - _MOMENTS,
    )
    return session.scalars(query.order_by(HandoffStep.id.desc()).limit(1)).first()


def language_of(session: Session, handoff_id: int, actor: Actor, voice: Voice) -> str:
    """The language of the person whom an account writes to. Raises NotThere, NotYours."""
    row = queue.get(session, handoff_id)
    if row.state != "held" or row.account_id != actor.id:
        raise NotYours("this conversation is not yours")
    return voice.language(session, row)


def card(session: Session, actor: Actor, contact_id: str) -> Card:
    """What a counsellor reads first. Raises NotThere."""
    items.visible(session, actor, contact_id)
    return cards.card(session, contact_id, actor.language)


def transcript(
    session: Session, actor: Actor, contact_id: str, before: datetime | None, limit: int
) -> tuple[list[Line], list[Unread]]:
    """A page of a conversation, and what of it lacks a translation. Raises NotThere."""
    items.visible(session, actor, contact_id)
    return transcripts.lines(session, contact_id, actor.language, before, limit)


def found(session: Session, actor: Actor, text: str, limit: int) -> list[Found]:
    """Where a text stands in conversations that an account may search."""
    whose = None if actor.supervises else actor.id
    found = transcripts.found(session, text, whose, actor.language, limit)
    newest = items.newest(session, {contact_id for contact_id, _ in found}, actor.language)
    return [Found(newest[who], line) for who, line in found]


def reply_line(session: Session, reply_id: int, reader: str) -> Line:
    """One reply as a line."""
    row = session.get_one(ReplyRow, reply_id)
    return transcripts.reply_line(row, session.get(HandoffMessage, reply_id), reader)


def note_line(session: Session, note_id: int) -> Line:
    """One note as a line."""
    return transcripts.note_line(session.get_one(HandoffNote, note_id))
