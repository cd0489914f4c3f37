"""From a feed's address to a file on this machine."""

from dataclasses import dataclass
from pathlib import Path

from catalogue.feeds.feed import Feed
from catalogue.feeds.france_travail import fetch_offers
from catalogue.feeds.models import FeedState
from catalogue.feeds.web import Web
from errors import DataError, PartUnavailable

_OK, _NOT_CHANGED = 200, 304


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file, and what the publisher says about it. `missing` tells why it is not all of it."""

    path: Path
    etag: str | None = None
    last_modified: str | None = None
    charset: str | None = None
    missing: str | None = None


def fetch(feed: Feed, web: Web, folder: Path, most: int, since: FeedState | None) -> Fetched | None:
    """What the feed holds now, at most `most` bytes; None when nothing changed `since` then.

    Raises:
        DataError: its address cannot be used, or what it gives. PartUnavailable: it is away.
    """
    path = folder / "fetched"
    if feed.api:
        with path.open("wb") as file:
            return Fetched(path, missing=fetch_offers(feed, web, file, most))
    if not feed.url:
        raise DataError(f"{feed.name}: it has no url; put one into its own file")
    headers = {name: value.get_secret_value() for name, value in feed.headers.items()}
    with web.get(feed.url, headers | _conditions(since)) as response:
        if response.status_code == _NOT_CHANGED and since:
            return None
        _check(response.status_code, response.request.url.host)
        with path.open("wb") as file:
            file.writelines(web.body(response, most))
        told = response.headers
        return Fetched(path, told.get("etag"), told.get("last-modified"), response.charset_encoding)


def _conditions(since: FeedState | None) -> dict[str, str]:
    told = {"If-None-Match": since.etag, "If-Modified-Since": since.last_modified} if since else {}
    return {name: value for name, value in told.items() if value}


def _check(status: int, host: str) -> None:
    if status != _OK:
        kind = DataError if status < 500 else PartUnavailable  # noqa: PLR2004
        raise kind(f"{host} answers with status {status}")
