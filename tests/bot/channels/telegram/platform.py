"""Telegram as the channel sees it: real HTTP, every call recorded, failing when told to.

By itself it answers what the channel asks for, keeps updates until an offset says that they were
taken, and brings them with the secret that was agreed on. Before an emulator it hands on what that
knows (telegram-test-api), and adds what that lacks: `is_bot`, dates in seconds, results, offsets,
the secret.
"""

import asyncio
import itertools
import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.bot.fake_dialogue import serve

TOKEN = "12345:" + "a" * 30
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
BOT = {"id": 666, "is_bot": True, "first_name": "Tawjih", "username": "tawjih_bot"}
_HANDED_ON = {
    "sendMessage", "editMessageReplyMarkup", "answerCallbackQuery", "setWebhook", "deleteWebhook",
}  # fmt: skip
_DIRECT = httpx.Limits(max_keepalive_connections=0)


@dataclass
class Call:
    """One call of a method, its parameters decoded."""

    method: str
    params: dict = field(default_factory=dict)

    def __getattr__(self, name):
        return self.params.get(name)


def trouble(status, description, **parameters):
    """A refusal as Telegram words it."""
    body = {"ok": False, "error_code": status, "description": description}
    return status, {**body, "parameters": parameters} if parameters else body


PASS = None  # in a list of troubles: this one goes well
BLOCKED = trouble(403, "Forbidden: bot was blocked by the user")
TOO_FAST = trouble(429, "Too Many Requests: retry after 3000", retry_after=3000)


class Platform:
    """The Bot API. `troubles`: by method, answers to be given first, in order."""

    def __init__(self):
        self.emulator = self.edge = self.webhook = None
        self.chat = 77  # of whom most tests speak
        self.forget()

    def forget(self):
        self.calls = []
        self.troubles = {}
        self.updates = []
        self.files = {}  # by the id that a message told
        self._ids = itertools.count(1000)

    def of(self, method, chat=None):
        return [
            call
            for call in list(self.calls)
            if call.method == method and (chat is None or call.chat_id == str(chat))
        ]

    def sent(self, chat=None):
        return self.of("sendMessage", chat or self.chat)

    def texts(self, chat=None):
        return [call.text for call in self.sent(chat)]

    async def call(self, request):
        method = request.path_params["method"]
        async with request.form() as form:
            params = {name: await _part(value) for name, value in form.items()}
        self.calls.append(Call(method, params))
        refusal = self.troubles[method].pop(0) if self.troubles.get(method) else PASS
        if refusal:
            status, body = refusal
            return Response(body, status) if isinstance(body, bytes) else JSONResponse(body, status)
        handed = method in _HANDED_ON and self.emulator
        result = await self._hand_on(method, params) if handed else None
        answer = getattr(self, _snake(method), lambda _params, _result: True)
        return JSONResponse({"ok": True, "result": await _awaited(answer(params, result))})

    async def _hand_on(self, method, params):
        """The emulator's result. It would bring updates without the secret, so it brings them here."""
        if method == "setWebhook":
            params = {**params, "url": f"{self.url}/relay"}
        if "reply_markup" in params:
            params = {**params, "reply_markup": json.dumps(params["reply_markup"])}
        answered = await self._post(f"{self.emulator}/bot{TOKEN}/{method}", params)
        return answered["result"]

    async def _post(self, url, content, **headers):
        options = {"trust_env": False, "timeout": 60, "limits": _DIRECT}
        async with httpx.AsyncClient(**options) as client:
            response = await client.post(url, json=content, headers=headers)
            assert response.status_code < 300, response.text
            return response.json()

    def _get_me(self, _params, _result):
        return BOT

    def _set_webhook(self, params, _result):
        self.webhook = params
        return True

    def _delete_webhook(self, _params, _result):
        self.webhook = None
        return True

    def _send_message(self, params, result):
        return {
            "message_id": result["message_id"] if result else next(self._ids),
            "date": 1795000000,
            "from": BOT,
            "chat": {"id": int(params["chat_id"]), "type": "private", "first_name": "Amal"},
            "text": params.get("text", ""),
        }

    _send_photo = _send_document = _send_message

    def _get_file(self, params, _result):
        return {"file_id": params["file_id"], "file_path": f"documents/{params['file_id']}.bin"}

    async def file(self, request):
        name = request.path_params["name"].removesuffix(".bin")
        self.calls.append(Call("file", {"name": name}))
        return Response(self.files[name]) if name in self.files else Response(status_code=404)

    async def _get_updates(self, params, _result):
        if self.emulator:
            found = await self._post(f"{self.emulator}/bot{TOKEN}/getUpdates", {})
            self.updates += [completed(update) for update in found["result"]]
        offset = int(params.get("offset") or 0)
        self.updates = [one for one in self.updates if _number(one) >= offset]
        return self.updates[:100]

    async def relay(self, request):
        await self.bring(completed(await request.json()))
        return JSONResponse({})

    async def bring(self, update):
        """Bring an update to the edge, as agreed."""
        path = urlsplit(self.webhook["url"]).path
        headers = {SECRET_HEADER: self.webhook["secret_token"]}
        await self._post(f"{self.edge}{path}", update, **headers)

    def start(self):
        routes = [
            Route("/bot{token}/{method}", self.call, methods=["POST"]),
            Route("/file/bot{token}/documents/{name}", self.file),
            Route("/relay", self.relay, methods=["POST"]),
        ]
        config = uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=0, log_config=None)
        self._server, self._thread, port = serve(config)
        self.url = f"http://127.0.0.1:{port}"

    def stop(self):
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()


def completed(update):
    """An update of the emulator with what it leaves out."""
    if "callback_query" in update:
        update["callback_query"].setdefault("chat_instance", "-42")
    return update


def _snake(method):
    return "_" + re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", method)


def _number(update):
    return update["update_id"] if isinstance(update, dict) else 0


async def _part(value):
    if isinstance(value, str):
        return _decoded(value)
    return value.filename, value.content_type, await value.read()


def _decoded(value):
    if value[:1] in {"[", "{"} or value in {"true", "false"}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


async def _awaited(value):
    return await value if asyncio.iscoroutine(value) else value
