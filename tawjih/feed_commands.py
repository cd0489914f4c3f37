"""The commands of `tawjih feeds`. What they do stands in feed_runs.py."""

from typing import Annotated

import typer

from tawjih.terminal import console, plain_errors

app = typer.Typer(help="Feeds of listings.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """Show every feed, whose it is, and whether it runs by itself."""
    from tawjih import feed_runs  # noqa: PLC0415 - other commands need it not

    with plain_errors():
        feed_runs.list_feeds(console)


@app.command()
def run(
    names: Annotated[list[str], typer.Argument(help="Names, as `feeds list` tells them.")],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Believe any count; fetch what did not change, too.")
    ] = False,
) -> None:
    """Run feeds now, whatever their schedule says."""
    from tawjih import feed_runs  # noqa: PLC0415 - other commands need it not

    well = True
    for name in names:
        with plain_errors():
            well &= feed_runs.run(console, name, force=force)
    raise typer.Exit(0 if well else 1)


@app.command()
def status(
    name: Annotated[str | None, typer.Argument(help="One feed, with its rejected rows.")] = None,
) -> None:
    """Show what the last runs did; exit status 1 when one was refused or failed."""
    from tawjih import feed_runs  # noqa: PLC0415 - other commands need it not

    with plain_errors():
        well = feed_runs.status(console, name)
    raise typer.Exit(0 if well else 1)
