"""YAML lists, small ones: how people write listings by hand."""

import yaml

from catalogue.feeds.records import Rows
from catalogue.feeds.source import MEGABYTE, Source
from errors import DataError

_MOST_BYTES = 50 * MEGABYTE


def read(source: Source) -> Rows:
    """Each item of the list with its line.

    Raises:
        DataError: no YAML, no list, or too big to be read at once.
    """
    source.most_bytes = min(source.most_bytes, _MOST_BYTES)
    try:
        yield from _items("".join(source.text()))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise DataError(str(error) or type(error).__name__) from None


def _items(text: str) -> Rows:
    loader = yaml.SafeLoader(text)
    try:
        whole = loader.get_single_node()
        if whole is None:
            return
        if not isinstance(whole, yaml.SequenceNode):
            raise yaml.YAMLError("not a list of listings")
        for node in whole.value:
            yield node.start_mark.line + 1, loader.construct_document(node)
    finally:
        loader.dispose()
