"""Meta's Graph API as the edge sees it: real HTTP on loopback, which keeps what it was sent."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FakeGraph:
    """`sent` holds (path, body) of each request; `plan` what the next ones are answered with."""

    def __init__(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._lock = threading.Lock()
        self.forget()

    def forget(self):
        self.sent, self.tokens, self.plan = [], [], []
        self.files, self.uploads = {}, []  # by their id; as they came

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}/v23.0"

    @property
    def bodies(self):
        """What was handed over that people read: no receipts, no typing."""
        return [b for _, b in self.sent if "status" not in b and "sender_action" not in b]

    def fail(self, code, status=400, headers=(), **more):
        """Answer the next request with an error of Meta's."""
        error = {"message": f"(#{code}) Not now", "type": "OAuthException", "code": code, **more}
        self.plan.append((status, {"error": {**error, "fbtrace_id": "A1"}}, dict(headers)))

    def start(self):
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path, body, token):
        with self._lock:
            self.sent.append((path, body))
            self.tokens.append(token)
            courtesy = "status" in body or "sender_action" in body
            if self.plan and not courtesy:
                return self.plan.pop(0)
            number = len(self.sent)
        if courtesy:
            return 200, {"success": True}, {}
        ids = {"messages": [{"id": f"wamid.{number}"}], "message_id": f"m_{number}"}
        return 200, {"messaging_product": "whatsapp", "contacts": [], **ids}, {}

    def give(self, path, token):
        """A file that somebody sent: first where it is, then itself, to who shows the token."""
        name = path.partition("?")[0].rpartition("/")[2]
        with self._lock:
            self.tokens.append(token)
        if token is None or name.removeprefix("at-") not in self.files:
            return 404, {"error": {"code": 100, "message": "(#100) No such file"}}, {}
        if name.startswith("at-"):
            return 200, self.files[name.removeprefix("at-")], {}
        content = self.files[name]
        where = {"url": f"{self.url}/at-{name}", "file_size": len(content), "id": name}
        return 200, {"messaging_product": "whatsapp", **where}, {}

    def _handler(fake):  # noqa: N805 - the handler below has its own self
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self._answer(*fake.give(self.path, self.headers.get("authorization")))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                token = self.headers.get("authorization")
                if self.headers["content-type"].startswith("multipart/"):
                    fake.uploads.append((self.path, body))
                    self._answer(200, {"id": f"media-{len(fake.uploads)}"}, {})
                    return
                self._answer(*fake.answer(self.path, json.loads(body), token))

            def _answer(self, status, content, headers):
                raw = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(raw))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_):
                pass

        return Handler
