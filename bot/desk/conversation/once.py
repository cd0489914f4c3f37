"""A form that is sent again, because its answer was lost on a bad line, is not done again."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

_MOST = 2000


class Once:
    """The acts of the last while, by who did them and the mark of their form.

    Kept in this process: a form that is sent again to another edge is done again.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._done: OrderedDict[tuple[str, str], asyncio.Task[Any]] = OrderedDict()

    async def do(self, who: str, mark: str, act: Callable[[], Awaitable[Any]]) -> None:
        """Do it, unless it is done or under way; what failed may be done anew."""
        if not mark:
            await act()
            return
        key = who, mark
        if key not in self._done:
            self._done[key] = asyncio.ensure_future(_run(act))
            self._trim()
        try:
            # Who goes away does not stop it: the other try waits for the same.
            await asyncio.shield(self._done[key])
        except Exception:
            self._done.pop(key, None)
            raise

    def _trim(self) -> None:
        while len(self._done) > self._most:
            self._done.popitem(last=False)


async def _run(act: Callable[[], Awaitable[Any]]) -> None:
    await act()
