import os
import re
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from settings import ROOT
from tawjih import watch
from tests.stack import free_port

# What takes memory and belongs to what prepares the start, not to what watches over it.
HEAVY = {"sqlalchemy", "pydantic", "rich", "typer", "httpx", "babel", "catalogue", "settings"}


@pytest.fixture
def health():
    """Sets the status that /health answers with; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(server.status if self.path == "/health" else 404)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.status = 503
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_imports_nothing_heavy():
    code = "import sys, tawjih.watch; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "honcho" in done.stdout.split()
    assert not HEAVY & set(done.stdout.split())


@pytest.mark.parametrize(("status", "good"), [(200, True), (503, False)])
def test_a_good_answer_alone_counts(health, status, good):
    health.status = status
    assert watch.answers(f"{health.url}/health") is good


def test_nobody_there_is_no_answer():
    assert watch.answers(f"http://127.0.0.1:{free_port()}/health") is False


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with a Procfile of two parts, one of which stops at once."""
    (tmp_path / "Procfile").write_text(
        'steady: echo "$GREETING"; sleep 600\nbrief: echo once more\n', encoding="utf-8"
    )
    return tmp_path


def test_parts_run_until_it_is_interrupted_and_one_that_stops_is_started_again(health, project):
    health.status = 200
    code = (
        "import sys; from pathlib import Path; from tawjih import watch;"
        "watch._ROOT = Path(sys.argv[1]); sys.exit(watch.watch(sys.argv[2], 'it answers'))"
    )
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", code, str(project), health.url],
        cwd=ROOT,
        env={**os.environ, "GREETING": "good morning", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = ""
    with process:
        while not ("good morning" in said and "it answers" in said and said.count("once more") > 1):
            said += process.stdout.readline()
        process.send_signal(signal.SIGINT)
        said += process.stdout.read()
    assert re.search("stopped; starting again", said)
    assert process.returncode == 0
