"""The two that are compared: how each is started, reached and stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench import serving_stock as stock
from bench.serving_load import VISIT
from bench.serving_machine import Memory, memory
from settings import ROOT
from tests.stack import free_port

HOME = stock.FOLDER / "home"  # database, model and secret of our side
_PATIENCE_S = 900
_SETTLED_S = 5.0


@dataclass(frozen=True, slots=True)
class Running:
    """A side that answers.

    Attributes:
        url: base of its REST channel.
        pid: its first process, from which the others descend.
        started_s: seconds from that process's start to the first answer.
        idle: memory of its processes, some seconds after that answer.
    """

    url: str
    pid: int
    started_s: float
    idle: Memory

    def memory(self) -> Memory:
        """Memory of its processes now."""
        return memory(self.pid)


def environment(**own: object) -> dict[str, str]:
    """Our settings for this measurement, none of the caller's."""
    foreign = ("DIALOGUE_", "RASA_", "ACTIONS_", "DATABASE_", "REST_", "PROFILE")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    path = f"{Path(sys.executable).parent}{os.pathsep}{clean.get('PATH', '')}"
    return {**clean, "PATH": path, "TAWJIH_HOME": str(HOME)} | {k: str(v) for k, v in own.items()}


@contextmanager
def ours() -> Iterator[Running]:
    """`tawjih run`: the dialogue, the actions, the edge and what watches over them."""
    ports = {name: free_port() for name in ("PORT", "RASA_PORT", "ACTIONS_PORT")}
    command = [sys.executable, "-m", "tawjih", "run"]
    with ExitStack() as stack:
        began = time.monotonic()
        pid = stack.enter_context(_process("ours", command, environment(**ports)))
        url = f"http://127.0.0.1:{ports['PORT']}"
        _wait(f"{url}/health")  # before that it answers that the answer comes later
        yield _ready(url, pid, began)


@contextmanager
def peer() -> Iterator[Running]:
    """`rasa run` as it comes; the action server, ours, is there before it and not counted."""
    rasa_port, actions_port = free_port(), free_port()
    actions = environment(ACTIONS_PORT=actions_port)
    with ExitStack() as stack:
        command = [sys.executable, "-m", "actions"]
        stack.enter_context(_process("stock-actions", command, actions))
        _wait(f"http://127.0.0.1:{actions_port}/health")
        began = time.monotonic()
        own = environment(ACTIONS_URL=f"http://127.0.0.1:{actions_port}", **stock.QUIET)
        command = stock.rasa("run", "--port", str(rasa_port), "--interface", "127.0.0.1")
        pid = stack.enter_context(_process("stock", command, own, cwd=stock.PROJECT))
        yield _ready(f"http://127.0.0.1:{rasa_port}", pid, began)


@contextmanager
def _process(name: str, command: list[str], env: dict[str, str], cwd: Path = ROOT) -> Iterator[int]:
    with (stock.FOLDER / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _ready(url: str, pid: int, began: float) -> Running:
    body = {"sender": "first", "message": VISIT[1]}
    _wait(f"{url}/webhooks/rest/webhook", json=body)
    started = time.monotonic() - began
    time.sleep(_SETTLED_S)
    return Running(url, pid, started, memory(pid))


def _wait(url: str, json: object = None) -> None:
    """Until it answers: a GET, or a message with its replies."""
    until = time.monotonic() + _PATIENCE_S
    with httpx.Client(timeout=_PATIENCE_S) as client:
        while time.monotonic() < until:
            try:
                answer = client.post(url, json=json) if json else client.get(url)
                if answer.is_success and (answer.json() or not json):
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
    raise RuntimeError(f"{url} does not answer; see the logs in {stock.FOLDER}")
