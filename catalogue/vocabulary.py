"""Occupations and places from the files in data/ into the database, in bulk, when they changed."""

import hashlib
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import Pool, delete, insert, select
from sqlalchemy.orm import Session

from catalogue import gazetteer
from catalogue.files import read_csv
from catalogue.models import LoadedFile, Occupation, OccupationName, Place, PlaceName
from catalogue.text import normalise, stem_keys
from errors import DataError
from settings import ROOT
from store.base import Base, now
from store.engine import Database

DATA = ROOT / "data"
NAME = "vocabulary"
_FORMAT = "1"  # counts up when the same files are to be loaded in another way
_BATCH = 5000
_LONGEST = 255
_REMEMBERED = 20_000
Row = dict[str, Any]
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

# How much a name says: a name that people use, a preferred label, one of its other names ...
_EVERYDAY, _LABEL, _OTHER, _SECTOR, _GROUP, _ROME = 1.2, 1.0, 0.7, 0.9, 0.6, 0.5


def load_vocabulary(database: Database, folder: Path = DATA) -> bool:
    """Load taxonomy and places; False when the database already has these very files.

    Raises:
        DataError: naming the file and line that cannot be read.
    """
    content_hash = _hash(folder)
    with database.read() as session:
        if loaded_hash(session) == content_hash:
            return False
    with database.write() as session:
        _replace(session, (Occupation, OccupationName), _taxonomy(folder / "taxonomy"))
        _replace(session, (Place, PlaceName), gazetteer.rows(folder / "places"))
        session.merge(LoadedFile(name=NAME, content_hash=content_hash, loaded_at=now()))
    _ASKED.pop(database.engine.pool, None)
    structlog.get_logger().info("vocabulary_loaded", content_hash=content_hash[:12])
    return True


def loaded_hash(session: Session) -> str | None:
    """The hash of the files that the vocabulary in this database came from."""
    loaded = session.get(LoadedFile, NAME)
    return loaded.content_hash if loaded else None


def known_hash(session: Session) -> str | None:
    """The same, at most a second old: a search looks up its words many times."""
    known: str | None = session.info.get(NAME)
    if known is None:
        known = session.info[NAME] = _recent(session)
    return known


def _recent(session: Session) -> str | None:
    pool = session.get_bind().engine.pool
    asked, known = _ASKED.get(pool, (-_A_WHILE, None))
    if known is None or monotonic() - asked > _A_WHILE:
        known = session.connection().scalar(_HASH)
        _ASKED[pool] = monotonic(), known
    return known


_HASH = select(LoadedFile.content_hash).where(LoadedFile.name == NAME)
_A_WHILE = 1.0  # seconds in which another process may have loaded other files
_ASKED: WeakKeyDictionary[Pool, tuple[float, str | None]] = WeakKeyDictionary()


class Kept(Generic[T]):
    """Something read from the vocabulary and kept in memory until another vocabulary is loaded.

    Keyed by the hash of the files: two databases loaded from the same files share it.
    """

    def __init__(self, read: Callable[[Session], T]) -> None:
        self._read = read
        self._kept: tuple[str | None, T] | None = None

    def get(self, session: Session) -> T:
        """The value for the vocabulary in `session`'s database."""
        content_hash, kept = known_hash(session), self._kept
        if content_hash is None:  # nothing was loaded, and what there is may change
            return self._read(session)
        if kept is None or kept[0] != content_hash:
            kept = self._kept = (content_hash, self._read(session))
        return kept[1]


class Remembered(Generic[K, T]):
    """Answers to questions about the vocabulary, kept by the words that were asked.

    What `find` gives is shared by sessions and threads: it must belong to no session.
    """

    def __init__(self, find: Callable[[Session, K], T], most: int = _REMEMBERED) -> None:
        self._find = find
        self._most = most
        self._found: dict[tuple[str | None, K], T] = {}

    def get(self, session: Session, asked: K) -> T:
        """What `find` says about `asked`."""
        key = (known_hash(session), asked)
        if key[0] is None:
            return self._find(session, asked)
        if key in self._found:
            with suppress(KeyError):  # another thread may have made room this very moment
                return self._found[key]
        answer = self._find(session, asked)
        if len(self._found) >= self._most:
            self._found.clear()
        self._found[key] = answer
        return answer


def _hash(folder: Path) -> str:
    digest = hashlib.sha256(_FORMAT.encode())
    for path in sorted(folder.glob("taxonomy/*.csv")) + sorted(folder.glob("places/*.csv")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _replace(
    session: Session, tables: tuple[type[Base], ...], rows: Iterable[tuple[type[Base], Row]]
) -> None:
    for table in tables:
        session.execute(delete(table))
    waiting: dict[type[Base], list[Row]] = {table: [] for table in tables}
    for table, row in rows:
        waiting[table].append(row)
    for table, all_rows in waiting.items():
        for start in range(0, len(all_rows), _BATCH):
            session.execute(insert(table), all_rows[start : start + _BATCH])


def _taxonomy(folder: Path) -> Iterator[tuple[type[Base], Row]]:
    said: dict[tuple[str, str], float] = {}
    codes: set[str] = set()
    for occupation, names in _concepts(folder, codes):
        if occupation:
            codes.add(occupation["code"])
            yield Occupation, occupation
        for row in names:
            key = (row["code"], row["name"])
            if row["name"] and row["weight"] > said.get(key, 0):
                said[key] = row["weight"]
                yield OccupationName, row


def _concepts(folder: Path, codes: set[str]) -> Iterator[tuple[Row | None, list[Row]]]:
    yield from _groups(folder / "isco_groups.csv")
    yield from _occupations(folder / "occupations.csv")
    yield from _sectors(folder / "sectors.csv")
    yield from _everyday(folder / "everyday_names.csv", codes)
    yield from _rome(folder)


def _everyday(path: Path, codes: set[str]) -> Iterator[tuple[None, list[Row]]]:
    for line, row in enumerate(read_csv(path, ("code", "language", "name")), 2):
        code = row["code"].strip()
        if code not in codes:
            raise DataError(f"{path.name}:{line}: no occupation has the code {code!r}")
        yield None, _names(code, row["language"], row["name"], _EVERYDAY)


def _groups(path: Path) -> Iterator[tuple[Row, list[Row]]]:
    for row in read_csv(path, ("code", "en", "fr")):
        labels = {"en": row["en"], "fr": row["fr"]}
        names = [
            n for lang, label in labels.items() for n in _names(row["code"], lang, label, _GROUP)
        ]
        yield _concept(row["code"], "group", row["code"], labels), names


def _occupations(path: Path) -> Iterator[tuple[Row, list[Row]]]:
    for row in read_csv(
        path, ("code", "isco", "en", "fr", "ar", "names_en", "names_fr", "names_ar")
    ):
        labels = {language: row[language] for language in ("en", "fr", "ar") if row[language]}
        names = []
        for language, label in labels.items():
            preferred = {part.strip() for part in label.split(" / ")}
            for name in row[f"names_{language}"].split("|"):
                names += _names(
                    row["code"], language, name, _LABEL if name in preferred else _OTHER
                )
        share = float(row.get("green_share") or 0)
        yield _concept(row["code"], "occupation", row["isco"], labels, share), names


def _sectors(path: Path) -> Iterator[tuple[Row, list[Row]]]:
    for row in read_csv(path, ("key", "isco", "en", "fr", "ar", "aliases")):
        code = f"sector:{row['key']}"
        labels = {language: row[language] for language in ("en", "fr", "ar") if row[language]}
        names = [n for lang, label in labels.items() for n in _names(code, lang, label, _SECTOR)]
        for alias in row["aliases"].split("|"):
            names += _names(code, "", alias, _SECTOR)
        yield _concept(code, "sector", row["isco"], labels), names


def _rome(folder: Path) -> Iterator[tuple[None, list[Row]]]:
    # A title may map to several groups: all of them are kept, the search asks for any.
    groups: dict[str, list[str]] = {}
    for row in read_csv(folder / "rome_isco.csv", ("rome", "isco")):
        groups.setdefault(row["rome"], []).append(row["isco"])
    for row in read_csv(folder / "rome_appellations.csv", ("rome", "name")):
        for isco in groups.get(row["rome"], ()):
            yield None, _names(isco, "fr", row["name"], _ROME)


def _concept(code: str, kind: str, isco: str, labels: dict[str, str], green: float = 0.0) -> Row:
    return {"code": code, "kind": kind, "isco": isco, "labels": labels, "green_share": green}


def _names(code: str, language: str, name: str, weight: float) -> list[Row]:
    key = stem_keys(name)[-1 if language == "fr" else 0]
    row = {"code": code, "language": language, "weight": weight}
    return [row | {"name": normalise(name)[:_LONGEST], "stem_key": key[:_LONGEST]}]
