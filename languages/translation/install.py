"""A package file onto this machine: known by its hash, every member looked at, all or nothing.

A package is a zip of one folder. Of what Argos' packages hold, models and vocabularies are taken;
the data of sentence splitters (pickles among them) is left in the archive. Anything else in it, and
any path, link or size out of the ordinary, refuses the whole file.
"""

import fcntl
import hashlib
import re
import shutil
import stat
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel, Field, ValidationError

from errors import DataError
from languages.translation.argos import Model
from languages.translation.packages import MARKER, Installed, Packages

MOST_BYTES = 1_000_000_000  # of the file; Argos' own have 65 to 290 MB
_MOST_UNPACKED = 2_000_000_000
_MOST_MEMBERS = 500
_MOST_METADATA = 64 * 1024
_CHUNK = 1 << 20
_ROOT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TAKEN = re.compile(
    r"metadata\.json|README\.md|LICENSE(?:\.\w+)?|sentencepiece\.model|bpe\.model"
    r"|model/(?:model\.bin|config\.json|vmap\.txt|(?:shared|source|target)_vocabulary\.(?:txt|json))"
)
_LEFT = re.compile(r"(?:stanza|spacy|minisbd)/.+")
_ENCRYPTED = 0x1


class _Metadata(BaseModel):
    """What we need of metadata.json."""

    from_code: str = Field(pattern="^[a-z]{2,3}$")
    to_code: str = Field(pattern="^[a-z]{2,3}$")
    package_version: str = Field("", pattern=r"^[\w.-]{0,32}$")
    type: str = Field("translate", pattern="^translate$")


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, hexadecimal.

    Raises:
        DataError: when it cannot be read, or is too large.
    """
    digest = hashlib.sha256()
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(f"{path.name}: more than {MOST_BYTES // 10**6} MB")
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise DataError(f"{path.name}: cannot be read: {error.strerror}") from None
    return digest.hexdigest()


def install(path: Path, packages: Packages, known: Collection[str] | None) -> Installed:
    """Install a package file in the place of any other of its two languages.

    Args:
        path: An .argosmodel file.
        packages: Where to.
        known: SHA-256 hashes of which the file must have one; None takes any.

    Raises:
        DataError: naming the file and what is wrong; nothing is changed then.
    """
    digest = hash_of(path)
    if known is not None and digest not in known:
        raise DataError(f"{path.name}: its SHA-256 is {digest}, which is not a known one")
    packages.folder.mkdir(parents=True, exist_ok=True)
    with _alone(packages.home), TemporaryDirectory(dir=packages.home, prefix=".new-") as made:
        folder = Path(made) / "package"
        try:
            with zipfile.ZipFile(path) as archive:
                _unpack(archive, _members(archive, path.name), folder, path.name)
        except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError) as error:
            raise DataError(f"{path.name}: not a package ({error})") from None
        return _put(folder, _metadata(folder, path.name), digest, packages)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _members(archive: zipfile.ZipFile, name: str) -> dict[str, zipfile.ZipInfo]:
    """The members to take, by their path inside the one folder."""
    infos = archive.infolist()
    if len(infos) > _MOST_MEMBERS:
        raise DataError(f"{name}: more than {_MOST_MEMBERS} members")
    taken: dict[str, zipfile.ZipInfo] = {}
    roots = set()
    for info in infos:
        root, _, inner = _careful(info, name).partition("/")
        roots.add(root)
        if info.is_dir() or _LEFT.fullmatch(inner):
            continue
        if not _ROOT.fullmatch(root) or not _TAKEN.fullmatch(inner) or inner in taken:
            raise DataError(f"{name}: {info.filename!r} has no place in a package")
        taken[inner] = info
    if len(roots) != 1:
        raise DataError(f"{name}: not one folder")
    return taken


def _careful(info: zipfile.ZipInfo, name: str) -> str:
    """The member's path, when it leads nowhere but into the package."""
    path, kind = info.filename, stat.S_IFMT(info.external_attr >> 16)
    parts = path.rstrip("/").split("/")
    if path.startswith("/") or "\\" in path or ":" in path or not {"", ".", ".."}.isdisjoint(parts):
        raise DataError(f"{name}: {path!r} leaves the package's folder")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise DataError(f"{name}: {path!r} is a link or no ordinary file")
    if info.flag_bits & _ENCRYPTED:
        raise DataError(f"{name}: {path!r} is encrypted")
    return path


def _unpack(
    archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], folder: Path, name: str
) -> None:
    left = _MOST_UNPACKED
    for inner, info in members.items():
        place = folder / inner
        place.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(info) as source, place.open("wb") as target:
            while chunk := source.read(_CHUNK):  # what it says of its size is not believed
                left -= len(chunk)
                if left < 0:
                    raise DataError(f"{name}: more than {_MOST_UNPACKED // 10**6} MB unpacked")
                target.write(chunk)


def _metadata(folder: Path, name: str) -> _Metadata:
    try:
        path = folder / "metadata.json"
        if path.stat().st_size > _MOST_METADATA:
            raise DataError(f"{name}: metadata.json is too large")
        found = _Metadata.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        raise DataError(f"{name}: no metadata.json that names two languages") from None
    if found.from_code == found.to_code:
        raise DataError(f"{name}: translates {found.from_code} into itself")
    return found


def _put(folder: Path, metadata: _Metadata, digest: str, packages: Packages) -> Installed:
    Model(folder, packages.home)  # what does not work is not installed
    pair = f"{metadata.from_code}_{metadata.to_code}"
    done = Installed(
        packages.folder / f"{pair}-{digest[:12]}", metadata.from_code, metadata.to_code,
        metadata.package_version, digest, datetime.now(UTC).isoformat(timespec="microseconds"),
    )  # fmt: skip
    (folder / MARKER).write_text(done.marker(), encoding="utf-8")
    if done.folder.exists():
        shutil.rmtree(done.folder)  # the same file again
    folder.rename(done.folder)
    for other in packages.folder.glob(f"{pair}-*"):
        if other != done.folder:
            shutil.rmtree(other)
    return done
