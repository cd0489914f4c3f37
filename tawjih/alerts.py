"""Alerts: new listings find the alerts that they fit, and due alerts are told. See docs/kept.md.

Both may run in several processes at once, and be killed at any moment: what was found twice is
noted once, and an alert moves to its next time in the transaction that writes its message.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy.orm import Session

from actions import alert_news
from bot import outbox
from catalogue import watching
from catalogue.models import Listing
from catalogue.watching import Arrival
from people import alerts, finds, verdicts
from people.models import Alert, Contact
from people.timing import Clock
from store.engine import Database

_TOGETHER = 200  # listings a transaction
_LATER = timedelta(hours=1)
_BACKLOG = 50  # listings that wait for a person's next messages; older ones are let go


@dataclass(slots=True)
class Found:
    """What matching did. `looked_at`: alerts that were read, whether they fitted or not."""

    listings: int = 0
    looked_at: int = 0
    finds: int = 0


def find(database: Database, moment: datetime) -> Found:
    """Note which alerts the listings fit that came since the last time.

    The first time nothing is noted: what stands in the catalogue then is not new to anybody.
    """
    done = Found()
    with database.read() as session:
        mark, newest = finds.mark(session), watching.newest(session)
    if mark is not None and newest > mark:
        # SQLite has one writer: there numbers come in their order.
        start = mark if database.is_sqlite else max(0, mark - watching.OVERLAP)
        with database.read() as session:
            coming = watching.arrivals(session, start, newest, moment)
            while batch := list(islice(coming, _TOGETHER)):
                _note(database, session, batch, mark, done)
    if mark is None or newest > mark:
        with database.write() as session:
            finds.set_mark(session, newest)
    return done


def _note(
    database: Database, session: Session, batch: list[Arrival], mark: int, done: Found
) -> None:
    rows = [row for arrival in batch for row in _finds(session, arrival, done)]
    with database.write() as writing:
        done.finds += finds.note(writing, rows)
        finds.set_mark(writing, max(mark, batch[-1].id))
    done.listings += len(batch)


def _finds(session: Session, arrival: Arrival, done: Found) -> Iterator[dict[str, object]]:
    for watcher in alerts.watching(session, arrival.work, arrival.spots):
        done.looked_at += 1
        if arrival.holds(watcher.words, watcher.contract):
            yield {
                "contact_id": watcher.contact_id,
                "listing_id": arrival.id,
                "fingerprint": arrival.fingerprint,
                "alert_id": watcher.alert_id,
            }


@dataclass(slots=True)
class Sent:
    """What sending did. `stopped`: alerts that ended since their person has blocked us."""

    messages: int = 0
    questions: int = 0
    stopped: int = 0


def send(database: Database, clock: Clock, moment: datetime, most: int) -> Sent:
    """Write the messages of due alerts, at most `most` listings each; the outbox sends them.

    In the quiet hours nothing is written: what is due waits for their end.
    """
    sent = Sent()
    if clock.is_quiet(moment):
        return sent
    with database.write() as session:
        alerts.forget_sleeping(session, moment)
        people = alerts.people_due(session, moment)
    for contact_id in people:
        with database.write() as session:
            _tell(session, contact_id, _When(clock, moment, most), sent)
    return sent


@dataclass(frozen=True, slots=True)
class _When:
    clock: Clock
    moment: datetime
    most: int


def _tell(session: Session, contact_id: str, when: _When, sent: Sent) -> None:
    contact = session.get(Contact, contact_id)
    if contact is None:
        return
    if contact.gone_at is not None:
        sent.stopped += alerts.stop(session, contact_id)
    elif contact.held_by is not None:
        alerts.postpone(session, contact_id, when.moment + _LATER)
    else:
        for alert in alerts.claim_due(session, contact_id, when.moment, when.clock):
            _tell_one(session, contact, alert, when, sent)


def _tell_one(session: Session, contact: Contact, alert: Alert, when: _When, sent: Sent) -> None:
    if alert.expires_at <= when.moment:
        alert.due_at = None
        _put(session, contact, alert_news.over(contact, alert))
        sent.questions += 1
    elif listings := _untold(session, alert, when):
        finds.mark_told(session, contact.id, [listing.id for listing in listings])
        _put(session, contact, alert_news.news(session, contact, alert, listings, when.moment))
        sent.messages += 1


def _put(session: Session, contact: Contact, body: alert_news.Body) -> None:
    session.flush()
    outbox.put(session, contact.id, [body], alert_news.language_of(contact), purpose="alert")


def _untold(session: Session, alert: Alert, when: _When) -> list[Listing]:
    """The newest that were found for it and still show; those that cannot be told are let go."""
    waiting = finds.untold(session, alert.id)
    judged = {
        *verdicts.ids(session, alert.contact_id, "dismissed"),
        *verdicts.ids(session, alert.contact_id, "saved"),
    }
    kept = [number for number in waiting[:_BACKLOG] if number not in judged]
    shown = watching.shown(session, kept, when.moment)
    left = {listing.id for listing in shown}
    finds.mark_told(session, alert.contact_id, [n for n in waiting if n not in left])
    return shown[: when.most]
