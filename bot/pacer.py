"""Keeps to a platform's speed: so many messages a second, so many in one chat."""

import asyncio
from collections.abc import Callable

_MANY_CHATS = 10_000


class Pacer:
    """Gives each message its moment.

    Args:
        a_second: messages a second over all chats; None for no bound.
        a_second_a_chat: messages a second in one chat; None for no bound.
        edges: how many edges share the bound over all chats.
    """

    def __init__(
        self, a_second: float | None, a_second_a_chat: float | None, edges: Callable[[], int]
    ) -> None:
        self._overall = 1 / a_second if a_second else 0.0
        self._chat = 1 / a_second_a_chat if a_second_a_chat else 0.0
        self._edges = edges
        self._free = 0.0
        self._chats: dict[str, float] = {}

    async def wait(self, address: str) -> None:
        """Wait until a message may go to this chat."""
        clock = asyncio.get_running_loop().time()
        delay = self.moment(address, clock) - clock
        if delay > 0:
            await asyncio.sleep(delay)

    def moment(self, address: str, clock: float) -> float:
        """When the next message to this chat may go; it is taken. Seconds of the loop's clock."""
        start = max(clock, self._free, self._chats.get(address, 0.0))
        if self._overall:
            self._free = max(clock, self._free) + self._overall * max(1, self._edges())
        if self._chat:
            self._chats[address] = start + self._chat
            self._forget(clock)
        return start

    def _forget(self, clock: float) -> None:
        if len(self._chats) > _MANY_CHATS:
            self._chats = {chat: free for chat, free in self._chats.items() if free > clock}
