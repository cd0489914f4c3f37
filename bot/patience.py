"""Who waits for an answer, and who is told that it comes later."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.messages import Body, Waiting

_REMEMBERED = 10_000  # messages answered lately

Tell = Callable[[Waiting], None]
"""Has a person told that the answer to their message comes later, unless they were told."""


Asked = tuple[bool, list[Body] | None]
"""Whether a message has its answer, and what is handed over; None: it is in the rows."""


@dataclass(slots=True)
class _Asked:
    """An answer that requests wait for; `handing` once it is on its way to the first of them."""

    future: asyncio.Future[Asked]
    requests: int = 0
    first: bool = False
    handing: bool = False


class Patience:
    """Those who wait: the ones who hold a request open, and the ones who are told after a while.

    Args:
        seconds: how long a person waits before being told.
        tell: tells those who hold no request open.
    """

    def __init__(self, seconds: float, tell: Tell) -> None:
        self._seconds = seconds
        self._tell = tell
        self._asked: dict[int, _Asked] = {}
        self._expecting: dict[int, Waiting] = {}
        self._deadlines: deque[tuple[float, int]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._of: dict[str, set[int]] = {}
        # Who was not answered yet when they looked may be by the time they begin to wait.
        self._lately: dict[int, None] = {}

    def expect(self, waiting: Waiting) -> None:
        """See that the person is told if the answer takes long."""
        deadline = asyncio.get_running_loop().time() + self._seconds
        self._expecting[waiting.id] = waiting
        self._deadlines.append((deadline, waiting.id))
        self._of.setdefault(waiting.contact_id, set()).add(waiting.id)
        self._arm()

    async def ask(self, contact_id: str, incoming_id: int, *, first: bool) -> Asked:
        """Wait for an answer as long as a person does.

        Args:
            contact_id: the person.
            incoming_id: their message.
            first: this is no repeat: what is answered is handed over here, and nowhere else.

        Returns:
            what became of it; a repeat is handed nothing.
        """
        if incoming_id in self._lately:
            return True, None
        asked = self._asked.get(incoming_id)
        if asked is None:
            asked = self._asked[incoming_id] = _Asked(asyncio.get_running_loop().create_future())
            self._of.setdefault(contact_id, set()).add(incoming_id)
        asked.requests += 1
        asked.first = asked.first or first
        try:
            await asyncio.wait({asked.future}, timeout=self._seconds)
            if asked.handing:  # it is being marked as fetched: it must be
                await asyncio.wait({asked.future})
        finally:
            self._leave(contact_id, incoming_id, asked, first=first)
        if not asked.future.done():
            return False, None
        answered, bodies = asked.future.result()
        return answered, (bodies if first else None)

    def hand_over(self, incoming_id: int) -> frozenset[int] | None:
        """None unless somebody here waits to be handed this answer; else all such messages.

        Who is told so gives the answer to `answered`, or says `late`.
        """
        asked = self._asked.get(incoming_id)
        if asked is None or not asked.first:
            return None
        asked.handing = True
        return self.fetched()

    def fetched(self) -> frozenset[int]:
        """The messages whose answers are handed to somebody who waits here."""
        return frozenset(one for one, asked in self._asked.items() if asked.first)

    def answered(
        self, contact_id: str, incoming_id: int, bodies: Sequence[Body] | None = None
    ) -> None:
        """A message has its answer: whoever waits for it goes on.

        Args:
            contact_id: the person.
            incoming_id: their message.
            bodies: what is handed over; None: it is to be looked for in the rows.
        """
        self._lately[incoming_id] = None
        if len(self._lately) > _REMEMBERED:
            del self._lately[next(iter(self._lately))]
        asked = self._asked.pop(incoming_id, None)
        if asked and not asked.future.done():
            asked.future.set_result((True, None if bodies is None else list(bodies)))
        self._expecting.pop(incoming_id, None)
        self._drop(contact_id, incoming_id)

    def late(self, contact_id: str) -> None:
        """What this person waits for has to be tried later: they are told now."""
        for incoming_id in sorted(self._of.pop(contact_id, ())):
            asked = self._asked.pop(incoming_id, None)
            if asked and not asked.future.done():
                asked.future.set_result((False, None))
            self._say(self._expecting.pop(incoming_id, None))

    def _leave(self, contact_id: str, incoming_id: int, asked: _Asked, *, first: bool) -> None:
        asked.requests -= 1
        asked.first = asked.first and not first
        if asked.requests == 0 and self._asked.get(incoming_id) is asked:
            del self._asked[incoming_id]
            self._drop(contact_id, incoming_id)

    def stop(self) -> None:
        """Tell nobody any more."""
        if self._timer:
            self._timer.cancel()

    def _drop(self, contact_id: str, incoming_id: int) -> None:
        ids = self._of.get(contact_id)
        if ids is not None:
            ids.discard(incoming_id)
            if not ids:
                del self._of[contact_id]

    def _arm(self) -> None:
        if self._timer is None and self._deadlines:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(self._deadlines[0][0], self._ring)

    def _ring(self) -> None:
        self._timer = None
        clock = asyncio.get_running_loop().time()
        while self._deadlines and self._deadlines[0][0] <= clock:
            _, incoming_id = self._deadlines.popleft()
            waiting = self._expecting.pop(incoming_id, None)
            if waiting:
                self._drop(waiting.contact_id, incoming_id)
                self._say(waiting)
        self._arm()

    def _say(self, waiting: Waiting | None) -> None:
        if waiting:
            self._tell(waiting)
