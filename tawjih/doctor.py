"""`tawjih doctor`: what is wrong with this installation, and what to do about it."""

import subprocess
from collections.abc import Callable

import httpx
from rich.console import Console
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from catalogue.feeds import history
from catalogue.feeds.due import scheduled
from catalogue.feeds.feed import own_folder
from catalogue.models import Listing, Occupation, Place
from errors import TawjihError
from languages.profile import get_profile
from languages.replies import get_replies
from languages.translation.packages import Packages
from settings import get_settings
from store.engine import get_database
from store.migrate import is_current
from tawjih import dialogue

Check = Callable[[], str]


def check(console: Console) -> bool:
    """Run every check; True when all passed."""
    passed = [_passes(console, name, run) for name, run in _CHECKS.items()]  # all are told
    return all(passed)


def _passes(console: Console, name: str, run: Check) -> bool:
    try:
        console.print(f"[green]ok[/green]   {name}: {run()}", highlight=False)
    except (TawjihError, SQLAlchemyError, OSError, subprocess.SubprocessError) as error:
        told = str(error).splitlines()[0]
        console.print(f"[red]wrong[/red] {name}: {told}", highlight=False)
        return False
    return True


def _settings() -> str:
    settings = get_settings()
    return f"state in {settings.tawjih_home}, edge on {settings.host}:{settings.port}"


def _profile() -> str:
    profile = get_profile()
    demo = " (demonstration)" if profile.demo else ""
    return f"{profile.service_name[profile.default_language]}{demo}"


def _replies() -> str:
    get_replies()
    return "in every language"


def _dialogue_environment() -> str:
    told = subprocess.run(  # noqa: S603 - our own interpreter
        [str(dialogue.python()), "--version"], capture_output=True, text=True, check=True
    )
    return told.stdout.strip()


def _model() -> str:
    if not dialogue.model().exists():
        raise TawjihError("not trained: run `uv run tawjih train`")
    if dialogue.is_stale():
        raise TawjihError("older than its data: run `uv run tawjih train`")
    return f"{dialogue.model().stat().st_size / 1e6:.0f} MB, up to date"


def _database() -> str:
    database = get_database()
    with database.read() as session:
        session.execute(text("SELECT 1"))
    if not is_current(database):
        raise TawjihError("not migrated: run `uv run tawjih prepare`")
    return database.engine.dialect.name


def _catalogue() -> str:
    with get_database().read() as session:
        counts = [session.scalar(select(func.count()).select_from(t)) or 0
                  for t in (Occupation, Place, Listing)]  # fmt: skip
    if not all(counts[:2]):
        raise TawjihError("no occupations or places: run `uv run tawjih prepare`")
    return f"{counts[0]} occupations, {counts[1]} places, {counts[2]} listings"


def _translation() -> str:
    pairs = Packages().pairs()
    if not pairs:
        return "no models: texts are shown as they were published"
    return ", ".join(f"{source}→{target}" for source, target in pairs)


def _feeds() -> str:
    _, wrong = scheduled(own_folder())
    with get_database().read() as session:
        runs = history.last_runs(session)
    wrong += [f"{run.feed} {run.state}: {run.message}" for run in runs if run.alarming]
    if wrong:
        raise TawjihError(f"{'; '.join(wrong)} (`uv run tawjih feeds status` tells more)")
    return f"{len(runs)} have run, none asks for a look"


def _running() -> str:
    try:
        answer = httpx.get(f"http://127.0.0.1:{get_settings().port}/health", timeout=5)
    except httpx.HTTPError:
        return "not running (`make run` starts it)"
    try:
        parts = answer.json()["parts"]
    except (ValueError, KeyError, TypeError):
        raise TawjihError(f"another programme answers on port {get_settings().port}") from None
    away = [name for name, state in parts.items() if state != "ok"]
    if away:
        raise TawjihError(f"does not answer: {', '.join(away)}")
    return "every part answers"


_CHECKS: dict[str, Check] = {
    "settings": _settings,
    "profile": _profile,
    "replies": _replies,
    "dialogue environment": _dialogue_environment,
    "model": _model,
    "database": _database,
    "catalogue": _catalogue,
    "feeds": _feeds,
    "translation": _translation,
    "running": _running,
}
