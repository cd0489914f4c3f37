"""An edge that does one form of the console and is killed in the middle of it.

    python -m tests.bot.desk.dying POINT PATH COOKIE CSRF

POINT: "before", when the act's work is done and not committed; "after", when it is committed and
nobody has heard of it. The settings come by the environment.
"""

import asyncio
import os
import signal
import sys

import httpx

from bot.app import create_app
from bot.handoff import service
from bot.handoff.acts import Acts


def _die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def _dies_at(point):
    if point == "after":
        service.Bell.ring = _die
        return
    take = Acts.take

    def taken(*args):
        take(*args)
        _die()

    Acts.take = taken


async def _post(path, cookie, csrf):
    app = create_app()
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser,
    ):
        browser.cookies.set("desk_session", cookie, domain="localhost.local", path="/desk")
        await browser.post(f"/desk{path}", data={"csrf": csrf, "mark": "once"})


if __name__ == "__main__":
    _dies_at(sys.argv[1])
    asyncio.run(_post(*sys.argv[2:]))
