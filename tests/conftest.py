"""What all tests share: a migrated database, on SQLite and on a PostgreSQL of our own.

`database` is empty and writable, a fresh one a test. `vocabulary` holds occupations and places
and is shared by all tests that only read. `catalogue_database` is a fresh copy of that one.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from catalogue.vocabulary import DATA, load_vocabulary
from settings import get_settings
from store import migrate
from store.engine import Database
from tests.stack import Stack, running

ENGINES = ("sqlite", "postgresql")
_NUMBER = count(1)

EVERYDAY = """\
code,language,name
7531,fr,khayat
7531,en,tailor
7126.8,fr,plombi
7131,ar,صباغ
2221,en,nurse
2221,fr,infirmier
2221,ar,ممرض
8332,ar,سائق شاحنة
"""
SECTORS = """\
key,isco,en,fr,ar,aliases
it,25|351|133,Information technology,Informatique,معلوميات,IT|المعلوميات|l'info
tourism,511|962,Tourism,Tourisme,سياحة,
"""
ALIASES = """\
country,name,alias
MA,Casablanca,casa
MA,Casablanca,dar beida
MA,Casablanca,dar el beida
MA,Casablanca,البيضا
MA,Casablanca,كازا
MA,MA,lmaghrib
"""
EXTRA_CITIES = """\
country,name,fr,ar,population,lat,lon
TR,Istanbul,Istanbul,إسطنبول,15460000,41.0082,28.9784
PS,Gaza,Gaza,غزة,590481,31.5017,34.4668
"""


@pytest.fixture(scope="session")
def vocabulary_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped taxonomy and cities, with everyday names of the tests' own."""
    folder = tmp_path_factory.mktemp("data")
    for name in ("taxonomy", "places"):
        (folder / name).mkdir()
    for name in ("occupations", "isco_groups", "rome_appellations", "rome_isco"):
        shutil.copy(DATA / f"taxonomy/{name}.csv", folder / "taxonomy")
    shutil.copy(DATA / "places/cities.csv", folder / "places")
    (folder / "taxonomy/everyday_names.csv").write_text(EVERYDAY, encoding="utf-8")
    (folder / "taxonomy/sectors.csv").write_text(SECTORS, encoding="utf-8")
    (folder / "places/aliases.csv").write_text(ALIASES, encoding="utf-8")
    (folder / "places/extra_cities.csv").write_text(EXTRA_CITIES, encoding="utf-8")
    return folder


class Postgres:
    """A PostgreSQL cluster in a folder of its own, reached by its socket alone."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries, self.folder = binaries, folder
        self._owner = _unprivileged() if os.geteuid() == 0 else None
        self._user = ["runuser", "-u", self._owner, "--"] if self._owner else []

    def start(self) -> None:
        if self._owner:
            shutil.chown(self.folder, self._owner)
        self._run(
            "initdb", "-D", f"{self.folder}/data", "-U", "tawjih", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync", "--auth=trust",
        )  # fmt: skip
        # A test's database need not survive a power cut.
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
        self._run(
            "pg_ctl", "-D", f"{self.folder}/data", "-w", "-o", options,
            "-l", f"{self.folder}/log", "start",
        )  # fmt: skip

    def stop(self) -> None:
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._user, str(self.binaries / program), *arguments]
        # Output to a file: the server inherits a pipe and would hold it open for ever.
        with tempfile.TemporaryFile() as out:
            done = subprocess.run(command, stdout=out, stderr=out, cwd="/", check=False)
            out.seek(0)
            assert done.returncode == 0, out.read().decode(errors="replace")

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://tawjih@/{name}?host={self.folder}"

    def execute(self, statement: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def create(self, template: str | None = None) -> str:
        name = f"test_{next(_NUMBER)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'}")
        return name

    def drop(self, name: str) -> None:
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _unprivileged() -> str:
    # PostgreSQL refuses to run as root.
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _binaries() -> Path:
    found = [Path(p).parent for p in (shutil.which("initdb"),) if p]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    message = "PostgreSQL is missing: install its server (Debian, Ubuntu: apt install postgresql)"
    raise pytest.fail.Exception(message, pytrace=False)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # Not pytest's own folder: a socket's path has at most 107 characters, and another user
    # must be able to enter it.
    cluster = Postgres(_binaries(), Path(tempfile.mkdtemp(prefix="tawjih-pg-")))
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session", params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


Template = str | Path


@pytest.fixture(scope="session")
def empty_template(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Template:
    """A migrated database without a row, to copy."""
    template: Template
    if engine_name == "sqlite":
        template = tmp_path_factory.mktemp("template") / "empty.db"
        url = f"sqlite:///{template}"
    else:
        cluster: Postgres = request.getfixturevalue("postgres")
        template = cluster.create()
        url = cluster.url(template)
    database = Database(url)
    migrate.upgrade(database)
    database.close()
    return template


@contextlib.contextmanager
def _copy(
    template: Template, request: pytest.FixtureRequest, folder: Path, *, keep: bool = False
) -> Iterator[tuple[Database, Template]]:
    if isinstance(template, Path):
        path = folder / f"{next(_NUMBER)}.db"
        shutil.copy(template, path)
        database = Database(f"sqlite:///{path}")
        yield database, path
        database.close()
        return
    cluster: Postgres = request.getfixturevalue("postgres")
    name = cluster.create(template)
    database = Database(cluster.url(name))
    yield database, name
    database.close()
    if not keep:
        cluster.drop(name)


@pytest.fixture
def database(
    empty_template: Template, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Database]:
    """A migrated database without a row, for this test alone."""
    with _copy(empty_template, request, tmp_path) as (copy, _):
        yield copy


@pytest.fixture(scope="session")
def full_template(
    empty_template: Template,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    vocabulary_folder: Path,
) -> Template:
    """A database with occupations and places, to copy."""
    folder = tmp_path_factory.mktemp("full")
    with _copy(empty_template, request, folder, keep=True) as (copy, template):
        assert load_vocabulary(copy, vocabulary_folder)
    return template


@pytest.fixture(scope="session")
def vocabulary(
    full_template: Template,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Database]:
    """Occupations and places, shared: for tests that only read."""
    folder = tmp_path_factory.mktemp("vocabulary")
    with _copy(full_template, request, folder) as (copy, _):
        yield copy


@pytest.fixture
def catalogue_database(
    full_template: Template, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Database]:
    """Occupations and places and no listing, for this test alone."""
    with _copy(full_template, request, tmp_path) as (copy, _):
        yield copy


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Rasa, actions and edge with the demonstration loaded, one for the whole run."""
    with running(tmp_path_factory.mktemp("stack"), get_settings().tawjih_home / "models") as made:
        yield made
