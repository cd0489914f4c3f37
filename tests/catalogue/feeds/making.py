"""Feeds and files for the tests of feeds."""

from datetime import UTC, date, datetime
from pathlib import Path

from catalogue.feeds.feed import Feed
from catalogue.feeds.mapping import Mapper
from catalogue.feeds.readers import READERS
from catalogue.feeds.run import Job, run_feed
from catalogue.feeds.source import MEGABYTE, Source

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GIVEN = {"publisher": "Test", "licence": "test", "language": "fr", "kind": "offer", "country": "TN"}


def feed(file_format="jsonl", **more):
    mapping = {"mapping": {"id": "id", "title": "title", "summary": "text", "place": "town"}}
    told = {"name": "test", "format": file_format} | GIVEN | mapping | more
    return Feed.model_validate(told)


def source(path: Path, definition: Feed, content=None, most_bytes=64 * MEGABYTE) -> Source:
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Source(path, definition, TODAY, most_bytes)


def rows(path, definition, content=None, **more):
    """[(line, row)], and the source that was read."""
    read = source(path, definition, content, **more)
    return list(READERS[definition.format](read)), read


def mapped(row, **more):
    return Mapper(feed(**more), TODAY).map(row)


def run(database, definition, path, **more):
    given = {"country": "TN", "source": definition.name, "path": path}
    return run_feed(database, Job(definition, NOW, **given | more))
