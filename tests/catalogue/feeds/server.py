"""A publisher on this machine: answers what a test says, and remembers what it was asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """One request: names of headers in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]


@dataclass
class Publisher:
    """`answer(asked)` gives (status, headers, body); body may be an iterator of blocks."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    answer: object = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def publisher() -> Iterator[Publisher]:
    state = Publisher()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self):
            split = urlsplit(self.path)
            size = int(self.headers.get("content-length") or 0)
            form = parse_qs(self.rfile.read(size).decode())
            asked = Asked(
                self.command,
                split.path,
                {name: values[0] for name, values in parse_qs(split.query).items()},
                {name.lower(): value for name, value in self.headers.items()},
                {name: values[0] for name, values in form.items()},
            )
            state.asked.append(asked)
            status, headers, body = state.answer(asked)
            self.send_response(status)
            body = body.encode() if isinstance(body, str) else body
            if isinstance(body, bytes) and "content-length" not in {h.lower() for h in headers}:
                headers = headers | {"Content-Length": str(len(body))}
            for name, value in headers.items():
                self.send_header(name, value)
            if not isinstance(body, bytes):
                self.send_header("Connection", "close")
            self.end_headers()
            try:
                for block in [body] if isinstance(body, bytes) else body:
                    self.wfile.write(block)
            except OSError:
                self.close_connection = True
            if not isinstance(body, bytes) or headers.get("Connection") == "close":
                self.close_connection = True

        do_GET = do_POST = handle_any  # noqa: N815 - the library's names

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.port = server.server_address[1]
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()
