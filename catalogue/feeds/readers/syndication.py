"""RSS and Atom by feedparser: small files, each entry with its position."""

from typing import Any

import feedparser

from catalogue.feeds.records import Rows, Truncated
from catalogue.feeds.source import MEGABYTE, Source
from errors import DataError

_MOST_BYTES = 50 * MEGABYTE
_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_DECLARATION = "<!ENTITY"
# What feedparser derives from another field, and how it tells it again in its own words.
_DERIVED = ("_detail", "_parsed", "links", "guidislink", "content", "tags", "authors", "media_")


def read(source: Source) -> Rows:
    """Each entry: feedparser's names, `content` and `tags` as plain lists.

    Raises:
        DataError: it declares entities, is too big, or is no feed at all.
    """
    source.most_bytes = min(source.most_bytes, _MOST_BYTES)
    text = "".join(source.text())
    if _DECLARATION in text:
        raise DataError("it declares entities: refused")
    # It was decoded here, so that a wrong encoding is mended as everywhere else.
    parsed = feedparser.parse(text.encode(), response_headers=_HEADERS)
    if not parsed.get("version") and not parsed.entries:
        raise DataError(f"no RSS or Atom: {_said(parsed)}")
    for name, value in parsed.feed.items():
        if isinstance(value, str) and value and not _is_derived(name):
            source.envelope[f"/{name}"] = value
    whole = _is_whole(text)
    for position, entry in enumerate(parsed.entries if whole else parsed.entries[:-1], 1):
        yield position, _row(entry)
    if not whole:
        reason = f"the file breaks off here: {_said(parsed)}"
        yield max(1, len(parsed.entries)), Truncated(reason)


def _row(entry: Any) -> dict[str, Any]:  # noqa: ANN401 - feedparser has no types
    row = {name: value for name, value in entry.items() if not _is_derived(name)}
    if not str(row.get("link", "")).startswith("http"):
        row.pop("link", None)  # feedparser takes an id for an address
    row["content"] = [part.get("value", "") for part in entry.get("content", ())]
    row["tags"] = [tag.get("term", "") for tag in entry.get("tags", ())]
    row["enclosures"] = [one.get("href", "") for one in entry.get("enclosures", ())]
    return row


def _is_derived(name: str) -> bool:
    return any(word in name for word in _DERIVED)


def _is_whole(text: str) -> bool:
    end = text.rstrip()[-60:].lower()
    return any(end.endswith(tag) for tag in ("</rss>", "</feed>", "</rdf:rdf>", "-->"))


def _said(parsed: Any) -> str:  # noqa: ANN401
    return str(parsed.get("bozo_exception", "unknown form"))[:200]
