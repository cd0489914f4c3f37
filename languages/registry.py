"""Which languages the service speaks: languages.yml, one row each."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from errors import DataError
from settings import ROOT

FILE = ROOT / "languages.yml"


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its code (BCP 47), its own name, whether it is written from right to left."""

    code: str
    name: str
    rtl: bool
    default: bool = False


@lru_cache(maxsize=4)
def get_languages(path: Path = FILE) -> dict[str, Language]:
    """The languages by code, in the order of the file.

    Raises:
        DataError: a row is not as it should be, a code stands twice, or not exactly one is the
            default.
    """
    try:
        rows = [Language(**row) for row in yaml.safe_load(path.read_text(encoding="utf-8"))]
    except (TypeError, yaml.YAMLError) as error:
        raise DataError(f"{path.name}: {error}") from None
    codes = [row.code for row in rows]
    for code in codes:
        if codes.count(code) > 1:
            raise DataError(f"{path.name}: {code} stands twice")
    if sum(row.default for row in rows) != 1:
        raise DataError(f"{path.name}: exactly one language must be the default")
    return {row.code: row for row in rows}
