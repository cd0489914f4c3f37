"""Hand-offs as the console's lists show them, and who may see which."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from bot.handoff import naming, queue
from bot.handoff.models import Handoff, HandoffStep, Team
from bot.handoff.views import Actor, Item, Queue
from bot.models import CONTACT, INCOMING
from errors import NotThere
from people.models import Contact
from store.base import now

_PREVIEW = 120  # characters
_MOST = 200  # conversations in one list


def listed(
    session: Session, actor: Actor, team: int | None = None, language: str | None = None
) -> Queue:
    """What an account sees of the desk; see views.Queue.

    Args:
        session: a session.
        actor: who looks.
        team: only what was routed to this team, or to none.
        language: only persons of this language.
    """
    moment = now()
    rows = _waiting(session)
    places = queue.positions([row for row in rows if row.due_at <= moment])
    made = items(session, _filtered(rows, team, language), actor.language, places)
    held = items(session, _held(session, actor), actor.language)
    return Queue(
        waiting=[one for one in made if one.due_at <= moment],
        later=sorted((one for one in made if one.due_at > moment), key=lambda one: one.due_at),
        mine=sorted((one for one in held if one.account_id == actor.id), key=_needs),
        others=[one for one in held if one.account_id != actor.id],
    )


def _waiting(session: Session) -> Sequence[Handoff]:
    query = select(Handoff).where(Handoff.state == "waiting").order_by(*queue.ORDER).limit(_MOST)
    return session.scalars(query).all()


def _filtered(rows: Sequence[Handoff], team: int | None, language: str | None) -> Sequence[Handoff]:
    return [
        row
        for row in rows
        if (team is None or row.team_id in (None, team)) and language in (None, row.language)
    ]


def _held(session: Session, actor: Actor) -> Sequence[Handoff]:
    query = select(Handoff).where(Handoff.state == "held").order_by(Handoff.held_at, Handoff.id)
    if not actor.supervises:
        query = query.where(Handoff.account_id == actor.id)
    return session.scalars(query.limit(_MOST)).all()


def _needs(item: Item) -> tuple[bool, datetime]:
    """Who waits for an answer comes first, the longest wait before the others."""
    return item.unanswered_since is None, item.unanswered_since or item.said_at or item.asked_at


def items(
    session: Session,
    rows: Sequence[Handoff],
    reader: str,
    places: dict[int, int] | None = None,
) -> list[Item]:
    """Rows as lists show them, in their order.

    Args:
        session: a session.
        rows: the hand-offs.
        reader: the language of who looks.
        places: the positions of those who wait.
    """
    ids = {row.contact_id for row in rows}
    contacts = {one.id: one for one in session.scalars(select(Contact).where(Contact.id.in_(ids)))}
    last = _last_words(session, ids)
    teams = {row.id: (row.id, row.name) for row in session.execute(select(Team.id, Team.name))}
    unread = _unread(session, [row.id for row in rows if row.state == "held"])
    return [
        Item(
            id=row.id,
            contact_id=row.contact_id,
            state=row.state,
            reason=row.reason,
            urgent=row.priority == queue.URGENT,
            topic=row.topic,
            language=contacts[row.contact_id].language or row.language,
            place=naming.place(session, row.place, reader),
            channel=contacts[row.contact_id].channel,
            asked_at=row.asked_at,
            due_at=row.due_at,
            position=(places or {}).get(row.id),
            team=teams.get(row.team_id or 0),
            suggested_to=row.suggested_to,
            account_id=row.account_id,
            unanswered_since=row.unanswered_since,
            unread=unread.get(row.id, 0),
            preview=last.get(row.contact_id, ("", None))[0],
            said_at=contacts[row.contact_id].heard_at,
            callback=row.callback,
            outcome=row.outcome,
            closed_at=row.closed_at,
        )
        for row in rows
    ]


def _last_words(session: Session, ids: set[str]) -> dict[str, tuple[str, datetime | None]]:
    newest = (
        select(func.max(INCOMING.c.id))
        .where(INCOMING.c.contact_id.in_(ids))
        .group_by(INCOMING.c.contact_id)
    )
    query = select(
        INCOMING.c.contact_id, INCOMING.c.text, INCOMING.c.media, INCOMING.c.received_at
    ).where(INCOMING.c.id.in_(newest))
    return {
        row.contact_id: (_short(row.text or row.media or ""), row.received_at)
        for row in session.execute(query)
    }


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _PREVIEW else f"{line[: _PREVIEW - 1]}…"


def _unread(session: Session, ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(Handoff.id, func.count())
        .join(INCOMING, INCOMING.c.contact_id == Handoff.contact_id)
        .where(Handoff.id.in_(ids), INCOMING.c.id > func.coalesce(Handoff.seen_incoming, 0))
        .group_by(Handoff.id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def one(session: Session, row: Handoff, reader: str) -> Item:
    """One row, with its position if it waits."""
    moment = now()
    waits = row.state == "waiting" and row.due_at <= moment
    places = {row.id: queue.position(session, row, moment)} if waits else {}
    return items(session, [row], reader, places)[0]


def visible(session: Session, actor: Actor, contact_id: str) -> None:
    """Pass where an account may see a person's conversation.

    Raises:
        NotThere: it may not, or there is none.
    """
    if actor.supervises:
        seen = select(CONTACT.c.id).where(CONTACT.c.id == contact_id)
    else:
        did = exists().where(
            HandoffStep.handoff_id == Handoff.id, HandoffStep.account_id == actor.id
        )
        seen = select(Handoff.id).where(
            Handoff.contact_id == contact_id,
            or_(Handoff.state == "waiting", Handoff.account_id == actor.id, did),
        )
    if session.execute(seen.limit(1)).first() is None:
        raise NotThere("no such conversation for this account")


def newest(session: Session, ids: set[str], reader: str) -> dict[str, Item]:
    """The newest hand-off of each of these persons, by their id."""
    last = (
        select(func.max(Handoff.id)).where(Handoff.contact_id.in_(ids)).group_by(Handoff.contact_id)
    )
    rows = session.scalars(select(Handoff).where(Handoff.id.in_(last))).all()
    return {one.contact_id: one for one in items(session, rows, reader)}
