"""One reader a format: a file to rows, each with its line or position. Nothing else."""

from collections.abc import Callable

from catalogue.feeds.readers.calendars import read as read_calendar
from catalogue.feeds.readers.json_files import read as read_json
from catalogue.feeds.readers.json_files import read_lines
from catalogue.feeds.readers.json_ld import read as read_json_ld
from catalogue.feeds.readers.syndication import read as read_syndication
from catalogue.feeds.readers.tables import read as read_table
from catalogue.feeds.readers.workbooks import read as read_workbook
from catalogue.feeds.readers.xml_files import read as read_xml
from catalogue.feeds.readers.yaml_files import read as read_yaml
from catalogue.feeds.records import Rows
from catalogue.feeds.source import Source

Reader = Callable[[Source], Rows]

READERS: dict[str, Reader] = {
    "csv": read_table,
    "xlsx": read_workbook,
    "json": read_json,
    "jsonl": read_lines,
    "france_travail": read_lines,
    "yaml": read_yaml,
    "xml": read_xml,
    "rss": read_syndication,
    "ical": read_calendar,
    "jsonld": read_json_ld,
}
