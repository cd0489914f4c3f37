"""The whole of it for tests: dialogue, actions and edge as processes of their own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx

from settings import ROOT

_START_S = 90


@contextmanager
def running(home: Path, trained: Path) -> Iterator["Stack"]:
    """A stack with the demonstration loaded, stopped at the end whatever happens."""
    stack = Stack(home)
    stack.prepare(trained)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Stack:
    """Three processes on loopback, with state in a folder of their own."""

    home: Path
    database_url: str = ""
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ports = {name: free_port() for name in ("PORT", "RASA_PORT", "ACTIONS_PORT")}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['PORT']}"

    @property
    def environment(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("DIALOGUE_", "RASA_"))}
        return {
            **clean,
            **{name: str(port) for name, port in self.ports.items()},
            "TAWJIH_HOME": str(self.home),
            "DATABASE_URL": self.database_url,
            "DIALOGUE_TIMEOUT": "10",
        }

    def prepare(self, trained: Path) -> None:
        """Take the model that `make test` trained, load the demonstration."""
        if not (trained / "tawjih.tar.gz").exists():
            raise RuntimeError("no model: `uv run tawjih prepare` comes before these tests")
        shutil.copytree(trained, self.home / "models")
        subprocess.run(
            [sys.executable, "-m", "tawjih", "prepare", "--no-train"],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def start(self, *names: str) -> None:
        """Start parts (all when none is named) and wait until they answer."""
        commands = {
            "dialogue": [
                str(ROOT / "dialogue/.venv/bin/python"),
                "-W",
                "ignore",
                "-m",
                "dialogue",
                "run",
            ],
            "actions": [sys.executable, "-m", "actions"],
            "edge": [sys.executable, "-m", "bot"],
        }
        for name in names or commands:
            with (self.home / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    commands[name],
                    cwd=ROOT,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        self._wait()

    def stop(self, *names: str) -> None:
        """Kill parts, as a crash would."""
        for name in names or list(self.processes):
            process = self.processes.pop(name)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _wait(self) -> None:
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            time.sleep(0.2)
            try:
                if httpx.get(f"{self.url}/health", timeout=5).is_success:
                    return
            except httpx.HTTPError:
                continue
        logs = {p.name: p.read_text(errors="replace")[-1500:] for p in self.home.glob("*.log")}
        raise RuntimeError(f"the stack does not answer: {logs}")

    def say(
        self,
        sender: str,
        message: str,
        message_id: str | None = None,
        language: str | None = None,
    ) -> list[dict[str, object]]:
        """One message through the REST channel; `language` is what the client's page is in."""
        metadata = {"message_id": message_id or uuid4().hex}
        if language:
            metadata["language"] = language
        body = {"sender": sender, "message": message, "metadata": metadata}
        answer = httpx.post(f"{self.url}/webhooks/rest/webhook", json=body, timeout=60)
        answer.raise_for_status()
        replies: list[dict[str, object]] = answer.json()
        return replies
