"""Searches that somebody wants to be told of: made, changed, stopped, found by new listings."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from people.models import Alert, AlertKey
from people.timing import Clock
from store.base import now

LASTS = timedelta(days=90)
"""After so long without a word about it, an alert sleeps and its person is asked."""
FORGOTTEN = timedelta(days=30)
"""After so long asleep it is deleted."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to be told of, in their words; None is any.

    `work` and `spot` are the keys under which a listing finds it, `words` groups of alternative
    roots that its title or topics must hold besides.
    """

    kind: str
    what: str | None
    place: str | None
    contract: str | None
    work: tuple[str, ...]
    spot: str
    words: Sequence[Sequence[str]] = ()

    @property
    def signature(self) -> str:
        """The same for the same wish."""
        told = json.dumps(
            [sorted(self.work), self.spot, self.contract, sorted(map(list, self.words))]
        )
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The alert; None when its person has as many as they may. `new`: it was not there before."""

    alert: Alert | None
    new: bool = False


def subscribe(
    session: Session, contact_id: str, wanted: Wanted, clock: Clock, most: int
) -> Subscribed:
    """Make an alert. One for the same wish is woken and lasts anew; no second one is made."""
    mine = select(Alert).where(Alert.contact_id == contact_id)
    there = session.scalars(mine.where(Alert.signature == wanted.signature)).one_or_none()
    if there is not None:
        renew(there, clock)
        return Subscribed(there)
    if len(of(session, contact_id)) >= most:
        return Subscribed(None)
    alert = Alert(
        contact_id=contact_id,
        signature=wanted.signature,
        kind=wanted.kind,
        what=wanted.what,
        place=wanted.place,
        contract=wanted.contract,
        words=[list(group) for group in wanted.words],
        every="daily",
        hour=clock.morning,
        expires_at=now() + LASTS,
    )
    alert.due_at = clock.following(alert.every, alert.hour, now())
    session.add(alert)
    session.flush()
    keys = [{"work": work, "place": wanted.spot, "alert_id": alert.id} for work in wanted.work]
    session.execute(insert(AlertKey), keys)
    return Subscribed(alert, new=True)


def of(session: Session, contact_id: str) -> list[Alert]:
    """Somebody's alerts, the oldest first."""
    query = select(Alert).where(Alert.contact_id == contact_id).order_by(Alert.id)
    return list(session.scalars(query))


def get(session: Session, contact_id: str, alert_id: int) -> Alert | None:
    """One alert, if it is this person's."""
    query = select(Alert).where(Alert.contact_id == contact_id, Alert.id == alert_id)
    return session.scalars(query).one_or_none() if 0 < alert_id < 2**31 else None


def set_every(alert: Alert, every: str, clock: Clock) -> None:
    """Tell of it "daily" or "weekly"."""
    alert.every = every
    alert.due_at = clock.following(every, alert.hour, now())


def set_hour(alert: Alert, hour: int, clock: Clock) -> None:
    """Tell of it at this hour of the day."""
    alert.hour = hour
    alert.due_at = clock.following(alert.every, hour, now())


def renew(alert: Alert, clock: Clock) -> None:
    """Go on for another 90 days."""
    alert.expires_at = now() + LASTS
    alert.due_at = alert.due_at or clock.following(alert.every, alert.hour, now())


def stop(session: Session, contact_id: str, alert_id: int | None = None) -> int:
    """End one alert, or all of a person; how many ended."""
    mine = delete(Alert).where(Alert.contact_id == contact_id)
    chosen = mine if alert_id is None else mine.where(Alert.id == alert_id)
    return int(getattr(session.execute(chosen), "rowcount", 0))


@dataclass(frozen=True, slots=True)
class Watcher:
    """An alert as a new listing sees it."""

    alert_id: int
    contact_id: str
    words: list[list[str]]
    contract: str | None


def watching(session: Session, work: Sequence[str], spots: Sequence[str]) -> list[Watcher]:
    """The alerts under one of these works and one of these places; no other row is touched."""
    keys = select(AlertKey.alert_id).where(AlertKey.work.in_(work), AlertKey.place.in_(spots))
    columns: Any = (Alert.id, Alert.contact_id, Alert.words, Alert.contract)
    query = select(*columns).where(Alert.id.in_(keys)).order_by(Alert.id)
    return [Watcher(*row) for row in session.execute(query)]


def people_due(session: Session, moment: datetime) -> list[str]:
    """Whoever has an alert that is due."""
    query = select(Alert.contact_id).where(Alert.due_at <= moment).distinct()
    return sorted(session.scalars(query))


def claim_due(session: Session, contact_id: str, moment: datetime, clock: Clock) -> list[Alert]:
    """A person's due alerts, moved to their next time: another process does not find them due."""
    query = select(Alert).where(Alert.contact_id == contact_id, Alert.due_at <= moment)
    claimed = []
    for alert in session.scalars(query.order_by(Alert.id).with_for_update()):
        alert.due_at = clock.following(alert.every, alert.hour, moment)
        claimed.append(alert)
    return claimed


def postpone(session: Session, contact_id: str, until: datetime) -> None:
    """Look at a person's due alerts later: a counsellor is talking with them."""
    due = (Alert.contact_id == contact_id, Alert.due_at < until)
    session.execute(update(Alert).where(*due).values(due_at=until))


def forget_sleeping(session: Session, moment: datetime) -> int:
    """Delete alerts whose person has not answered whether to go on; how many."""
    old = (Alert.due_at.is_(None), Alert.expires_at < moment - FORGOTTEN)
    return int(getattr(session.execute(delete(Alert).where(*old)), "rowcount", 0))


def any_due(session: Session, moment: datetime) -> bool:
    """Whether anybody has an alert that is due."""
    return bool(session.scalar(select(func.count()).where(Alert.due_at <= moment)))
