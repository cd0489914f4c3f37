"""What happens at the desk, told to a page for as long as whoever looks at it is signed in."""

import asyncio
from collections.abc import AsyncGenerator

from bot.desk.shell.visit import Visit
from bot.handoff.views import Event

_HOLDS = 45.0  # seconds after which a stream asks whether its session still holds


async def while_it_holds(
    visit: Visit, events: AsyncGenerator[Event, None]
) -> AsyncGenerator[Event, None]:
    """Events until the edge stops, or until the visitor is signed in no more."""
    clock = asyncio.get_running_loop().time
    checked, coming = clock(), asyncio.ensure_future(anext(events))
    try:
        while True:
            done, _ = await asyncio.wait({coming}, timeout=_HOLDS)
            if clock() - checked >= _HOLDS:
                if not await visit.holds():
                    return
                checked = clock()
            if done:
                yield coming.result()
                coming = asyncio.ensure_future(anext(events))
    except StopAsyncIteration:
        return
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        await events.aclose()
