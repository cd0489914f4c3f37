"""Keeps the parts running and says when they answer: `python -m tawjih.watch URL`.

A process of its own that imports next to nothing: what prepared the start has taken a hundred
megabytes to do so, and gives them back by becoming this one.
"""

import os
import sys
import threading
import time
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.process import Popen, Process

_ROOT = Path(__file__).resolve().parent.parent
_PATIENCE_S = 120
# A part that stops is started again: a person's message waits for it meanwhile.
_KEPT = 'while :; do {command}; echo "{name} stopped; starting again in 2 s"; sleep 2; done'


def watch(url: str, told: str) -> int:
    """Run what the Procfile names until Ctrl-C.

    Args:
        url: where the service answers.
        told: what to print once it does.

    Returns:
        The exit status: 0 after Ctrl-C.
    """
    manager = Manager()
    manager._process_ctor = _Part  # noqa: SLF001 - honcho offers no other way in
    procfile = parse_procfile((_ROOT / "Procfile").read_text(encoding="utf-8"))
    for name, command in procfile.processes.items():
        kept = _KEPT.format(name=name, command=command)
        manager.add_process(name, kept, env=dict(os.environ), cwd=str(_ROOT))
    threading.Thread(target=_say_when_ready, args=(url, told), daemon=True).start()
    manager.loop()
    return 0 if manager.returncode in (0, 130, 143) else int(manager.returncode or 1)


class _Part(Process):
    """A part whose lines go to the terminal as they are.

    honcho would read each, hand it to another process and print it there: with a line a message,
    that took a twentieth of a message's time.
    """

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - honcho's
        super().__init__(*args, **more)
        self._child_ctor: type[Popen] = _Straight


class _Straight(Popen):
    def __init__(self, command: str, **options: Any) -> None:  # noqa: ANN401 - subprocess.Popen's
        super().__init__(command, **options, stdout=None, stderr=None)
        self.stdout = BytesIO()  # nothing to be read here


def become(url: str, told: str, environment: Mapping[str, str]) -> NoReturn:
    """Let this process go on as the watching one; does not return."""
    words = [sys.executable, "-m", "tawjih.watch", url, told]
    sys.stdout.flush()
    os.execve(sys.executable, words, dict(environment))  # noqa: S606 - ourselves


def _say_when_ready(url: str, told: str) -> None:
    began = time.monotonic()
    while time.monotonic() - began < _PATIENCE_S:
        time.sleep(0.3)
        if answers(f"{url}/health"):
            print(told, flush=True)  # noqa: T201 - the person at the terminal waits for it
            return


def answers(url: str) -> bool:
    """Whether there is an answer, and a good one; no proxy is asked."""
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=5) as response:
            return bool(response.status == 200)  # noqa: PLR2004
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(watch(*sys.argv[1:3]))
