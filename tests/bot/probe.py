"""A channel whose platform is ours: what came to it is recorded, and it fails when told to."""

import asyncio
import itertools
import threading
from contextlib import asynccontextmanager

import aiohttp
import httpx
import uvicorn
from fastapi import APIRouter, Request
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.channel import Bounds, Pushed
from bot.incoming import Incoming, Receipt, typed
from errors import Gone, Refused, TryLater
from tests.bot.fake_dialogue import serve


class Platform:
    """Takes messages over HTTP. `troubles` are answered first, one a message, in their order."""

    def __init__(self):
        self.open = threading.Event()
        self.forget()

    def forget(self):
        self.sent = []
        self.seen = []
        self.troubles = []
        self.busy = set()
        self.overlaps = 0
        self._ids = itertools.count(1)
        self.open.set()

    async def take(self, request):
        message = await request.json()
        self.overlaps += message["to"] in self.busy
        self.busy.add(message["to"])
        try:
            while not self.open.is_set():  # noqa: ASYNC110 - set by another thread
                await asyncio.sleep(0.01)
            if self.troubles:
                status, headers = self.troubles.pop(0)
                return JSONResponse({"why": f"trouble {status}"}, status, headers)
            self.sent.append(message)
            return JSONResponse({"id": f"p{next(self._ids)}"})
        finally:
            self.busy.discard(message["to"])

    async def see(self, request):
        self.seen.append(await request.json())
        return JSONResponse({})

    def texts(self, to="amal"):
        return [message["body"]["text"] for message in self.sent if message["to"] == to]

    def start(self):
        routes = [
            Route("/send", self.take, methods=["POST"]),
            Route("/seen", self.see, methods=["POST"]),
        ]
        config = uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=0, log_config=None)
        self._server, self._thread, port = serve(config)
        self.url = f"http://127.0.0.1:{port}"

    def stop(self):
        self.open.set()
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()


class Probe(Pushed):
    """The channel: POST /webhooks/probe {"id", "from", "text"}, or {"receipts": [...]}."""

    name = "probe"

    def __init__(self, url, bounds=None, *, keep=False):
        self._keep = keep
        if bounds:
            self.bounds = bounds
        self._url = url
        self._open = None
        self.runs = 0

    @property
    def _http(self):
        # No connection is kept: one that its server drops in that moment tells nothing of us.
        if self._open is None:
            fresh = aiohttp.TCPConnector(force_close=not self._keep)
            self._open = aiohttp.ClientSession(self._url, connector=fresh)
        return self._open

    def routes(self, intake):
        routes = APIRouter()

        @routes.post("/webhooks/probe")
        async def webhook(request: Request) -> dict:
            update = await request.json()
            if "receipts" in update:
                await intake.receipts("probe", [Receipt(*one) for one in update["receipts"]])
            elif "gone" in update:
                await intake.gone("probe", update["gone"])
            else:
                text, payload = typed(update["text"]), update.get("payload")
                who, message_id = update["from"], update["id"]
                incoming = Incoming("probe", who, message_id, text=text, payload=payload)
                await intake.submit(incoming)
            return {}

        return routes

    async def run(self, intake):
        self.runs += 1
        await asyncio.Event().wait()

    async def send(self, outgoing):
        message = {
            "to": outgoing.address,
            "body": outgoing.body,
            "answers": outgoing.answers,
            "purpose": outgoing.purpose,
            "attempt": outgoing.attempt,
        }
        async with self._http.post("/send", json=message) as response:
            match response.status:
                case 200:
                    return [(await response.json())["id"]]
                case 429:
                    after = response.headers.get("retry-after")
                    raise TryLater("too fast", float(after) if after else None)
                case 400:
                    raise Refused((await response.json())["why"])
                case 403:
                    raise Gone("blocked")
                case status:
                    raise RuntimeError(f"the platform says {status}")

    async def seen(self, address, message_id):
        async with self._http.post("/seen", json={"to": address, "id": message_id}):
            pass

    async def close(self):
        if self._open:
            await self._open.close()


def probe(platform, bounds=None):
    """What makes the channel."""
    return lambda settings, speech: Probe(platform.url, bounds or Bounds())


@asynccontextmanager
async def posting(url):
    """Posts updates to an edge: `await send(id=..., text=...)`."""
    fresh = httpx.Limits(max_keepalive_connections=0)
    options = {"base_url": url, "trust_env": False, "timeout": 60, "limits": fresh}
    async with httpx.AsyncClient(**options) as client:

        async def send(id, text="salut", to="amal", **more):  # noqa: A002
            update = {"id": id, "from": to, "text": text, **more}
            return await client.post("/webhooks/probe", json=update)

        send.client = client
        yield send
