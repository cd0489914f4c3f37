"""What may be shown of a count without telling of single persons.

A count below `LEAST` is not shown. Where just one count of a row were hidden, or the hidden ones
came to less than `LEAST` together, the rest and the total would tell it: the next smallest is
hidden, too.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

LEAST = 5
Key = TypeVar("Key", bound=Hashable)


def shown(counts: Mapping[Key, int]) -> dict[Key, int | None]:
    """The counts with None for what is not to be shown, in their order."""
    ranked = sorted(counts, key=lambda key: counts[key])
    hidden = [key for key in ranked if counts[key] < LEAST]
    while 0 < sum(counts[key] for key in hidden) < LEAST and len(hidden) < len(ranked):
        hidden.append(ranked[len(hidden)])
    return {key: None if key in hidden else count for key, count in counts.items()}


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`; either is None where it is not to be shown."""

    part: int | None
    whole: int | None

    @property
    def percent(self) -> int | None:
        """The share in percent; None where it is not to be shown."""
        if self.part is None or not self.whole:
            return None
        return round(100 * self.part / self.whole)


def share(part: int, whole: int) -> Share:
    """A share that tells of no few persons: neither of those in it nor of those who are not."""
    if whole < LEAST:
        return Share(None, None)
    few = 0 < part < LEAST or 0 < whole - part < LEAST
    return Share(None if few else part, whole)


def shares(parts: Mapping[Key, tuple[int, int]]) -> dict[Key, Share]:
    """One share a key, from (part, whole), so that no sum tells what is hidden."""
    wholes = shown({key: whole for key, (_, whole) in parts.items()})
    alone = {key: share(part, whole) for key, (part, whole) in parts.items()}
    safe = shown({key: part for key, (part, _) in parts.items() if part})
    return {
        key: Share(one.part if wholes[key] and safe.get(key, 0) is not None else None, wholes[key])
        for key, one in alone.items()
    }
