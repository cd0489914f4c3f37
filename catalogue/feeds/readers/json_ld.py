"""schema.org in web pages, as JSON-LD or microdata, by extruct: each thing with its line."""

from collections.abc import Iterator
from typing import Any

import extruct
import lxml.html
from lxml.etree import LxmlError

from catalogue.feeds.records import Rows, Unreadable
from catalogue.feeds.source import MEGABYTE, Source
from errors import DataError

_MOST_BYTES = 20 * MEGABYTE
_SCRIPTS = "//script[contains(@type, 'ld+json')]"
_TOP_ITEMS = "//*[@itemscope and not(ancestor::*[@itemscope])]"
_LISTS = ("@graph", "itemListElement", "item", "hasCourseInstance")


def read(source: Source) -> Rows:
    """Each thing whose @type is one of the feed's `items` ("JobPosting Course Event").

    Lists and graphs are looked through. A script that is no JSON is unreadable, the others are
    not.

    Raises:
        DataError: too big for a page, or no page at all.
    """
    source.most_bytes = min(source.most_bytes, _MOST_BYTES)
    wanted = set(source.feed.items.split())
    try:
        # The declaration of an encoding that the text no longer has would be believed: bytes.
        parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True)
        page = lxml.html.document_fromstring("".join(source.text()).encode(), parser=parser)
    except (LxmlError, ValueError) as error:
        raise DataError(f"no page: {error}") from None
    for node in page.xpath(f"{_SCRIPTS} | {_TOP_ITEMS}"):
        for thing in _things(node):
            if isinstance(thing, Unreadable):
                yield node.sourceline or 1, thing
            else:
                yield from ((node.sourceline or 1, one) for one in _wanted(thing, wanted))


def _things(node: Any) -> Iterator[Any]:  # noqa: ANN401 - lxml has no types
    syntax = "json-ld" if node.tag == "script" else "microdata"
    # One node at a time: what is wrong with one does not take the others along.
    text = lxml.html.tostring(node, encoding="unicode", with_tail=False)
    try:
        found = extruct.extract(text, syntaxes=[syntax], uniform=True, errors="strict")
    except (ValueError, TypeError, AttributeError, LxmlError, RecursionError) as error:
        yield Unreadable(f"no {syntax}: {' '.join(str(error).split())[:200]}")
        return
    yield from found[syntax]


def _wanted(thing: Any, wanted: set[str], depth: int = 0) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    if isinstance(thing, list):
        for one in thing:
            yield from _wanted(one, wanted, depth)
    elif isinstance(thing, dict):
        if wanted & set(types(thing)):
            yield thing
        elif depth < 5:  # noqa: PLR2004 - a graph in a list in a page
            for name in _LISTS:
                yield from _wanted(thing.get(name), wanted, depth + 1)


def types(thing: dict[str, Any]) -> list[str]:
    """The names of a thing's types, without schema.org's address."""
    told = thing.get("@type", [])
    names = told if isinstance(told, list) else [told]
    return [str(name).rstrip("/").rpartition("/")[2].rpartition(":")[2] for name in names]
