"""The command line: `uv run tawjih …`."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from catalogue.models import Kind
from catalogue.request import SearchRequest
from settings import get_settings
from tawjih import (
    alert_commands,
    dialogue,
    evaluation,
    feed_commands,
    people_commands,
    translate,
    user_commands,
)
from tawjih.terminal import console, plain_errors

app = typer.Typer(
    help="Tawjih, the assistant of a public employment service.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command()
def run() -> None:
    """Prepare what changed and start dialogue, actions and edge; Ctrl-C stops them."""
    from tawjih.start import start  # noqa: PLC0415 - other commands need no server

    with plain_errors():
        raise typer.Exit(start(console))


@app.command()
def prepare(
    *, training: Annotated[bool, typer.Option("--train/--no-train", help="Also train.")] = True
) -> None:
    """Migrate the database, load vocabulary and demonstration, train: only what changed."""
    from tawjih.prepare import prepare as do  # noqa: PLC0415

    with plain_errors():
        do(console, training=training)


@app.command()
def train(
    *, force: Annotated[bool, typer.Option(help="Also when nothing changed.")] = False
) -> None:
    """Train the dialogue when its data changed."""
    with plain_errors():
        if not force and not dialogue.is_stale():
            console.print("The model is up to date.")
            return
        with console.status("training, about two minutes"):
            dialogue.train()
        console.print("Trained.")


@app.command()
def parse(
    language: Annotated[str | None, typer.Option(help="The conversation's language.")] = None,
) -> None:
    """Understand texts from standard input, one a line; JSON lines out."""
    with plain_errors():
        lines = [line.rstrip("\n") for line in sys.stdin if line.strip()]
        for found in dialogue.parse({"text": text, "language": language} for text in lines):
            typer.echo(json.dumps(found, ensure_ascii=False))


@app.command()
def evaluate(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    floors: Annotated[Path | None, typer.Option(help="Fail when below these figures.")] = None,
) -> None:
    """Measure understanding on labelled messages (JSON lines, see docs/evaluation.md)."""
    with plain_errors():
        evaluation.check(json_out, floors)
        examples = [example for file in files for example in evaluation.read_examples(file)]
        parsed = list(dialogue.parse({"text": example.text} for example in examples))
        figures = evaluation.report(examples, parsed)
        _print_figures(figures)
        if json_out:
            evaluation.write_json(figures, json_out)
        fallen = evaluation.below(figures, floors) if floors else []
    for line in fallen:
        console.print(f"[red]below its floor:[/red] {line}", highlight=False)
    raise typer.Exit(1 if fallen else 0)


@app.command("report")
def write_report(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    out: Annotated[Path | None, typer.Option(help="The page; else var/evaluation/.")] = None,
    folds: Annotated[int, typer.Option(min=2, help="Parts of the cross-validation.")] = 3,
    entities: Annotated[bool, typer.Option(help="Cross-validate entities too: slow.")] = False,
    curve: Annotated[bool, typer.Option(help="Learning curves: very slow.")] = False,
    docs: Annotated[bool, typer.Option(help="Also the table of docs/evaluation.md.")] = False,
) -> None:
    """Measure by cross-validation and on unseen files, and write a page of tables and pictures."""
    from tawjih.report import command, page  # noqa: PLC0415

    path = out or get_settings().tawjih_home / "evaluation" / "report.html"
    with plain_errors(), console.status("learning and asking, a few minutes"):
        measured = command.measure(files, command.Options(folds, entities, curve))
        page.write_page(measured, path)
        if docs:
            page.write_table(measured, command.DOCS)
    console.print(f"written: {path}", soft_wrap=True, highlight=False)


def _print_figures(figures: dict[str, object]) -> None:
    table = Table("variety", "messages", "intent", "language", "entity F1", title="Understanding")
    varieties = figures["varieties"]
    assert isinstance(varieties, dict)  # noqa: S101 - narrows for the type checker
    for name, row in varieties.items():
        shares = (row["accuracy"], row["language_accuracy"], row["entity_f1"])
        table.add_row(name, str(row["examples"]), *(f"{share:.1%}" for share in shares))
    console.print(table)
    for name in ("accuracy", "macro_f1", "language_accuracy"):
        console.print(f"{name:18} {figures[name]:.1%}")
    for name in ("entities", "out_of_scope", "ms"):
        told = "  ".join(f"{k} {v}" for k, v in figures[name].items())  # type: ignore[attr-defined]
        console.print(f"{name:18} {told}")


@app.command("import")
def import_feed(
    feed: Annotated[str, typer.Argument(help="A feed, a file of listings, or `demo`.")],
    source: Annotated[str | None, typer.Option(help="Its name; else the file's.")] = None,
    like: Annotated[str | None, typer.Option(help="Read the file as this feed.")] = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Believe any count.")] = False,
) -> None:
    """Import listings: added, changed and vanished ones are told, rejected ones with the reason."""
    from tawjih.feeds import Options  # noqa: PLC0415
    from tawjih.feeds import import_feed as do  # noqa: PLC0415

    with plain_errors():
        well = do(console, feed, Options(source, like, force), _today())
    raise typer.Exit(0 if well else 1)


@app.command()
def search(
    what: Annotated[str, typer.Argument(help="Job, field or topic, in any of the languages.")],
    place: Annotated[str | None, typer.Option(help="City or country.")] = None,
    kind: Annotated[Kind, typer.Option(help="What is looked for.")] = Kind.OFFER,
    language: Annotated[str, typer.Option(help="en, fr or ar.")] = "fr",
    limit: Annotated[int, typer.Option(min=1, max=50)] = 10,
) -> None:
    """Search the catalogue as a person's message would."""
    from languages.profile import get_profile  # noqa: PLC0415
    from tawjih.feeds import search_catalogue  # noqa: PLC0415

    with plain_errors():
        request = SearchRequest(
            kind=kind,
            occupation=what if kind is Kind.OFFER else None,
            topic=None if kind is Kind.OFFER else what,
            place=place,
            language=language,
            country=get_profile().country,
            limit=limit,
        )
        search_catalogue(console, request, _today())


nlu = typer.Typer(help="The examples that understanding is learnt from.", no_args_is_help=True)
app.add_typer(nlu, name="nlu")


@nlu.command("check")
def nlu_check(
    *, quiet: Annotated[bool, typer.Option(help="Errors alone, no warnings.")] = False
) -> None:
    """Check data/nlu: wrong keys, intents, entities, scripts, and examples that stand twice."""
    from tawjih.nlu_data import check  # noqa: PLC0415

    with plain_errors():
        found = check()
    for line in [] if quiet else found.warnings:
        console.print(f"warning {line}", highlight=False, markup=False, soft_wrap=True)
    for line in found.errors:
        console.print(f"error {line}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"{len(found.errors)} errors, {len(found.warnings)} warnings")
    raise typer.Exit(1 if found.errors else 0)


review = typer.Typer(help="Messages that were not understood: export, label, merge.")
nlu.add_typer(review, name="review")


@review.callback(invoke_without_command=True)
def nlu_review(
    context: typer.Context,
    file: Annotated[Path | None, typer.Option(help="As `export` wrote it.")] = None,
) -> None:
    """Label exported messages, one at a time; each answer is kept at once."""
    from tawjih import nlu_data  # noqa: PLC0415
    from tawjih.review import session  # noqa: PLC0415

    if context.invoked_subcommand is None:
        with plain_errors():
            path = file or _review_file()
            session.Session(console, path, nlu_data.labels()).run()
        console.print(f"then: tawjih nlu review merge {path}", soft_wrap=True, highlight=False)


@review.command("export")
def nlu_review_export(
    below: Annotated[float, typer.Option(min=0, max=1, help="Confidence.")] = 0.5,
    since: Annotated[datetime | None, typer.Option(help="The first day, as 2030-03-04.")] = None,
    out: Annotated[Path | None, typer.Option(help="Else review.yml in TAWJIH_HOME.")] = None,
) -> None:
    """Write messages that were not understood to a file, without what tells who wrote them."""
    from tawjih.review.export import export  # noqa: PLC0415

    with plain_errors():
        path = out or _review_file()
        first = since.replace(tzinfo=_today().tzinfo) if since else None
        count = export(path, below, first)
    console.print(f"{count} messages in {path}", soft_wrap=True, highlight=False)


@review.command("merge")
def nlu_review_merge(file: Annotated[Path, typer.Argument(help="A labelled file.")]) -> None:
    """Add labelled messages to data/nlu: all of them, or none when the check objects."""
    from tawjih.review.merge import merge  # noqa: PLC0415

    with plain_errors():
        done = merge(file)
    for path, count in sorted(done.added.items()):
        console.print(f"{count} added to {path}", soft_wrap=True, highlight=False)
    console.print(f"{done.there} were there already, {done.unlabelled} have no label")


def _review_file() -> Path:
    return get_settings().tawjih_home / "review.yml"


app.add_typer(translate.app, name="translate")
app.add_typer(feed_commands.app, name="feeds")
app.add_typer(alert_commands.app, name="alerts")
app.add_typer(user_commands.app, name="users")
app.add_typer(people_commands.app, name="people")


@app.command()
def doctor() -> None:
    """Check settings, environments, database, model and running parts; says what to do."""
    from tawjih.doctor import check  # noqa: PLC0415

    raise typer.Exit(0 if check(console) else 1)


def _today() -> datetime:
    from languages.profile import get_profile  # noqa: PLC0415

    return datetime.now(ZoneInfo(get_profile().timezone))
