"""Where an edge that is alone counts what comes in: a storage for the limits library.

The library's own memory storage starts a thread at almost every hit, to look through all keys:
under load that took the edge longer than the rest of taking a message in.
"""

import time
from collections.abc import Callable

from limits.storage import Storage

_MANY = 50_000


class Counts(Storage):
    """Counts in windows that begin with the first hit of a key.

    Args:
        clock: seconds that only grow.
    """

    STORAGE_SCHEME = None

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._counts: dict[str, tuple[int, float]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong: nothing of its own."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count; how many the window has now."""
        clock = self._clock()
        count, ends = self._counts.get(key, (0, 0.0))
        if ends <= clock:
            count, ends = 0, clock + expiry
            self._forget(clock)
        self._counts[key] = (count + amount, ends)
        return count + amount

    def get(self, key: str) -> int:
        """How many the window has."""
        count, ends = self._counts.get(key, (0, 0.0))
        return count if ends > self._clock() else 0

    def get_expiry(self, key: str) -> float:
        """The moment at which the window ends, in seconds since the epoch."""
        ends = self._counts.get(key, (0, 0.0))[1]
        return time.time() + max(0.0, ends - self._clock())

    def check(self) -> bool:
        """Whether it works: it does."""
        return True

    def reset(self) -> int:
        """Forget all; how many keys."""
        keys = len(self._counts)
        self._counts.clear()
        return keys

    def clear(self, key: str) -> None:
        """Forget a key."""
        self._counts.pop(key, None)

    def _forget(self, clock: float) -> None:
        """Drop what is over, when there is much: each look pays for as many new keys."""
        if len(self._counts) >= _MANY * 2:
            self._counts = {key: one for key, one in self._counts.items() if one[1] > clock}
