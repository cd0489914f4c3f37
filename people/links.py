"""One person, several channels: a code moves all that belongs to them from one to another.

The person keeps the identity that everything hangs on, the dialogue's memory included; what changes
is the channel and the address by which they are reached. The address that they leave is a new
person's, should anybody write from it.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, UniqueConstraint, and_, delete, exists, select, update
from sqlalchemy.orm import Session

from people.models import Contact, LinkCode
from store.base import Base, now

LASTS = timedelta(minutes=10)
LENGTH = 8
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that is taken for something else when it is read aloud or copied by hand."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose code it is, and where they are reached now."""

    contact_id: str
    channel: str
    address: str


def issue(session: Session, contact_id: str, key: bytes) -> str:
    """A new code for a person; their earlier one is void.

    Args:
        session: a writing session.
        contact_id: the person.
        key: the deployment's secret, without which a hash tells no code.
    """
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    session.execute(delete(LinkCode).where(LinkCode.contact_id == contact_id))
    row = LinkCode(code_hash=_hash(code, key), contact_id=contact_id, expires_at=now() + LASTS)
    session.add(row)
    session.flush()
    return code


def owner(session: Session, code: str, key: bytes) -> Owner | None:
    """Whose code this is; None for a wrong one, a used one, one that has expired."""
    found = session.execute(
        select(Contact.id, Contact.channel, Contact.address)
        .join(LinkCode, LinkCode.contact_id == Contact.id)
        .where(LinkCode.code_hash == _hash(code, key), LinkCode.expires_at > now())
    ).one_or_none()
    return Owner(*found) if found else None


def move(session: Session, code: str, key: bytes, contact_id: str) -> Owner | None:
    """Move the code's owner to the address of another contact, which they become; once.

    What both have, such as the same saved listing, stays as the owner has it.

    Args:
        session: a writing session.
        code: the code.
        key: the deployment's secret.
        contact_id: the contact at whose address the owner will be reached.

    Returns:
        where the owner was reached before; None when the code is no good.
    """
    found = owner(session, code, key)
    if found is None or found.contact_id == contact_id:
        return None
    both = sorted((found.contact_id, contact_id))  # in one order: nobody waits for each other
    locked = select(Contact).where(Contact.id.in_(both)).order_by(Contact.id).with_for_update()
    contacts = {contact.id: contact for contact in session.scalars(locked)}
    used = delete(LinkCode).where(LinkCode.contact_id == found.contact_id)
    if len(contacts) < len(both) or not session.connection().execute(used).rowcount:
        return None
    for table in Base.metadata.sorted_tables:
        _take_over(session, table, found.contact_id, contact_id)
    _settle(session, contacts[found.contact_id], contacts[contact_id])
    return found


def _settle(session: Session, stays: Contact, goes: Contact) -> None:
    channel, address, heard_at = goes.channel, goes.address, goes.heard_at
    session.delete(goes)
    session.flush()  # the address is free only now
    stays.channel, stays.address, stays.heard_at = channel, address, heard_at
    stays.gone_at = stays.claimed_by = None
    session.flush()


def _take_over(session: Session, table: Table, stays: str, goes: str) -> None:
    """Hand the rows of `goes` in a table to `stays`, who has the say where both have one."""
    if table is _LINK_CODE:
        return
    for column in table.c:
        if not any(key.column is _CONTACT_ID for key in column.foreign_keys):
            continue
        for same in _unique_with(table, column):
            other = table.alias()
            twin = and_(other.c[column.name] == stays, *(other.c[n] == table.c[n] for n in same))
            session.execute(delete(table).where(column == goes, exists().where(twin)))
        session.execute(update(table).where(column == goes).values({column.name: stays}))


def _unique_with(table: Table, column: Any) -> list[list[str]]:  # noqa: ANN401 - a Column
    """The other columns of each key that holds `column`: where they agree, only one row can be."""
    keys = [table.primary_key, *(c for c in table.constraints if isinstance(c, UniqueConstraint))]
    return [
        [one.name for one in key.columns if one is not column]
        for key in keys
        if column.name in key.columns
    ]


def forget_expired(session: Session) -> None:
    """Delete the codes that nobody can use any more."""
    session.execute(delete(LinkCode).where(LinkCode.expires_at <= now()))


def _hash(code: str, key: bytes) -> str:
    return hmac.new(key, code.strip().upper().encode(), hashlib.sha256).hexdigest()


_LINK_CODE = Base.metadata.tables[LinkCode.__tablename__]
_CONTACT_ID = Base.metadata.tables[Contact.__tablename__].c.id
