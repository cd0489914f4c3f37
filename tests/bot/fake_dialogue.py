"""A dialogue server as the edge sees it: real HTTP on loopback. It stalls, dies and comes back."""

import asyncio
import json
import re
import threading
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

CARDS = [
    {
        "id": "7",
        "kind": "offer",
        "title": "Technicien informatique",
        "original_title": "فني معلوميات",
        "translated": "Traduit automatiquement",
        "organisation": "Atlas Services",
        "place": "Casablanca",
        "contract": "Stage",
        "reason": "Nouveau aujourd'hui",
        "url": "https://emploi.example/offers/7",
        "demo": True,
        "buttons": [
            {"title": "Détails", "payload": '/show_details{"listing":"7"}'},
            {"title": "Postuler", "payload": '/how_to_apply{"listing":"7"}'},
        ],
    },
    {
        "id": "8",
        "kind": "offer",
        "title": "Développeuse ou développeur web, stage de fin d'études",
        "organisation": "Coopérative numérique de la Chaouia",
        "place": "Mohammedia (24 km)",
        "contract": "Stage",
        "url": "https://emploi.example/offers/8",
        "demo": True,
        "buttons": [{"title": "Détails", "payload": '/show_details{"listing":"8"}'}],
    },
]
ANSWERS = {
    "fr": ("search_offers", "2 offres près de Casablanca :", "Voir plus"),
    "en": ("search_offers", "2 offers near Casablanca:", "Show more"),
    "ar": ("search_offers", "عرضان قرب الدار البيضاء:", "المزيد"),
}

HANDOFF = {
    "reason": "asked",
    "topic": "offer",
    "place": "Casablanca",
    "wish": {"kind": "offer", "what": "menuisier", "place": "Casablanca"},
    "shown": [7, 8],
}


class FakeDialogue:
    """Its behaviour is set from the test's thread; what it was asked is in `asked`."""

    def __init__(self):
        self.open = threading.Event()
        self.port = None
        self._server = self._thread = None
        self.forget()

    def forget(self):
        self.asked = []
        self.status = 200
        self.content = None
        self.under_way = self.most_under_way = 0
        self.busy = set()
        self.overlaps = 0
        self.open.set()

    def reset(self):
        self.forget()
        if not self._thread.is_alive():
            self.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def stall(self):
        self.open.clear()

    def go_on(self):
        self.open.set()

    async def webhook(self, request):
        asked = await request.json()
        assert request.headers["authorization"] == "Bearer tell-nobody"
        self.asked.append(asked)
        self.overlaps += asked["sender"] in self.busy
        self.busy.add(asked["sender"])
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            while not self.open.is_set():  # noqa: ASYNC110 - set by another thread
                await asyncio.sleep(0.01)
            if self.content is not None:
                return JSONResponse(self.content, self.status)
            if self.status != 200:
                return JSONResponse({"error": "away"}, self.status)
            return JSONResponse(answer(asked))
        finally:
            self.under_way -= 1
            self.busy.discard(asked["sender"])

    async def up(self, request):
        return JSONResponse({"status": "ok"}, 200 if self.status == 200 else 503)

    async def listing(self, request):
        """The action server's card of a listing; there are those of CARDS."""
        found = [card for card in CARDS if card["id"] == str(request.path_params["id"])]
        if not found:
            return JSONResponse({"error": "no such listing"}, 404)
        return JSONResponse({"text": found[0]["title"], "custom": {"cards": found}})

    def start(self):
        routes = [
            Route("/listing/{id:int}", self.listing),
            Route("/webhooks/tawjih/webhook", self.webhook, methods=["POST"]),
            Route("/webhooks/tawjih/", self.up),
            Route("/health", self.up),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes), host="127.0.0.1", port=self.port or 0, log_config=None
        )
        self._server, self._thread, self.port = serve(config)

    def stop(self):
        self.go_on()
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()


def answer(asked):
    """The answer to one message: cards to a search, else an echo that tells the order."""
    message = asked["message"]
    chosen = re.fullmatch(r"/change_language(\{.*\})", message)
    guess = "ar" if re.search(r"[؀-ۿ]", message) else asked["metadata"]["language"] or "fr"
    language = json.loads(chosen[1])["language"] if chosen else guess
    body = {
        "messages": [{"text": f"echo {message}"}],
        "language": language,
        "language_chosen": bool(chosen) or asked["metadata"]["language_chosen"],
        "intent": "greet" if message.startswith("salut") else "inform",
        "confidence": 0.9,
        "guesses": [{"intent": "inform", "confidence": 0.9}, {"intent": "deny", "confidence": 0.1}],
        "variety": "fr",
        "handoff": None,
    }
    if wanted := re.search(r"^(?:asked|misunderstood|distress|scam)\b", message):
        body["handoff"] = {**HANDOFF, "reason": wanted[0]}
    if message in {"cancel", "deny", "affirm"}:
        body["intent"] = message
    if re.search(r"stage|offers|أبحث", message):
        body["intent"], text, more = ANSWERS[language]
        buttons = [{"title": more, "payload": "/show_more"}]
        body["messages"] = [
            {"text": text, "custom": {"cards": CARDS}},
            {"text": "…", "buttons": buttons},
        ]
    return body


def serve(config):
    """Run an ASGI server in a thread until told to stop; (server, thread, port)."""
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the server did not start")
        thread.join(0.005)
    return server, thread, server.servers[0].sockets[0].getsockname()[1]


@contextmanager
def running(app):
    """The base URL of an app while it is served."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, server_header=False)
    server, thread, port = serve(config)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
