"""The file that a reviewer works on: one entry a message, in YAML, written whole each time."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from errors import DataError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_HEAD = """\
# Messages that were not understood well, without what tells who wrote them. Never share this file:
# read each message, delete what still tells of a person. `uv run tawjih nlu review` asks one by
# one; or write an intent after `label:` by hand. Entities in `text` are marked [as here](place).
"""


class Entry(BaseModel):
    """A message that people wrote `count` times, and what it means once somebody has said so.

    `guesses` are the likeliest intents with their confidence, `label` is an intent or None.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    text: str = Field(min_length=1)
    count: int = Field(1, ge=1)
    why: list[str] = []
    variety: str
    language: str
    guesses: dict[str, float] = {}
    label: str | None = None


def read(path: Path) -> list[Entry]:
    """The entries of a file.

    Raises:
        DataError: the file is away or wrong; file and line are named.
    """
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=_LOADER)
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise DataError(f"{path}:{mark.line + 1 if mark else 1}: not YAML") from None
    if root is None:
        return []
    if not isinstance(root, yaml.SequenceNode):
        raise DataError(f"{path}:{root.start_mark.line + 1}: not a list of messages")
    rows = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe one
    return list(_entries(path, root, rows))


def _entries(path: Path, root: yaml.SequenceNode, rows: list[object]) -> Iterator[Entry]:
    for node, row in zip(root.value, rows, strict=True):
        try:
            yield Entry.model_validate(row)
        except ValidationError as error:
            wrong = error.errors(include_input=False, include_url=False)[0]
            name = ".".join(map(str, wrong["loc"]))
            where = f"{path}:{node.start_mark.line + 1}"
            raise DataError(f"{where}: {name}: {wrong['msg']}") from None


def write(path: Path, entries: Sequence[Entry]) -> None:
    """Write all entries: the whole file or nothing, for its owner's eyes alone."""
    rows = [entry.model_dump() for entry in entries]
    text = yaml.dump(rows, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=1000)
    write_whole(path, _HEAD + text)


def write_whole(path: Path, text: str, mode: int = 0o600) -> None:
    """Put `text` in the place of a file; who is interrupted leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", delete=False) as file:
        aside = Path(file.name)
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            aside.chmod(mode)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
