"""Which Argos packages are installed, and by which of them one language becomes another.

TAWJIH_HOME/translation/packages/fr_en-3b3052fee6bb/   metadata.json, model/, …, installed.json
"""

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from settings import Settings, get_settings

MARKER = "installed.json"
_log = logging.getLogger(__name__)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Installed:
    """A package on this machine; `sha256` is that of the file that it came in."""

    folder: Path
    source: str
    target: str
    version: str
    sha256: str
    installed_at: str

    def marker(self) -> str:
        """What the marker in its folder says."""
        return json.dumps({k: v for k, v in asdict(self).items() if k != "folder"}, indent=1)


def home_of(settings: Settings) -> Path:
    """The folder for all that translation keeps."""
    return settings.tawjih_home / "translation"


class Packages:
    """The packages in `home`/packages, read again when that folder changes."""

    def __init__(self, home: Path | None = None) -> None:
        self.home = home or home_of(get_settings())
        self.folder = self.home / "packages"
        self._seen: int | None = None
        self._installed: dict[Pair, Installed] = {}

    def installed(self) -> dict[Pair, Installed]:
        """By (source, target); of two for one pair, the later."""
        changed = self.folder.stat().st_mtime_ns if self.folder.is_dir() else None
        if changed != self._seen:
            found = sorted(self._read() if changed else [], key=lambda one: one.installed_at)
            self._installed = {(one.source, one.target): one for one in found}
            self._seen = changed
        return self._installed

    def _read(self) -> list[Installed]:
        found = []
        for marker in self.folder.glob(f"*/{MARKER}"):
            try:
                content = json.loads(marker.read_text(encoding="utf-8"))
                found.append(Installed(folder=marker.parent, **content))
            except (OSError, ValueError, TypeError):
                _log.warning("translation: %s is not what was installed", marker.parent.name)
        return found

    def route(self, source: str, target: str) -> list[Installed]:
        """The packages to go through, one or two; empty when there is no way."""
        if source == target:
            return []
        have = self.installed()
        if (source, target) in have:
            return [have[source, target]]
        middles = sorted(
            {end for start, end in have if start == source}, key=lambda c: (c != "en", c)
        )
        ways = ([have[source, one], have[one, target]] for one in middles if (one, target) in have)
        return next(ways, [])

    def pairs(self) -> list[Pair]:
        """Every (source, target) that can be translated, directly or through a third language."""
        codes = sorted({code for pair in self.installed() for code in pair})
        return [(one, other) for one in codes for other in codes
                if one != other and self.route(one, other)]  # fmt: skip
