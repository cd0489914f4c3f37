"""What Chatwoot has been told of a hand-off: kept in its card, under "chatwoot".

{"conversation": Chatwoot's id, "upto": our last message told, "seen": ids of theirs, "over": true}
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot import inbox
from bot.handoff import queue
from bot.handoff.models import Handoff
from bot.models import IncomingRow
from store.base import now

_SEEN = 50  # ids that are remembered
_LINES = 20  # messages that are told at first
_RECENT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Told:
    """One message for Chatwoot; `upto` is the last of ours that it covers."""

    text: str
    upto: int


@dataclass(frozen=True, slots=True)
class News:
    """What Chatwoot does not know of one hand-off."""

    id: int
    contact_id: str
    name: str
    conversation: int | None
    lines: Sequence[Told]
    over: bool


def untold(session: Session) -> list[News]:
    """Hand-offs of which Chatwoot does not know all."""
    alive = Handoff.state.in_(("waiting", "held"))
    ended = Handoff.closed_at > now() - _RECENT
    rows = session.scalars(select(Handoff).where(or_(alive, ended)).order_by(Handoff.id)).all()
    found = [_news(session, row) for row in rows]
    return [one for one in found if one is not None]


def _news(session: Session, row: Handoff) -> News | None:
    known = row.card.get("chatwoot") or {}
    alive = row.state in {"waiting", "held"} and row.due_at <= now()
    conversation = known.get("conversation")
    if (conversation is None and not alive) or known.get("over"):
        return None
    lines = _lines(session, row, known.get("upto")) if alive else []
    over = conversation is not None and row.closed_at is not None
    if conversation is not None and not lines and not over:
        return None
    name = f"{row.language} · {row.place or row.topic or row.reason}"
    return News(row.id, row.contact_id, name, conversation, lines, over)


def _lines(session: Session, row: Handoff, upto: int | None) -> list[Told]:
    query = select(IncomingRow).where(
        IncomingRow.contact_id == row.contact_id, IncomingRow.id > (upto or 0)
    )
    newest = session.scalars(query.order_by(IncomingRow.id.desc()).limit(_LINES)).all()
    came = [(one.text or one.media or "…", one.id) for one in reversed(newest)]
    if upto is not None:
        return [Told(text, number) for text, number in came]
    said = "\n".join([_card(row), *(f"> {text}" for text, _ in came)])
    return [Told(said, came[-1][1] if came else 0)]


def _card(row: Handoff) -> str:
    """The first message: facts alone, in words that need no translation."""
    wish = row.card.get("wish") or {}
    facts = {"reason": row.reason, "language": row.language, "place": row.place, **wish}
    facts |= {f"callback {name}": value for name, value in (row.callback or {}).items()}
    return "\n".join(f"{name}: {value}" for name, value in facts.items() if value)


def begun(session: Session, handoff_id: int, conversation: int) -> None:
    """Note Chatwoot's id of a conversation."""
    _note(session, handoff_id, conversation=conversation)


def told(session: Session, handoff_id: int, upto: int) -> None:
    """Note up to which message it was told."""
    _note(session, handoff_id, upto=upto)


def ended(session: Session, handoff_id: int) -> None:
    """Note that it knows the end."""
    _note(session, handoff_id, over=True)


def _note(session: Session, handoff_id: int, **known: Any) -> None:  # noqa: ANN401 - JSON
    row = queue.get(session, handoff_id)
    row.card = {**row.card, "chatwoot": {**(row.card.get("chatwoot") or {}), **known}}
    session.flush()


@dataclass(frozen=True, slots=True)
class Ours:
    """An open hand-off."""

    id: int
    state: str
    account_id: str | None


def current(session: Session, contact_id: str) -> Ours | None:
    """The open hand-off of a person; None for nobody of ours."""
    row = queue.current(session, contact_id)
    return Ours(row.id, row.state, row.account_id) if row else None


def release(session: Session, handoff_id: int, message_id: int) -> None:
    """Let a message of an agent count as new again."""
    row = queue.get(session, handoff_id)
    seen = (row.card.get("chatwoot") or {}).get("seen") or []
    _note(session, handoff_id, seen=[one for one in seen if one != message_id])


def claim(session: Session, contact_id: str, message_id: int) -> Ours | None:
    """The same for a message of an agent, once: None for one that came before."""
    inbox.lock(session.connection(), contact_id)
    row = queue.current(session, contact_id)
    if row is None:
        return None
    seen = (row.card.get("chatwoot") or {}).get("seen") or []
    if message_id in seen:
        return None
    _note(session, row.id, seen=[*seen, message_id][-_SEEN:])
    return Ours(row.id, row.state, row.account_id)
