"""Where actions keep what a person asked to have kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from actions.turn import Turn
from languages.profile import get_profile
from people.timing import Clock
from settings import get_settings
from store.engine import get_database

PENDING = "pending"  # the slot of a question that "yes" answers


@contextmanager
def writing() -> Iterator[Session]:
    """A session whose transaction commits at the end."""
    with get_database().write() as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """A session for reading."""
    with get_database().read() as session:
        yield session


def clock() -> Clock:
    """The deployment's day and its quiet hours."""
    settings = get_settings()
    zone = ZoneInfo(get_profile().timezone)
    return Clock(zone, settings.alerts_quiet_from, settings.alerts_quiet_until)


def person(turn: Turn) -> str:
    """Who writes: the opaque id of their contact."""
    return str(turn.tracker.sender_id)


def item(turn: Turn) -> int | None:
    """The number that a tapped button names; None where it names none."""
    named = turn.entity("item")
    return int(named) if named and named.isdecimal() and len(named) < 10 else None  # noqa: PLR2004


def ask(turn: Turn, question: str, **facts: object) -> None:
    """Note that "yes" answers this question, if it comes at once."""
    turn.set(PENDING, {"ask": question, **facts})


def asked(turn: Turn) -> dict[str, object]:
    """The question that the message before ended with; {} when it was another or none."""
    for event in turn.since_last_message():
        if event.get("event") == "slot" and event.get("name") == PENDING:
            return dict(event.get("value") or {})
    return {}
