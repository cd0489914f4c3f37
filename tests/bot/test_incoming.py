import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.rest import parse
from bot.incoming import MAX_TEXT, client_id, is_payload, link_payload, own_id, typed
from errors import BadInput

WILD = st.text(st.characters(exclude_categories=()))
LANGUAGES = {"fr", "en", "ar"}


@given(WILD | WILD.map(lambda text: "/" + text))
def test_typed_text_can_be_kept_and_is_never_a_command(text):
    kept = typed(text)
    kept.encode()
    assert len(kept) <= MAX_TEXT + 1
    assert not kept.startswith("/")
    assert not any(unicodedata.category(c) == "Cc" for c in kept if c not in "\n\t")
    assert typed(kept) == kept or len(kept) == MAX_TEXT + 1


@given(WILD)
def test_a_payload_is_nothing_but_an_intent(text):
    for message in (text, "/" + text, "/inform{" + text + "}"):
        if is_payload(message):
            intent, _, rest = message[1:].partition("{")
            assert set(intent) <= set("abcdefghijklmnopqrstuvwxyz_")
            assert not rest or isinstance(json.loads("{" + rest), dict)


def test_what_is_a_payload():
    assert is_payload("/show_more")
    assert is_payload('/inform{"place": "فاس"}')
    assert not is_payload("/show_more ")
    assert not is_payload("/show_more\n")
    assert not is_payload("/")
    assert not is_payload('/inform{"a":' * 1000)
    assert not is_payload("/inform{" + "[" * 1900 + "}")
    assert not is_payload('/inform{"a":"' + "b" * MAX_TEXT + '"}')


@given(st.binary() | WILD.map(lambda text: json.dumps({"sender": text, "message": text}).encode()))
def test_any_body_is_read_or_refused(body):
    try:
        incoming = parse(body, LANGUAGES)
    except BadInput:
        return
    assert incoming.address
    assert incoming.text is not None or incoming.payload


@given(st.text(min_size=1, max_size=255), st.text(min_size=1, max_size=200))
def test_an_id_comes_back_as_the_client_chose_it(address, chosen):
    kept = own_id(address, chosen)
    assert client_id(kept) == chosen
    assert len(kept) <= 255


@pytest.mark.parametrize(
    ("carried", "payload"),
    [
        ("offer_123", '/show_details{"item":"123"}'),
        ("event_7", '/show_details{"item":"7"}'),
        ("link_AB12CD34", '/link_channel{"code":"AB12CD34"}'),
        ("", "/greet"),
        ("offer_", "/greet"),
        ('offer_1"}', "/greet"),
        ("offer_١٢", "/greet"),
        ("link_a", "/greet"),
        ("restart_1", "/greet"),
    ],
)
def test_what_a_deep_link_stands_for(carried, payload):
    assert link_payload(carried) == payload
    assert is_payload(payload)


@given(st.text())
def test_any_deep_link_is_a_payload(carried):
    assert is_payload(link_payload(carried))
