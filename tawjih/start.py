"""`tawjih run`: prepare, then dialogue, actions and edge side by side until Ctrl-C."""

import os
import socket
import sys
import threading
import time

import httpx
from honcho.environ import parse_procfile
from honcho.manager import Manager
from rich.console import Console
from rich.panel import Panel

from errors import SettingsError
from languages.profile import get_profile
from settings import ROOT, get_settings
from tawjih import dialogue
from tawjih.prepare import prepare

_PATIENCE_S = 120
# A part that stops is started again: a person's message waits for it meanwhile.
_KEPT = 'while :; do {command}; echo "stopped; starting again in 2 s"; sleep 2; done'


def start(console: Console) -> int:
    """Run everything.

    Returns:
        The exit status: 0 after Ctrl-C.

    Raises:
        SettingsError: a port is taken.
    """
    settings = get_settings()
    for name in ("port", "rasa_port", "actions_port"):
        _check_free(name.upper(), getattr(settings, name))
    dialogue.python()
    prepare(console)
    manager = Manager()
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        kept = _KEPT.format(command=command)
        manager.add_process(name, kept, env=_environment(), cwd=str(ROOT))
    threading.Thread(target=_say_when_ready, args=(console,), daemon=True).start()
    manager.loop()
    return 0 if manager.returncode in (0, 130, 143) else int(manager.returncode or 1)


def _environment() -> dict[str, str]:
    settings = get_settings()
    path = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ.get('PATH', '')}"  # noqa: PTH120
    return {
        **os.environ,
        "PATH": path,
        "PYTHONUNBUFFERED": "1",
        "TAWJIH_HOME": str(settings.tawjih_home),
        "PROFILE": str(settings.profile),
        "DATABASE_URL": settings.database,
        "PORT": str(settings.port),
        "RASA_PORT": str(settings.rasa_port),
        "ACTIONS_PORT": str(settings.actions_port),
        "ACTIONS_URL": settings.actions,
        "DIALOGUE_SECRET": settings.secret,
    }


def _check_free(name: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise SettingsError(f"{name}: port {port} is taken; set {name} to another") from None


def _say_when_ready(console: Console) -> None:
    address = f"http://localhost:{get_settings().port}"
    began = time.monotonic()
    while time.monotonic() - began < _PATIENCE_S:
        time.sleep(0.3)
        try:
            ready = httpx.get(f"{address}/health", timeout=5).is_success
        except httpx.HTTPError:
            continue
        if ready:
            demo = "\nThis is the demonstration profile." if get_profile().demo else ""
            told = f"Tawjih answers at [bold]{address}[/bold]\nCtrl-C stops it.{demo}"
            console.print(Panel.fit(told))
            return
