"""The demonstration listings of data/demo, with days counted from the day they are loaded."""

import hashlib
from datetime import date
from pathlib import Path

from sqlalchemy import select

from catalogue.listing_files import read_rows
from catalogue.listing_import import ImportSummary, import_listings
from catalogue.models import LoadedFile
from catalogue.vocabulary import loaded_hash
from settings import ROOT
from store.base import now
from store.engine import Database

FOLDER = ROOT / "data" / "demo"
_PREFIX = "demo:"


def load_demo(
    database: Database, today: date, folder: Path = FOLDER, country: str | None = None
) -> dict[str, ImportSummary]:
    """Load each file of `folder` that changed since, or that was loaded on another day.

    Gives a summary a file that was loaded, by source ("demo:<name>"). A file that is gone expires.

    Raises:
        DataError: when a file is broken as a whole.
    """
    files = {_PREFIX + path.stem: path for path in sorted(folder.glob("*.yml"))}
    done: dict[str, ImportSummary] = {}
    with database.read() as session:
        vocabulary = loaded_hash(session) or ""
        query = select(LoadedFile).where(LoadedFile.name.startswith(_PREFIX))
        loaded = {file.name: file.content_hash for file in session.scalars(query)}
    for source in sorted(files.keys() | loaded.keys()):
        path = files.get(source)
        state = _state(path, today, vocabulary) if path else ""
        if loaded.get(source) != state:
            rows = list(read_rows(path)) if path else []
            with database.write() as session:
                done[source] = import_listings(session, source, rows, today, country=country)
                session.merge(LoadedFile(name=source, content_hash=state, loaded_at=now()))
    return done


def _state(path: Path, today: date, vocabulary: str) -> str:
    told = f"{today.isoformat()} {vocabulary} ".encode() + path.read_bytes()
    return hashlib.sha256(told).hexdigest()
