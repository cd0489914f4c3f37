"""The commands of `tawjih translate`. What they do stands in translation.py."""

from pathlib import Path
from typing import Annotated

import typer

from tawjih.terminal import console, plain_errors

app = typer.Typer(help="Automatic translation of listings.", no_args_is_help=True)


@app.command()
def install(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Packages (.argosmodel).", dir_okay=False)
    ] = None,
    *,
    from_index: Annotated[bool, typer.Option("--from-index", help="Fetch what is needed.")] = False,
    hashes: Annotated[list[str] | None, typer.Option("--hash", help="A SHA-256 to accept.")] = None,
    trust: Annotated[bool, typer.Option("--trust", help="Accept any hash.")] = False,
) -> None:
    """Install models for every language of the service, from files or from an index."""
    from tawjih import translation  # noqa: PLC0415 - other commands need it not

    with plain_errors():
        translation.install_files(
            console, files or [], hashes or [], from_index=from_index, trust=trust
        )


@app.command("list")
def list_() -> None:
    """Show which models are installed and which languages they join."""
    from tawjih import translation  # noqa: PLC0415 - other commands need it not

    with plain_errors():
        translation.list_packages(console)


@app.command("try")
def try_(
    text: Annotated[str, typer.Argument(help="What to translate.")],
    source: Annotated[str, typer.Option("--from", help="Its language.")] = "fr",
    target: Annotated[str, typer.Option("--to", help="The language to read it in.")] = "ar",
    keep: Annotated[list[str] | None, typer.Option(help="A name that stays as it is.")] = None,
) -> None:
    """Translate a text and say of each sentence that was left as it is, why."""
    from tawjih import translation  # noqa: PLC0415 - other commands need it not

    with plain_errors():
        translation.try_text(console, text, source, target, keep or [])
