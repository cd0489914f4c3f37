"""What all commands share: where they write, and how they tell an error."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.markup import escape
from sqlalchemy.exc import DatabaseError, OperationalError

from errors import TawjihError

# A file's line such as `faq.yml:100:` is no emoji.
console = Console(emoji=False)
stderr = Console(stderr=True, emoji=False)


@contextmanager
def plain_errors() -> Iterator[None]:
    """What we raise, and what disk or database refuse, is told; anything else is a defect."""
    try:
        yield
    except TawjihError as error:
        told = str(error)
    except DatabaseError as error:
        # Its kinds below are defects, but for the one that tells that the database is away.
        if not (isinstance(error, OperationalError) or type(error) is DatabaseError):
            raise
        told = f"the database cannot be used: {str(error.orig).partition(chr(10))[0]}"
    except OSError as error:
        told = ": ".join(str(one) for one in (error.filename, error.strerror or error) if one)
    else:
        return
    stderr.print(f"[red]error:[/red] {escape(told)}", highlight=False)
    raise typer.Exit(1)
