"""What somebody told of themselves, kept when they agreed to it."""

from dataclasses import dataclass, fields

from sqlalchemy.orm import Session

from people.models import PersonProfile
from store.base import now

_BANDS = ((17, "-17"), (24, "18-24"), (29, "25-29"))
_OLDEST = 120


@dataclass(frozen=True, slots=True)
class Facts:
    """What a message tells of its writer, in their words; None is not told."""

    occupation: str | None = None
    place: str | None = None
    education: str | None = None
    experience: str | None = None
    age_band: str | None = None

    def __bool__(self) -> bool:
        """Whether anything is told."""
        return any(getattr(self, one.name) for one in fields(self))


def age_band(age: int) -> str | None:
    """The band of an age in years; None for what is no age."""
    if not 0 < age < _OLDEST:
        return None
    return next((name for last, name in _BANDS if age <= last), "30-")


def get(session: Session, contact_id: str) -> Facts | None:
    """What is kept of somebody; None when they have not agreed to it."""
    row = session.get(PersonProfile, contact_id)
    return None if row is None else Facts(**{f.name: getattr(row, f.name) for f in fields(Facts)})


def keep(session: Session, contact_id: str, facts: Facts) -> Facts:
    """Keep what is told beside what was, a later word counting; gives all that is kept."""
    row = session.get(PersonProfile, contact_id)
    if row is None:
        row = PersonProfile(contact_id=contact_id)
        session.add(row)
    for one in fields(facts):
        setattr(row, one.name, getattr(facts, one.name) or getattr(row, one.name))
    row.updated_at = now()
    session.flush()
    return Facts(**{f.name: getattr(row, f.name) for f in fields(Facts)})
