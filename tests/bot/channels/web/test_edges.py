"""A visitor who polls, behind a proxy that sends each request to another edge."""

from itertools import cycle

import httpx
import pytest

from bot.app import create_app
from tests.bot.channels.web.test_poll import Window, made, said, text
from tests.bot.conftest import settings_for
from tests.bot.fake_dialogue import running


class Proxy:
    """A client whose requests go to the edges in turn."""

    def __init__(self, clients):
        self._next = cycle(clients)

    async def post(self, *given, **named):
        return await next(self._next).post(*given, **named)


@pytest.fixture
def settings(tmp_path, dialogue, database):
    url = database.engine.url.render_as_string(hide_password=False)
    return settings_for(tmp_path, dialogue, url)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
async def test_any_edge_may_answer_a_request(settings, dialogue):
    # Short, for a request may come before the other edge has told that there is news.
    edges = [create_app(settings, [made(1)]) for _ in range(2)]
    with running(edges[0]) as one, running(edges[1]) as other:
        options = {"trust_env": False, "timeout": 60}
        async with (
            httpx.AsyncClient(base_url=one, **options) as first,
            httpx.AsyncClient(base_url=other, **options) as second,
        ):
            window = Window(Proxy([first, second]))
            await window.ask()
            heard = []
            for number in range(6):
                await window.ask(text(number, f"salut {number}"))
                heard += said(await window.reply())
            assert heard == [f"echo salut {number}" for number in range(6)]
            assert len(dialogue.asked) == 6
            assert len({asked["sender"] for asked in dialogue.asked}) == 1
