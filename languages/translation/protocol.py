"""What the translating process and its owner say to each other: a JSON object a line.

owner    {"id": 7, "text": "…", "source": "fr", "target": "ar", "names": [], "urgent": true}
         {"cancel": 7}
process  {"id": 7, "text": "…", "automatic": true}      or {"id": 7, "failed": true}
"""

from dataclasses import dataclass
from typing import Any

LINE = 1 << 20  # bytes, at most


@dataclass(frozen=True, slots=True)
class Task:
    """One text to translate; `urgent` ones, for which somebody waits, go first."""

    id: int
    text: str
    source: str
    target: str
    names: tuple[str, ...] = ()
    urgent: bool = False

    @classmethod
    def of(cls, message: dict[str, Any]) -> "Task":
        """A task from its line."""
        return cls(**{**message, "names": tuple(message["names"])})
