"""The queries that take a message in, and those that give its conversation free again.

Each function is the work of one short transaction. They speak to the tables and not to objects,
in statements that are put together once and compiled once.

A conversation belongs to the edge that has claimed it (`contact.claimed_by`) until nothing is left
to do in it. Whoever writes a message and whoever gives a conversation free both lock the contact's
row: so a message is either seen by the one, or claimed by the other.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, case, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from bot.incoming import Incoming
from bot.messages import Person, Received, Waiting
from bot.models import CONTACT, INCOMING
from store.base import now

_SPOT_DIGITS = 2  # degrees to about a kilometre: enough for a city, too little for a house
_READ = ("id", "message_id", "text", "payload", "media", "latitude", "longitude", "attempts")
_LEARNT = ("language", "language_chosen", "introduced_at", "claimed_by")

FACTS = tuple(CONTACT.c[name] for name in Person.__slots__)
_FIND = select(INCOMING.c.id, INCOMING.c.contact_id, INCOMING.c.status).where(
    INCOMING.c.channel == bindparam("channel"), INCOMING.c.message_id == bindparam("message_id")
)
_ADD = insert(INCOMING).returning(INCOMING.c.id)
_LOCK = select(*FACTS).where(CONTACT.c.id == bindparam("contact")).with_for_update()
_NEXT = (
    select(*(INCOMING.c[name] for name in _READ))
    .where(INCOMING.c.contact_id == bindparam("contact"), INCOMING.c.status == "received")
    .order_by(INCOMING.c.id)
    .limit(1)
)
_EARLIER = (
    select(INCOMING.c.id)
    .where(
        INCOMING.c.contact_id == bindparam("contact"),
        INCOMING.c.status == "received",
        INCOMING.c.id < bindparam("incoming"),
    )
    .limit(1)
)
_HOLD = update(INCOMING).where(
    INCOMING.c.contact_id == bindparam("contact"), INCOMING.c.status == "received"
)
_NOTIFY = text("SELECT pg_notify('tawjih', :told)")
_SETTLE = (
    update(CONTACT)
    .where(CONTACT.c.id == bindparam("contact"))
    .values({name: bindparam(f"new_{name}") for name in _LEARNT})
)


@lru_cache
def _meet(dialect: str) -> Any:  # noqa: ANN401 - an Insert of either dialect
    """Makes or finds the person who writes, locks them, and claims them if nobody has."""
    made = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(CONTACT)
    new = made.excluded
    claim = func.coalesce(CONTACT.c.claimed_by, new.claimed_by)
    return made.on_conflict_do_update(
        index_elements=["channel", "address"],
        set_={
            "heard_at": new.heard_at,
            "gone_at": None,
            "language": func.coalesce(CONTACT.c.language, new.language),
            "introduced_at": func.coalesce(CONTACT.c.introduced_at, new.introduced_at),
            "claimed_by": case((CONTACT.c.held_by.is_(None), claim), else_=CONTACT.c.claimed_by),
        },
    ).returning(*FACTS)


def record(
    session: Session, incoming: Incoming, edge: str | None = None, *, limited: bool = False
) -> Received:
    """Write a message's row, or find the one that a repeat has.

    Args:
        session: a writing session.
        incoming: the message.
        edge: who claims the conversation; None leaves it to whoever has room.
        limited: it is one too many: kept, not answered.

    Raises:
        sqlalchemy.exc.IntegrityError: another transaction wrote the same row just now.
    """
    connection = session.connection()
    key = {"channel": incoming.channel, "message_id": incoming.message_id}
    if found := connection.execute(_FIND, key).one_or_none():
        answered = found.status != "received"
        return Received(found.id, found.contact_id, new=False, answered=answered)
    person = _met(connection, incoming, None if limited else edge)
    held = person.held_by is not None
    values = _values(incoming, person.id, "held" if held else "limited" if limited else "received")
    row_id: int = connection.execute(_ADD, values).scalar_one()
    done = held or limited
    ours = edge is not None and person.claimed_by == edge and not done
    return Received(
        row_id,
        person.id,
        new=True,
        answered=done,
        held=held,
        ours=ours,
        behind=ours and _is_behind(connection, person.id, row_id),
        waiting=waiting_of(row_id, values, person),
    )


def _is_behind(connection: Connection, contact_id: str, incoming_id: int) -> bool:
    # An edge that died, or had no room, leaves a conversation free although something waits in it.
    earlier = {"contact": contact_id, "incoming": incoming_id}
    return connection.execute(_EARLIER, earlier).first() is not None


def _met(connection: Connection, incoming: Incoming, edge: str | None) -> Person:
    moment = now()
    values = {
        "id": uuid4().hex,
        "channel": incoming.channel,
        "address": incoming.address,
        "language": incoming.language,
        "language_chosen": False,
        "introduced_at": moment if incoming.greeted else None,
        "created_at": moment,
        "heard_at": moment,
        "claimed_by": edge,
    }
    return Person(*connection.execute(_meet(connection.dialect.name), values).one())


def _values(incoming: Incoming, contact_id: str, status: str) -> dict[str, Any]:
    spot = incoming.spot
    return {
        "channel": incoming.channel,
        "message_id": incoming.message_id,
        "contact_id": contact_id,
        "text": incoming.text,
        "payload": incoming.payload,
        "media": incoming.media,
        "latitude": round(spot.latitude, _SPOT_DIGITS) if spot else None,
        "longitude": round(spot.longitude, _SPOT_DIGITS) if spot else None,
        "sent_at": incoming.sent_at,
        "received_at": now(),
        "status": status,
        "attempts": 0,
        "told_slow": False,
    }


def waiting_of(row_id: int, row: Mapping[str, Any], person: Person) -> Waiting:
    """A message as its row and its person tell it."""
    latitude, longitude = row["latitude"], row["longitude"]
    return Waiting(
        id=row_id,
        contact_id=person.id,
        channel=person.channel,
        address=person.address,
        message_id=row["message_id"],
        text=row["text"],
        payload=row["payload"],
        media=row["media"],
        spot=None if latitude is None or longitude is None else (latitude, longitude),
        attempts=row["attempts"],
        language=person.language,
        language_chosen=person.language_chosen,
        introduced=person.introduced_at is not None,
        heard_at=person.heard_at,
    )


def lock(connection: Connection, contact_id: str) -> Person | None:
    """A person, locked to the end of the transaction; None for nobody."""
    row = connection.execute(_LOCK, {"contact": contact_id}).one_or_none()
    return Person(*row) if row else None


def following(
    connection: Connection, person: Person, learnt: Person | None = None
) -> Waiting | None:
    """The next message of a locked person, to be answered; without one they are released.

    What waits for a person whom a counsellor has taken meanwhile is the counsellor's.

    Args:
        connection: a writing connection.
        person: as the row is.
        learnt: as it is to be.
    """
    learnt, waiting = learnt or person, None
    if person.held_by is not None:
        connection.execute(_HOLD.values(status="held"), {"contact": person.id})
    elif row := connection.execute(_NEXT, {"contact": person.id}).one_or_none():
        waiting = waiting_of(row.id, row._asdict(), learnt)
    keep(connection, person, learnt if waiting else replace(learnt, claimed_by=None))
    return waiting


def keep(connection: Connection, person: Person, learnt: Person) -> None:
    """Write what was learnt about a person, if anything was."""
    if person != learnt:
        values = {f"new_{name}": getattr(learnt, name) for name in _LEARNT}
        connection.execute(_SETTLE, {"contact": person.id, **values})


def news(
    connection: Connection, edge: str, person: Person, incoming_id: int | None, replies: list[int]
) -> None:
    """Tell the other edges, once this commits, of an answer; PostgreSQL alone has any."""
    told = {
        "edge": edge,
        "contact": person.id,
        "channel": person.channel,
        "address": person.address,
        "incoming": incoming_id,
        "replies": replies,
    }
    connection.execute(_NOTIFY, {"told": json.dumps(told)})
