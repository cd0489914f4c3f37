"""What every reader gives: rows with the line or position where they begin, and what is broken."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that could not even be read: it is rejected with this reason, not left out."""

    reason: str


@dataclass(frozen=True, slots=True)
class Truncated(Unreadable):
    """The file breaks off here: what it does not hold any more has not vanished."""


Rows = Iterator[tuple[int, Any]]
