"""What `tawjih people …` does."""

import json
import os
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy.orm import Session

from bot import rights
from bot.desk.audit import trail
from bot.desk.audit.trail import SYSTEM
from errors import BadInput
from store.engine import get_database
from store.migrate import upgrade


def export(console: Console, contact_id: str, path: Path) -> None:
    """Write a person's copy into a new file that its owner alone reads; the audit trail says so.

    Raises:
        BadInput: there is no such person, or the file is there or cannot be written.
    """
    database = get_database()
    upgrade(database)
    with database.write() as session:
        copy = _copied(session, contact_id)
        _write(path, json.dumps(copy, ensure_ascii=False, indent=2))
    rows = sum(map(len, copy.values()))
    console.print(f"{rows} entries in {path}", soft_wrap=True, highlight=False, markup=False)


def _copied(session: Session, contact_id: str) -> dict[str, list[dict[str, Any]]]:
    copy = rights.export(session, contact_id)
    if not copy:
        raise BadInput("nobody has this code: it is the end of their conversation's address")
    trail.record(session, SYSTEM, "person.export", ("conversation", contact_id))
    return copy


def _write(path: Path, text: str) -> None:
    try:
        # What is there already is never written over, nor read by others meanwhile.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from error
