"""Up to where the holder of a conversation has read it."""

import re

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from bot.handoff.models import Handoff

_INCOMING = re.compile(r"i(\d{1,18})")


def seen(session: Session, account_id: str, handoff_id: int, key: str) -> bool:
    """Note the last line of the person that the holder has looked at; whether that is news."""
    found = _INCOMING.fullmatch(key)
    if found is None:
        return False
    incoming_id = int(found[1])
    earlier = or_(Handoff.seen_incoming.is_(None), Handoff.seen_incoming < incoming_id)
    changed = session.connection().execute(
        update(Handoff)
        .where(Handoff.id == handoff_id, Handoff.account_id == account_id, earlier)
        .values(seen_incoming=incoming_id)
    )
    return changed.rowcount == 1
