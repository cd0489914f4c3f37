"""Each recorded update becomes what is told beside it, and no other content of one fails."""

import contextlib
import copy
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.channel import update_in
from bot.channels.telegram.updates import Blocked, Ignored, Invited, Pressed, Said, read
from bot.incoming import Incoming, Media, SentFile, Spot, is_payload
from errors import BadInput

LANGUAGES = ("en", "fr", "ar")
RECORDED = yaml.safe_load(Path(__file__).with_name("recorded.yml").read_text("utf-8"))
SENT_AT = datetime.fromtimestamp(1795000000, UTC)


def incoming(said):
    spot = Spot(*said["spot"]) if "spot" in said else None
    media = Media(said["media"]) if "media" in said else None
    files = tuple(SentFile(*file) for file in said.get("files", ()))
    whole = {**said, "spot": spot, "media": media, "files": files}
    return Incoming(channel="telegram", address="77", sent_at=SENT_AT, **whole)


def expected(row):
    match row:
        case {"said": said}:
            return Said(incoming(said), row.get("edits"))
        case {"ignored": why}:
            return Ignored(why)
        case {"blocked": blocked}:
            return Blocked(at=SENT_AT, **blocked)
        case {"invited": invited}:
            return Invited(**invited)


@pytest.mark.parametrize("row", RECORDED, ids=lambda row: row["what"])
def test_a_recorded_update_becomes_what_it_is(row):
    heard = read(copy.deepcopy(row["update"]), LANGUAGES)
    if "pressed" in row:
        told = row["pressed"]
        assert {name: getattr(heard, name) for name in told} == told
        assert (heard.keyboard is None) == (told["title"] is None)
    else:
        assert heard == expected(row)


def test_lone_surrogates_and_controls_are_dropped():
    update = copy.deepcopy(RECORDED[0]["update"])
    update["message"]["text"] = json.loads(r'"\ud83d stage\u0000\u0007 F\u00e8s"')
    assert read(update, LANGUAGES).incoming.text == "stage Fès"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def paths(value, path=()):
    yield path
    if isinstance(value, dict | list):
        for name, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(one, (*path, name))


@st.composite
def spoilt(draw):
    """A recorded update with one part of it replaced, left out or joined by another's."""
    update = copy.deepcopy(draw(st.sampled_from(RECORDED))["update"])
    path = draw(st.sampled_from([p for p in paths(update) if p]))
    inside = update
    for name in path[:-1]:
        inside = inside[name]
    if isinstance(inside, dict) and draw(st.booleans()):
        del inside[path[-1]]
    else:
        inside[path[-1]] = draw(JSON)
    return update


def check(heard):
    match heard:
        case Said(said, _):
            assert 0 < len(said.address) < 30
            assert 0 < len(said.message_id) < 255
            assert said.text is None or isinstance(said.text, str)
            assert said.payload is None or is_payload(said.payload)
            assert said.language in {None, *LANGUAGES}
            assert said.sent_at.tzinfo is not None
        case Pressed():
            assert len(heard.query_id) <= 64
            assert isinstance(heard.data, str)
        case Blocked() | Invited():
            pass
        case Ignored(why):
            assert why.replace("_", "").isalpha()


@given(spoilt())
def test_no_spoilt_update_fails(update):
    check(read(update, LANGUAGES))


@given(st.dictionaries(st.sampled_from(["message", "callback_query", "my_chat_member", "x"]), JSON))
def test_no_made_up_update_fails(update):
    check(read({"update_id": 1, **update}, LANGUAGES))


@given(st.text())
def test_text_of_every_script_is_kept_bounded_and_never_a_payload(text):
    update = copy.deepcopy(RECORDED[0]["update"])
    update["message"]["text"] = f"x{text}"
    said = read(update, LANGUAGES).incoming
    assert said.payload is None
    assert len(said.text) <= 2001


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_body_is_an_update_or_refused(body):
    with contextlib.suppress(BadInput):
        assert isinstance(update_in(body)["update_id"], int)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"update_id": "1"}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b'{"update_id": 1, "a": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001,
    ],
    ids=[
        "empty",
        "broken",
        "list",
        "no number",
        "words",
        "bytes",
        "deep",
        "endless",
        "deep object",
    ],
)
def test_what_is_no_update_is_refused(body):
    with pytest.raises(BadInput):
        update_in(body)


def test_an_answer_to_an_answer_to_an_answer_is_not_followed_for_ever():
    update = copy.deepcopy(RECORDED[0]["update"])
    message = update["message"]
    for _ in range(400):
        message = {**RECORDED[0]["update"]["message"], "reply_to_message": message}
    assert isinstance(read({"update_id": 1, "message": message}, LANGUAGES), Said | Ignored)
