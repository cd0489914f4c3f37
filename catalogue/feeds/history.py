"""What runs did: written down while they run, looked up for bounds, alarms and the status."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from catalogue.feeds.models import FeedNote, FeedRun, State
from catalogue.feeds.stage import Tally
from catalogue.listing_import import ImportSummary
from store.base import now
from store.engine import Database

COUNTS = ("read", "added", "changed", "unchanged", "expired", "rejected", "repaired")
_KEPT = 30  # runs of a feed
_USUAL = 10  # runs that tell what is usual
_NOTES = 1000  # rows of one insert


def begin(database: Database, feed: str) -> int:
    """Write down that a run begins; one that never ended has died. Gives its number."""
    dead = (FeedRun.feed == feed, FeedRun.state == State.RUNNING)
    ended = {"state": State.FAILED, "finished_at": now(), "message": "it was killed"}
    with database.write() as session:
        session.execute(update(FeedRun).where(*dead).values(**ended))
        run = FeedRun(feed=feed, started_at=now(), state=State.RUNNING)
        session.add(run)
        session.flush()
        return run.id


def advance(database: Database, number: int, phase: str, done: int, expected: int | None) -> None:
    """Write down how far a run is."""
    told = {"phase": phase, "done": done, "expected": expected}
    with database.write() as session:
        session.execute(update(FeedRun).where(FeedRun.id == number).values(**told))


@dataclass(slots=True)
class Outcome:
    """How a run ended, as far as it came."""

    state: State = State.FAILED
    message: str | None = "it broke off: see the log"
    tally: Tally = field(default_factory=Tally)
    summary: ImportSummary = field(default_factory=ImportSummary)


def end(database: Database, number: int, outcome: Outcome) -> FeedRun:
    """Write down how a run ended; forget those that are long ago."""
    tally, summary = outcome.tally, outcome.summary
    counts = {name: getattr(summary, name) for name in ("added", "changed", "unchanged", "expired")}
    counts |= {name: getattr(tally, name) for name in ("read", "rejected", "repaired", "complete")}
    told: dict[str, Any] = {"leftovers": dict(tally.leftovers), "finished_at": now()}
    told |= {"state": outcome.state, "message": outcome.message}
    notes = [("rejected", *one) for one in tally.rejects]
    notes += [("repaired", *one) for one in tally.repairs]
    rows = [{"run_id": number, "kind": k, "line": at, "reason": why} for k, at, why in notes]
    with database.write() as session:
        session.execute(update(FeedRun).where(FeedRun.id == number).values(**counts, **told))
        for first in range(0, len(rows), _NOTES):
            session.execute(insert(FeedNote), rows[first : first + _NOTES])
        run = session.scalars(select(FeedRun).where(FeedRun.id == number)).one()
        old = select(FeedRun.id).where(FeedRun.feed == run.feed).order_by(FeedRun.id.desc())
        ids = list(session.scalars(old.offset(_KEPT)))
        session.execute(delete(FeedNote).where(FeedNote.run_id.in_(ids)))
        session.execute(delete(FeedRun).where(FeedRun.id.in_(ids)))
    return run


def usual(database: Database, feed: str) -> list[int]:
    """How many usable listings the last complete runs had."""
    query = (
        select(FeedRun.read - FeedRun.rejected)
        .where(FeedRun.feed == feed, FeedRun.state == State.DONE, FeedRun.complete)
        .order_by(FeedRun.id.desc())
    )
    with database.read() as session:
        return list(session.scalars(query.limit(_USUAL)))


def last_runs(session: Session) -> list[FeedRun]:
    """The last run of every feed that has ended, sorted by feed."""
    ended = select(func.max(FeedRun.id)).where(FeedRun.state != State.RUNNING)
    query = select(FeedRun).where(FeedRun.id.in_(ended.group_by(FeedRun.feed)))
    return list(session.scalars(query.order_by(FeedRun.feed)))


def alarming(session: Session) -> list[FeedRun]:
    """The last runs that somebody should look at."""
    return [run for run in last_runs(session) if run.alarming]


def runs_of(session: Session, feed: str, most: int = 10) -> list[FeedRun]:
    """The last runs of one feed, the newest first."""
    query = select(FeedRun).where(FeedRun.feed == feed).order_by(FeedRun.id.desc()).limit(most)
    return list(session.scalars(query))


def notes_of(
    session: Session, number: int, kind: str, most: int | None = None, skipped: int = 0
) -> list[tuple[int, str]]:
    """(line, reason) of each row of a run that was "rejected" or "repaired"."""
    query = select(FeedNote.line, FeedNote.reason).where(
        FeedNote.run_id == number, FeedNote.kind == kind
    )
    rows = session.execute(query.order_by(FeedNote.id).limit(most).offset(skipped or None))
    return [(line, reason) for line, reason in rows]
