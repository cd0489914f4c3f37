"""`tawjih users …`: accounts of the counsellors' desk. What they do stands in users.py."""

from typing import Annotated

import typer

from bot.desk.permissions import Role
from tawjih.terminal import console, plain_errors

app = typer.Typer(help="Accounts of the counsellors' desk.", no_args_is_help=True)
Address = Annotated[str, typer.Argument(metavar="EMAIL", help="The account's e-mail address.")]
Temporary = Annotated[
    bool,
    typer.Option("--temporary", help="Make a password to change at once, instead of a link."),
]


@app.command()
def add(
    email: Address,
    *,
    name: Annotated[str, typer.Option(help="How colleagues call them.")],
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.COUNSELLOR,
    temporary: Temporary = False,
) -> None:
    """Add an account, and print the link by which its password is chosen."""
    from tawjih import users  # noqa: PLC0415 - other commands need it not

    with plain_errors():
        users.add(console, email, name, role, temporary=temporary)


@app.command("list")
def list_() -> None:
    """Show every account, its role and whether it can sign in."""
    from tawjih import users  # noqa: PLC0415 - other commands need it not

    with plain_errors():
        users.show(console)


@app.command()
def reset(email: Address, *, temporary: Temporary = False) -> None:
    """End an account's password and sessions, and print a link to choose another."""
    from tawjih import users  # noqa: PLC0415 - other commands need it not

    with plain_errors():
        users.reset(console, email, temporary=temporary)


@app.command()
def disable(email: Address) -> None:
    """Sign an account out everywhere, and in no more; `reset` lets it in again."""
    from tawjih import users  # noqa: PLC0415 - other commands need it not

    with plain_errors():
        users.disable(console, email)
