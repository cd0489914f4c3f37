"""`tawjih run`: prepare, then dialogue, actions and edge side by side until Ctrl-C."""

import os
import socket
import sys
from typing import NoReturn

from rich.console import Console

from bot.desk.accounts.demo import ACCOUNTS
from errors import SettingsError
from languages.profile import get_profile
from settings import get_settings
from tawjih import dialogue
from tawjih.prepare import prepare
from tawjih.watch import become


def start(console: Console) -> NoReturn:
    """Prepare, then become what runs everything; does not return.

    Raises:
        SettingsError: a port is taken.
    """
    settings = get_settings()
    for name in ("port", "rasa_port", "actions_port"):
        _check_free(name.upper(), getattr(settings, name))
    dialogue.python()
    prepare(console)
    become(f"http://localhost:{settings.port}", _told(settings.port), _environment())


def _told(port: int) -> str:
    where = f"Tawjih answers at http://localhost:{port}, its desk at http://localhost:{port}/desk."
    return f"{where} {_demonstration() if get_profile().demo else ''}Ctrl-C stops it."


def _demonstration() -> str:
    accounts = ", ".join(f"{one.email} / {one.password}" for one in ACCOUNTS)
    return f"DEMONSTRATION: anybody signs in to the desk with {accounts}. "


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
