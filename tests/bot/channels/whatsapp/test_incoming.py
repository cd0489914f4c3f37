"""Recorded webhooks, and what each becomes."""

from datetime import UTC, datetime

import pytest

from bot.channels.whatsapp.incoming import parse
from bot.incoming import MAX_TEXT, Media, Receipt, Spot
from tests.bot.channels.whatsapp import payloads
from tests.bot.channels.whatsapp.payloads import AT, NUMBER, OURS, USER_ID, message, update

MORE = '/show_details{"item":"7"}'
MEDIA = {"id": "1003383421387256", "mime_type": "x/y", "sha256": "SfInY0gG"}
PLACE = {"latitude": 33.5731, "longitude": -7.5898, "name": "Casablanca"}


def only(sent):
    brought = parse(sent, OURS)
    assert not brought.ignored
    (written,) = brought.messages
    return written.incoming


# what came, its text, payload, media


TABLE = {
    "text": (payloads.text("Offres à Fès"), "Offres à Fès", None, None),
    "arabic": (payloads.text("أبحث عن عمل"), "أبحث عن عمل", None, None),
    "emoji": (payloads.text("👍🏽"), "👍🏽", None, None),
    "only nul": (payloads.text("\0\0"), "", None, None),
    "nul inside": (payloads.text("a\0b"), "ab", None, None),
    "half an emoji": (payloads.text("ok \ud83d"), "ok", None, None),
    "a slash": (payloads.text("/search_offers"), "search_offers", None, None),
    "a command": (payloads.text("/stop"), "stop", "/stop_alert", None),
    "a command, louder": (payloads.text(" /HELP "), "HELP", "/ask_help", None),
    "a link": (payloads.text("offer_123"), "offer_123", '/show_details{"item":"123"}', None),
    "no text in it": (message("text", text=7), "", None, None),
    "reply button": (
        payloads.button_reply("/show_more", "Voir plus"),
        "Voir plus",
        "/show_more",
        None,
    ),
    "list row": (payloads.list_reply(MORE, "Technicien"), "Technicien", MORE, None),
    "row without a payload": (payloads.list_reply("Tanger", "Tanger"), "Tanger", None, None),
    "forged payload": (payloads.list_reply("/x y", "Tanger"), "Tanger", None, None),
    "template's button": (
        message("button", button={"payload": "STOP", "text": "STOP"}),
        "STOP",
        None,
        None,
    ),
    "template's button with a payload": (
        message("button", button={"payload": "/stop_alert", "text": "Arrêter"}),
        "Arrêter",
        "/stop_alert",
        None,
    ),
    "voice": (message("audio", audio={**MEDIA, "voice": True}), None, None, Media.VOICE),
    "image": (message("image", image=MEDIA), None, None, Media.PHOTO),
    "caption": (
        message("image", image={**MEDIA, "caption": "mon CV"}),
        "mon CV",
        None,
        Media.PHOTO,
    ),
    "video": (message("video", video=MEDIA), None, None, Media.VIDEO),
    "document": (message("document", document=MEDIA), None, None, Media.DOCUMENT),
    "sticker": (message("sticker", sticker=MEDIA), None, None, Media.STICKER),
    "contact": (message("contacts", contacts=[{"name": {}}]), None, None, Media.CONTACT),
    "location": (message("location", location=PLACE), None, None, Media.LOCATION),
    "order": (message("order", order={"catalog_id": "1"}), None, None, Media.OTHER),
    "unsupported": (message("unsupported", errors=[{"code": 131051}]), None, None, Media.OTHER),
    "first look": (message("request_welcome"), None, "/greet", None),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_message_becomes_what_the_turn_knows(name):
    sent, text, payload, media = TABLE[name]
    incoming = only(sent)
    assert (incoming.text, incoming.payload, incoming.media) == (text, payload, media)
    assert (incoming.channel, incoming.address, incoming.message_id) == (
        "whatsapp",
        NUMBER,
        "wamid.1",
    )
    assert incoming.sent_at == datetime.fromtimestamp(AT, UTC)
    assert incoming.network is None


def test_a_long_text_is_bounded():
    assert len(only(payloads.text("é" * 100_000)).text) == MAX_TEXT + 1


@pytest.mark.parametrize(
    ("place", "spot"),
    [
        (PLACE, Spot(33.5731, -7.5898)),
        ({"latitude": 91, "longitude": 0}, None),
        ({"latitude": "33", "longitude": "7"}, None),
        ({"latitude": float("nan"), "longitude": 0}, None),
        ({"latitude": 10**400, "longitude": 0}, None),
        ({}, None),
        ([], None),
    ],
)
def test_a_location_is_a_point_on_earth_or_none(place, spot):
    assert only(message("location", location=place)).spot == spot


@pytest.mark.parametrize("seconds", ["", "soon", None, [], "9" * 400, "nan", -(10**30), {}])
def test_a_time_that_is_none_is_left_out(seconds):
    assert only(message("text", timestamp=seconds, text={"body": "a"})).sent_at is None


# Who wrote


@pytest.mark.parametrize(
    ("sent", "address", "user_id"),
    [
        (payloads.text("a"), NUMBER, USER_ID),
        (payloads.plain_number("a"), NUMBER, None),
        (payloads.numberless("a"), USER_ID, None),
        (payloads.user_id_as_sender("a"), USER_ID, None),
    ],
)
def test_a_person_is_known_by_their_number_or_else_by_their_user_id(sent, address, user_id):
    (written,) = parse(sent, OURS).messages
    assert (written.incoming.address, written.user_id) == (address, user_id)


def test_people_of_one_request_are_kept_apart():
    sent = payloads.text("a")
    value = sent["entry"][0]["changes"][0]["value"]
    other = {"wa_id": "212600000002", "user_id": "MA.2"}
    value["contacts"].insert(0, other)
    second = {**value["messages"][0], "from": other["wa_id"], "id": "wamid.2"}
    del second["from_user_id"]
    value["messages"].append(second)
    first, second = parse(sent, OURS).messages
    assert (first.incoming.address, first.user_id) == (NUMBER, USER_ID)
    assert (second.incoming.address, second.user_id) == ("212600000002", "MA.2")


# What is nobody's message


IGNORED = {
    "reaction": (
        message("reaction", reaction={"emoji": "👍", "message_id": "wamid.0"}),
        "reaction",
    ),
    "system": (message("system", system={"type": "user_changed_number"}), "system"),
    "group": (message("text", group_id="120363", text={"body": "a"}), "group"),
    "kind of tomorrow": (message("hologram", hologram={}), "unknown"),
    "kind that is no word": (message(["text"]), "unknown"),
    "reply to a form": (message("interactive", interactive={"type": "nfm_reply"}), "unknown"),
    "interactive of nothing": (message("interactive", interactive=3), "unknown"),
    "no id": (message("text", None, text={"body": "a"}), "malformed"),
    "id of a megabyte": (message("text", "w" * 1_000_000, text={"body": "a"}), "malformed"),
    "id with half an emoji": (message("text", "w\ud83d", text={"body": "a"}), "malformed"),
    "no sender": (update({"messages": [{"id": "wamid.1", "type": "text"}]}), "malformed"),
    "errors": (update({"errors": [{"code": 130429, "title": "Rate limit hit"}]}), "error"),
    "other field": (update({}, "account_update"), "field"),
    "field that is no word": (update({}, "messages") | {"object": "page"}, "object"),
    "status of tomorrow": (payloads.status("admired"), "status"),
    "status without an id": (payloads.status("read", 5), "malformed"),
    "status that is no word": (payloads.status(["read"]), "malformed"),
}


@pytest.mark.parametrize("name", IGNORED)
def test_what_is_no_message_is_counted(name):
    sent, why = IGNORED[name]
    brought = parse(sent, OURS)
    assert (brought.messages, brought.receipts, brought.gone) == ([], [], [])
    assert dict(brought.ignored) == {why: 1}


def test_another_number_of_the_same_account_is_not_ours():
    brought = parse(payloads.text("a"), "999")
    assert (brought.messages, brought.ignored["other_number"]) == ([], 1)


def test_what_cannot_be_read_takes_nothing_with_it():
    broken = [sent for sent, _ in IGNORED.values() if sent["object"] != "page"]
    brought = parse(
        payloads.together(payloads.text("a"), *broken, payloads.text("b", "wamid.2")), OURS
    )
    assert [written.incoming.text for written in brought.messages] == ["a", "b"]
    assert sum(brought.ignored.values()) == len(broken)


# What became of ours


@pytest.mark.parametrize(
    ("sent", "receipts"),
    [
        (payloads.status("sent"), []),
        (payloads.status("delivered"), [Receipt("wamid.9", "delivered")]),
        (payloads.status("read"), [Receipt("wamid.9", "read")]),
        (payloads.status("failed"), [Receipt("wamid.9", "failed", "failed")]),
        (
            payloads.failed(131026, "Message undeliverable"),
            [Receipt("wamid.9", "failed", "131026 Message undeliverable Told at length")],
        ),
    ],
)
def test_a_status_is_a_receipt(sent, receipts):
    brought = parse(sent, OURS)
    assert (brought.receipts, brought.gone, dict(brought.ignored)) == (receipts, [], {})


@pytest.mark.parametrize(
    ("sent", "gone"),
    [
        (payloads.failed(131050, "User has stopped"), [NUMBER]),
        (payloads.preference("stop"), [NUMBER, USER_ID]),
        (payloads.preference("resume"), []),
    ],
)
def test_who_wants_no_more_is_gone_under_every_name(sent, gone):
    assert parse(sent, OURS).gone == gone
