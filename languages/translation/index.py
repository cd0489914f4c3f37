"""Packages from an Argos index: which there are, which file each is, and fetching it.

The index names no hashes. packages.yml does, for the packages that were looked at; an index of
one's own may give a `sha256` in its rows.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import yaml

from errors import DataError, PartUnavailable, SettingsError
from languages.translation.install import MOST_BYTES
from languages.translation.packages import Pair

_PINS = Path(__file__).with_name("packages.yml")
_MOST_INDEX = 5_000_000
_TIMEOUT = httpx.Timeout(30)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Offer:
    """A package that an index offers."""

    source: str
    target: str
    version: str
    url: str
    hashes: tuple[str, ...]


@lru_cache(maxsize=1)
def pins() -> dict[tuple[str, str, str], str]:
    """Known SHA-256 hashes by (source, target, version)."""
    rows = yaml.safe_load(_PINS.read_text(encoding="utf-8"))
    return {(row["from"], row["to"], str(row["version"])): row["sha256"] for row in rows}


def known_hashes() -> set[str]:
    """Every hash of packages.yml."""
    return set(pins().values())


def offers(url: str, wanted: list[Pair]) -> list[Offer]:
    """What an index offers for the wanted pairs.

    Of several versions the last, but first of all one whose hash is known.

    Raises:
        SettingsError: the address is no https address.
        PartUnavailable: it does not answer.
        DataError: what it answers is no index, or a pair is not in it.
    """
    rows = _rows(url)
    found = {pair: sorted(_of(rows, pair, url), key=_preferred) for pair in wanted}
    missing = [f"{source}→{target}" for (source, target), some in found.items() if not some]
    if missing:
        raise DataError(f"{url}: no package for {', '.join(missing)}")
    return [some[-1] for some in found.values()]


def fetch(offer: Offer, folder: Path, progress: Progress = lambda _done, _all: None) -> Path:
    """Download an offered package into `folder`; its hash is for `install` to check.

    Raises:
        PartUnavailable: it cannot be had now.
        DataError: it is larger than any package.
    """
    path = folder / f"translate-{offer.source}_{offer.target}.argosmodel"
    with _answer(offer.url) as response, path.open("wb") as file:
        size, done = int(response.headers.get("Content-Length") or 0), 0
        for chunk in _bounded(response, MOST_BYTES):
            file.write(chunk)
            done += len(chunk)
            progress(done, size)
    return path


def _rows(url: str) -> list[dict[str, object]]:
    with _answer(url) as response:
        content = b"".join(_bounded(response, _MOST_INDEX))
    try:
        rows = json.loads(content)
    except ValueError:
        raise DataError(f"{url}: not an index of packages") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DataError(f"{url}: not an index of packages")
    return rows


def _of(rows: list[dict[str, object]], pair: Pair, index: str) -> Iterator[Offer]:
    for row in rows:
        links = row.get("links")
        if (row.get("from_code"), row.get("to_code")) != pair or not isinstance(links, list):
            continue
        link = next(
            (one for one in (urljoin(index, str(link)) for link in links) if _fit(one)), None
        )
        version = str(row.get("package_version", ""))
        given = (pins().get((*pair, version)), row.get("sha256"))
        if link:
            yield Offer(*pair, version, link, tuple(str(one) for one in given if one))


def _preferred(offer: Offer) -> tuple[bool, list[int]]:
    return bool(offer.hashes), [int(n) for n in offer.version.split(".") if n.isdecimal()]


def _fit(url: str) -> bool:
    """https; plain http only from this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _answer(url: str) -> "_Answer":
    if not _fit(url):
        raise SettingsError(f"TRANSLATION_INDEX: {url} is not an https address")
    return _Answer(url)


class _Answer:
    """One GET, its errors as ours, redirected to fit addresses alone."""

    def __init__(self, url: str) -> None:
        self._url = url
        hooks = {"request": [self._check]}
        self._client = httpx.Client(timeout=_TIMEOUT, follow_redirects=True, event_hooks=hooks,
                                    max_redirects=5, headers={"User-Agent": "tawjih"})  # fmt: skip

    def _check(self, request: httpx.Request) -> None:
        if not _fit(str(request.url)):
            raise DataError(f"{self._url}: leads to {request.url}, which is no https address")

    def __enter__(self) -> httpx.Response:
        try:
            request = self._client.build_request("GET", self._url)
            response = self._client.send(request, stream=True)
            response.raise_for_status()
        except httpx.HTTPError as error:
            self._client.close()
            raise PartUnavailable(f"{self._url}: {_why(error)}") from None
        return response

    def __exit__(self, kind: object, error: object, _: object) -> None:
        self._client.close()
        if isinstance(error, httpx.HTTPError):
            raise PartUnavailable(f"{self._url}: {_why(error)}") from None


def _why(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"answers {error.response.status_code}"
    return f"cannot be reached ({type(error).__name__})"


def _bounded(response: httpx.Response, most: int) -> Iterator[bytes]:
    done = 0
    for chunk in response.iter_bytes():
        done += len(chunk)
        if done > most:
            raise DataError(f"{response.url}: more than {most // 10**6} MB")
        yield chunk
