"""`tawjih alerts …`: what is told to people unasked."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from errors import TawjihError

app = typer.Typer(help="Alerts: what people are told of unasked.", no_args_is_help=True)
console = Console(emoji=False)


@app.callback()
def group() -> None:
    """Keeps `send` a command of its own."""


@app.command()
def send() -> None:
    """Find which alerts the new listings fit, and write the messages that are due."""
    try:
        _send()
    except TawjihError as error:
        console.print(f"[red]error:[/red] {error}", highlight=False)
        raise typer.Exit(1) from None


def _send() -> None:
    from languages.profile import get_profile  # noqa: PLC0415 - other commands need none of it
    from people.timing import Clock  # noqa: PLC0415
    from settings import get_settings  # noqa: PLC0415
    from store.engine import get_database  # noqa: PLC0415
    from store.migrate import upgrade  # noqa: PLC0415
    from tawjih import alerts  # noqa: PLC0415

    settings, database, moment = get_settings(), get_database(), datetime.now(UTC)
    zone = ZoneInfo(get_profile().timezone)
    clock = Clock(zone, settings.alerts_quiet_from, settings.alerts_quiet_until)
    upgrade(database)
    found = alerts.find(database, moment)
    console.print(f"{found.listings} new listings looked at, {found.finds} finds for alerts")
    sent = alerts.send(database, clock, moment, settings.alerts_listings)
    quiet = " (quiet hours: what is due waits)" if clock.is_quiet(moment) else ""
    console.print(
        f"{sent.messages} messages, {sent.questions} questions whether to go on, "
        f"{sent.stopped} alerts stopped{quiet}"
    )
