import asyncio
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from dialogue import action_endpoint
from dialogue.action_endpoint import FAILED, ActionEndpoint


class Actions:
    """A real action server that answers as it is told."""

    def __init__(self):
        self.answer = {"events": [], "responses": []}
        self.status = 200
        self.never = None
        self.bodies, self.headers, self.connections = [], [], set()
        self.busy = self.most_busy = 0
        self.asked = asyncio.Semaphore(0)

    async def handle(self, request):
        self.connections.add(id(request.transport))
        self.headers.append(request.headers)
        self.bodies.append(await request.json())
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        self.asked.release()
        await (self.never.wait() if self.never else asyncio.sleep(0.01))
        self.busy -= 1
        if isinstance(self.answer, str):
            return web.Response(text=self.answer, content_type="application/json")
        return web.json_response(self.answer, status=self.status)


@asynccontextmanager
async def serving(actions):
    app = web.Application()
    app.router.add_post("/webhook", actions.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/webhook"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def calling(url, **like):
    endpoint = ActionEndpoint(EndpointConfig(url, **like))
    try:
        yield endpoint
    finally:
        if endpoint._session:
            await endpoint._session.close()


def call(endpoint):
    return endpoint.request(json={"next_action": "x", "domain": {"huge": 1}}, method="post")


async def failed(endpoint, error):
    """What is noted when a call fails, and again when the same turn calls once more."""
    noted = []
    FAILED.set(noted)
    with pytest.raises(error):
        await call(endpoint)
    first = list(noted)
    with pytest.raises(aiohttp.ClientConnectionError, match="failed already" if first else ""):
        await call(endpoint)
    return first, noted


def test_calls_share_one_connection_and_carry_no_domain():
    async def scenario():
        actions = Actions()
        async with serving(actions) as url, calling(url, headers={"X-A": "b"}) as endpoint:
            answers = [await call(endpoint) for _ in range(5)]
        return actions, answers

    actions, answers = asyncio.run(scenario())
    assert answers == [{"events": [], "responses": []}] * 5
    assert len(actions.connections) == 1
    assert actions.bodies == [{"next_action": "x", "domain": {}}] * 5
    assert actions.headers[0]["X-A"] == "b"


def test_a_session_that_was_closed_is_opened_again():
    async def scenario():
        async with serving(Actions()) as url, calling(url) as endpoint:
            await call(endpoint)
            await endpoint._session.close()
            return await call(endpoint)

    assert asyncio.run(scenario())["events"] == []


def test_a_server_that_is_away_is_noted_once_and_not_asked_again():
    async def scenario():
        async with serving(Actions()) as url:
            pass
        async with calling(url) as endpoint:
            return await failed(endpoint, aiohttp.ClientConnectorError)

    first, after = asyncio.run(scenario())
    assert first == after == ["ClientConnectorError"]


def test_an_action_that_breaks_is_noted_and_the_rest_of_the_turn_not_tried():
    async def scenario():
        actions = Actions()
        actions.status = 500
        async with serving(actions) as url, calling(url) as endpoint:
            return await failed(endpoint, ClientResponseError), len(actions.bodies)

    (first, after), asked = asyncio.run(scenario())
    assert first == after == ["status 500"]
    assert asked == 1


def test_a_server_that_never_answers_is_noted(monkeypatch):
    monkeypatch.setattr(action_endpoint, "_TIMEOUT", aiohttp.ClientTimeout(total=0.05))

    async def scenario():
        actions = Actions()
        actions.never = asyncio.Event()
        async with serving(actions) as url, calling(url) as endpoint:
            noted = await failed(endpoint, asyncio.TimeoutError)
            actions.never.set()
            return noted

    first, after = asyncio.run(scenario())
    assert first == after
    assert len(first) == 1


@pytest.mark.parametrize(
    "answer",
    [[], {"events": {}}, {"events": [{"event": "no such event"}]}, {"responses": ["hello"]}],
)
def test_an_answer_of_another_shape_is_noted(answer):
    async def scenario():
        actions = Actions()
        actions.answer = answer
        async with serving(actions) as url, calling(url) as endpoint:
            return await failed(endpoint, ValueError)

    first, after = asyncio.run(scenario())
    assert first == after == ["ValueError"]


def test_events_and_replies_as_actions_send_them_pass():
    async def scenario():
        actions = Actions()
        actions.answer = {
            "events": [
                {"event": "slot", "timestamp": None, "name": "search", "value": {"what": "x"}},
                {"event": "active_loop", "timestamp": None, "name": None},
                {"event": "followup", "timestamp": None, "name": "action_listen"},
            ],
            "responses": [{"text": "Hello", "buttons": [{"title": "a", "payload": "/b"}]}],
        }
        async with serving(actions) as url, calling(url) as endpoint:
            return await call(endpoint), actions.answer

    answer, sent = asyncio.run(scenario())
    assert answer == sent


def test_an_answer_that_is_no_json_is_noted():
    async def scenario():
        actions = Actions()
        actions.answer = "<html>"
        async with serving(actions) as url, calling(url) as endpoint:
            return await failed(endpoint, ValueError)

    first, after = asyncio.run(scenario())
    assert first == after == ["JSONDecodeError"]


def test_an_action_that_declines_to_run_is_no_failure():
    async def scenario():
        actions = Actions()
        actions.status, actions.answer = 400, {"action_name": "x", "error": "not now"}
        noted = []
        FAILED.set(noted)
        async with serving(actions) as url, calling(url) as endpoint:
            with pytest.raises(ClientResponseError) as told:
                await call(endpoint)
        return noted, told.value

    noted, error = asyncio.run(scenario())
    assert noted == []
    assert (error.status, b"not now" in error.text) == (400, True)


def test_outside_a_turn_a_failure_is_raised_all_the_same():
    async def scenario():
        async with serving(Actions()) as url:
            pass
        async with calling(url) as endpoint:
            for _ in range(2):
                with pytest.raises(aiohttp.ClientConnectorError):
                    await call(endpoint)
        return FAILED.get()

    assert asyncio.run(scenario()) is None
