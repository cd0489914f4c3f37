"""Find and keep contacts: one row a person and channel."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from people.models import Contact
from store.base import now


def find(session: Session, channel: str, address: str) -> Contact | None:
    """The contact with this address on this channel, if there is one."""
    return session.scalars(
        select(Contact).where(Contact.channel == channel, Contact.address == address)
    ).one_or_none()


def find_or_add(
    session: Session, channel: str, address: str, *, language: str | None = None
) -> Contact:
    """The contact with this address, made if it is new.

    Args:
        session: a writing session; the caller commits.
        channel: name of the channel.
        address: what the channel calls the person.
        language: what the client guesses; taken only while nothing better is known.

    Raises:
        sqlalchemy.exc.IntegrityError: another transaction added the same person just now.
    """
    contact = find(session, channel, address)
    if contact is None:
        contact = Contact(channel=channel, address=address)
        session.add(contact)
    if contact.language is None:
        contact.language = language
    session.flush()
    return contact


def learn_language(contact: Contact, language: str, *, chosen: bool) -> None:
    """Keep the language that a person was answered in, and whether they asked for it."""
    contact.language = language
    contact.language_chosen = chosen


def mark_introduced(contact: Contact) -> None:
    """Note that the person has read that a machine answers; the first time counts."""
    contact.introduced_at = contact.introduced_at or now()
