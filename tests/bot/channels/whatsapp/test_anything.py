"""Whatever stands in a webhook, nothing breaks and nobody else loses a message."""

import copy
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.whatsapp.incoming import parse
from bot.meta.webhook import read
from errors import BadInput
from tests.bot.channels.whatsapp import payloads
from tests.bot.channels.whatsapp.payloads import OURS
from tests.bot.channels.whatsapp.test_incoming import IGNORED, TABLE, only

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
RECORDED = [sent for sent, *_ in [*TABLE.values(), *IGNORED.values()]] + [
    payloads.failed(131050, "User has stopped"),
    payloads.preference("stop"),
]


def places(value, path=()):
    """Every path into a webhook."""
    yield path
    children = {dict: dict.items, list: enumerate}.get(type(value), lambda _: ())(value)
    for key, inner in children:
        yield from places(inner, (*path, key))


@given(st.data())
def test_anything_anywhere_in_a_webhook_is_no_error(data):
    sent = copy.deepcopy(data.draw(st.sampled_from(RECORDED)))
    *path, last = data.draw(st.sampled_from([path for path in places(sent) if path]))
    inner = sent
    for key in path:
        inner = inner[key]
    inner[last] = data.draw(ANYTHING)
    for written in parse(sent, OURS).messages:
        incoming = written.incoming
        assert 0 < len(incoming.address) <= 255
        assert 0 < len(incoming.message_id) <= 255
        for kept in (incoming.address, incoming.message_id, incoming.text or ""):
            assert "\0" not in kept
            kept.encode()


@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_any_body_is_an_object_or_bad_input(body):
    try:
        update = read(body)
    except BadInput:
        return
    assert parse(update, OURS).messages == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 1_000_000,
        b'{"a":' * 1_000_000,
        b'{"a": ' + b"9" * 1_000_000 + b"}",
        b'{"object": "' + b"a" * 100,
    ],
    ids=lambda body: f"{body[:6]!r}",
)
def test_a_body_that_is_no_object_is_bad_input(body):
    with pytest.raises(BadInput):
        read(body)


def test_deep_objects_are_read_or_refused():
    deep = payloads.text("a")
    deep["entry"][0]["changes"][0]["value"]["messages"][0]["text"] = json.loads(
        "[" * 900 + "]" * 900
    )
    assert sys.getrecursionlimit() >= 1000
    assert only(deep).text == ""
