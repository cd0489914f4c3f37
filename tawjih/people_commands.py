"""`tawjih people …`: what a person may ask of the service. What it does stands in people.py."""

from pathlib import Path
from typing import Annotated

import typer

from tawjih.terminal import console, plain_errors

app = typer.Typer(help="What people may ask of the service.", no_args_is_help=True)


@app.callback()
def people() -> None:
    """What people may ask of the service."""


@app.command()
def export(
    person: Annotated[
        str,
        typer.Argument(help="The person's code: the end of their conversation's address."),
    ],
    *,
    out: Annotated[Path, typer.Option(help="The file to write; it must not be there yet.")],
) -> None:
    """Write all that is held of a person into a JSON file, for who asks for a copy."""
    from tawjih import people  # noqa: PLC0415 - other commands need it not

    with plain_errors():
        people.export(console, person, out)
