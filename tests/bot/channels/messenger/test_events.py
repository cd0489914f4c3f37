"""Recorded events of Messenger and Instagram, and what each becomes."""

import copy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.messenger import events, parse, receipts_in
from bot.incoming import Incoming, Media, Receipt, Spot
from tests.bot.channels.messenger import payloads
from tests.bot.channels.messenger.payloads import AT, PERSON, event, update

PLACE = {"coordinates": {"lat": 33.57, "long": -7.59}}
TABLE = {
    "text": (payloads.text("Offres à Fès"), "Offres à Fès", None, None),
    "arabic": (payloads.text("أبحث عن عمل"), "أبحث عن عمل", None, None),
    "nul and half an emoji": (payloads.text("a\0b \ud83d"), "ab", None, None),
    "command": (payloads.text("/help"), "help", "/ask_help", None),
    "quick reply": (
        payloads.message(text="Voir plus", quick_reply={"payload": "/show_more"}),
        "Voir plus",
        "/show_more",
        None,
    ),
    "quick reply that is none": (
        payloads.message(text="Voir", quick_reply={"payload": "x"}),
        "Voir",
        None,
        None,
    ),
    "get started": (payloads.postback("GET_STARTED"), "Commencer", "/greet", None),
    "menu": (payloads.postback("/ask_help", "Aide"), "Aide", "/ask_help", None),
    "link, first time": (
        payloads.postback("GET_STARTED", referral={"ref": "offer_7"}),
        "Commencer",
        '/show_details{"item":"7"}',
        None,
    ),
    "link, later": (
        event(referral={"ref": "event_8", "source": "SHORTLINK"}),
        None,
        '/show_details{"item":"8"}',
        None,
    ),
    "edited": (
        event(message_edit={"mid": "m_1", "text": "Offres à Sfax", "num_edit": 2}),
        "Offres à Sfax",
        None,
        None,
    ),
    "voice": (payloads.attachment("audio", url="https://cdn.example/a"), None, None, Media.VOICE),
    "image": (payloads.attachment("image", url="https://cdn.example/a"), None, None, Media.PHOTO),
    "video": (payloads.attachment("video"), None, None, Media.VIDEO),
    "file": (payloads.attachment("file"), None, None, Media.DOCUMENT),
    "thumb": (payloads.attachment("image", sticker_id=369239263222822), None, None, Media.STICKER),
    "location": (payloads.attachment("location", **PLACE), None, None, Media.LOCATION),
    "story": (payloads.attachment("story_mention"), None, None, Media.OTHER),
    "nothing in it": (payloads.message(), None, None, Media.OTHER),
}


def read(sent, of="page"):
    ((what, prefix),) = events(update(sent, of=of))
    return parse(what, prefix)


@pytest.mark.parametrize("name", TABLE)
def test_an_event_becomes_what_the_turn_knows(name):
    sent, text, payload, media = TABLE[name]
    incoming = read(sent)
    assert (incoming.text, incoming.payload, incoming.media) == (text, payload, media)
    assert (incoming.channel, incoming.address) == ("messenger", PERSON)
    assert incoming.sent_at == datetime.fromtimestamp(AT / 1000, UTC)


def test_an_edited_message_has_an_id_of_its_own():
    ids = [
        read(event(message_edit={"mid": "m_1", "text": "a", "num_edit": n})).message_id
        for n in (1, 2)
    ]
    assert {*ids, read(payloads.text("a")).message_id} == {"m_1", "m_1:1", "m_1:2"}


def test_a_location_is_a_spot():
    assert read(payloads.attachment("location", **PLACE)).spot == Spot(33.57, -7.59)


def test_people_of_both_platforms_are_kept_apart():
    assert read(payloads.text("a"), of="instagram").address == f"instagram:{PERSON}"


IGNORED = {
    "echo": (payloads.message(text="a", is_echo=True), "is_echo"),
    "unsent": (payloads.message(is_deleted=True), "is_deleted"),
    "reaction": (event(reaction={"mid": "m_1", "reaction": "love"}), "reaction"),
    "read up to": (event(read={"watermark": AT}), "read"),
    "opt in": (event(optin={"type": "notification_messages"}), "optin"),
    "policy": (event(policy_enforcement={"action": "block"}), "policy_enforcement"),
    "of tomorrow": (event(hologram={}), "unknown"),
    "no mid": (event(message={"text": "a"}), "malformed"),
    "wrong mid": (event(message={"text": "a", "mid": 7}), "malformed"),
    "no sender": ({"message": {"mid": "m_1", "text": "a"}}, "malformed"),
    "edited, no mid": (event(message_edit={"text": "a"}), "malformed"),
    "message of nothing": (event(message=None), "malformed"),
}


@pytest.mark.parametrize("name", IGNORED)
def test_what_is_no_message_says_why(name):
    sent, why = IGNORED[name]
    assert read(sent) == why


@pytest.mark.parametrize("of", ["whatsapp_business_account", "", 7, None, ["page"]])
def test_another_platforms_events_are_none_of_ours(of):
    assert list(events(update(payloads.text("a"), of=of))) == []


@pytest.mark.parametrize(
    ("sent", "receipts"),
    [
        (event(delivery={"mids": ["m_8", "m_9"], "watermark": AT}), ["m_8", "m_9"]),
        (event(delivery={"watermark": AT}), []),
        (event(delivery={"mids": [7, "", "a b"]}), []),
        (event(delivery={"mids": "m_8"}), []),
    ],
)
def test_a_delivery_is_a_receipt_each(sent, receipts):
    assert receipts_in(sent) == [Receipt(mid, "delivered") for mid in receipts]


def test_instagram_names_what_was_read():
    assert receipts_in(event(read={"mid": "m_9"})) == [Receipt("m_9", "read")]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
RECORDED = [sent for sent, *_ in [*TABLE.values(), *IGNORED.values()]]


def places(value, path=()):
    yield path
    children = {dict: dict.items, list: enumerate}.get(type(value), lambda _: ())(value)
    for key, inner in children:
        yield from places(inner, (*path, key))


@given(st.data())
def test_anything_anywhere_in_a_webhook_is_no_error(data):
    sent = update(copy.deepcopy(data.draw(st.sampled_from(RECORDED))))
    *path, last = data.draw(st.sampled_from([path for path in places(sent) if path]))
    inner = sent
    for key in path:
        inner = inner[key]
    inner[last] = data.draw(ANYTHING)
    for what, prefix in events(sent):
        incoming = parse(what, prefix)
        for receipt in receipts_in(what):
            receipt.platform_id.encode()
        if isinstance(incoming, Incoming):
            assert 0 < len(incoming.address) <= 255
            assert 0 < len(incoming.message_id) <= 255
            for kept in (incoming.address, incoming.message_id, incoming.text or ""):
                assert "\0" not in kept
                kept.encode()
