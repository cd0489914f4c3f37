"""Messenger and Instagram over the whole road, and what is sent there."""

from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot import courier
from bot.channel import Outgoing
from bot.channels.messenger import INSTAGRAM_TEXT, TEXT, bodies, make
from bot.models import ReplyRow
from bot.speech import Speech
from errors import Gone, Refused, SettingsError, TryLater
from people.models import Contact
from store.base import now
from store.engine import Database
from tests.bot.channels.messenger import payloads
from tests.bot.channels.messenger.payloads import PERSON, event, update
from tests.bot.conftest import edge, until
from tests.bot.fake_dialogue import CARDS
from tests.bot.meta.signing import deliver

ECHO = payloads.message(text="a", is_echo=True)


def made(body, limit=TEXT):
    return bodies(body, mark="Démonstration", limit=limit, public_url="https://chat.emploi.example")


def test_buttons_are_quick_replies_under_the_last_text():
    buttons = [{"title": f"Une très longue légende {n}", "payload": f"/b_{n}"} for n in range(20)]
    text = "Une phrase. " * 300
    *before, last = made({"text": text, "buttons": buttons})
    assert all(len(body["text"]) <= TEXT for body in (*before, last))
    assert not any("quick_replies" in body for body in before)
    assert len(last["quick_replies"]) == 13
    assert all(len(quick["title"]) <= 20 for quick in last["quick_replies"])
    assert len(made({"text": text}, INSTAGRAM_TEXT)) > len(made({"text": text}))


def test_cards_are_told_and_a_picture_goes_first():
    said = {"image": "/charts/a.png", "custom": {"cards": CARDS, "heading": "2 offres :"}}
    image, text = made(said)
    assert image["attachment"]["payload"]["url"] == "https://chat.emploi.example/charts/a.png"
    assert "https://emploi.example/offers/7" in text["text"]
    assert [quick["payload"] for quick in text["quick_replies"]] == [
        '/show_details{"listing":"7"}',
        '/show_details{"listing":"8"}',
    ]


# The road


@pytest.fixture
def page_settings(settings, graph):
    return settings.model_copy(
        update={
            "messenger_token": SecretStr("EAAP"),
            "messenger_app_secret": SecretStr("signs"),
            "messenger_verify_token": SecretStr("shake"),
            "messenger_base_url": graph.url,
        }
    )


@pytest.fixture
async def page(page_settings):
    async with edge(page_settings) as client:
        yield client


@pytest.fixture
async def channel(page_settings):
    channel = make(page_settings, Speech(page_settings))
    yield channel
    await channel.close()


def all_of(settings, column):
    database = Database(settings.database)
    with database.read() as session:
        found = list(session.scalars(select(column)))
    database.close()
    return found


def said(text="Bonjour", *, ago=timedelta(), address=PERSON, **more):
    heard_at = None if ago is None else now() - ago
    return Outgoing(address, {"text": text}, "fr", heard_at=heard_at, **more)


async def test_a_message_is_seen_typed_to_and_answered(page, page_settings, graph, monkeypatch):
    monkeypatch.setattr(courier, "backoff", lambda attempts: 0.0)
    graph.fail(613)
    sent = update(payloads.text("bonjour"), payloads.text("bonjour"), ECHO)
    for _ in range(3):
        assert (await deliver(page, "messenger", sent)).status_code == 200
    await until(lambda: all_of(page_settings, ReplyRow.status) == ["sent"] * 2)
    assert {path for path, _ in graph.sent} == {"/v23.0/me/messages"}
    assert {body["recipient"]["id"] for _, body in graph.sent} == {PERSON}
    actions = [body["sender_action"] for _, body in graph.sent if "sender_action" in body]
    assert actions == ["mark_seen", "typing_on"]
    refused, greeting, echo = graph.bodies
    assert refused == greeting
    assert "machine" in greeting["message"]["text"]
    assert echo["message"]["text"] == "echo bonjour"
    assert {body["messaging_type"] for body in graph.bodies} == {"RESPONSE"}
    delivered = [
        f"m_{n}" for n, (_, body) in enumerate(graph.sent, 1) if "sender_action" not in body
    ][1:]
    await deliver(page, "messenger", update(event(delivery={"mids": delivered})))
    await until(lambda: all_of(page_settings, ReplyRow.status) == ["delivered"] * 2)


async def test_only_what_meta_signed_is_taken_in(page, page_settings):
    asked = {"hub.mode": "subscribe", "hub.verify_token": "shake", "hub.challenge": "1158"}
    assert (await page.get("/webhooks/messenger", params=asked)).text == "1158"
    asked["hub.verify_token"] = "shape"
    assert (await page.get("/webhooks/messenger", params=asked)).status_code == 403
    for header in ("", "sha256=", f"sha256={'0' * 64}"):
        response = await deliver(page, "messenger", update(payloads.text("a")), header)
        assert response.status_code == 401
    assert (await deliver(page, "messenger", b"[" * 50_000)).status_code == 400
    assert (await deliver(page, "messenger", {"object": 7})).status_code == 200
    assert all_of(page_settings, Contact.address) == []


async def test_who_stops_notifications_is_gone(page, page_settings):
    await deliver(page, "messenger", update(payloads.text("bonjour")))
    await until(lambda: all_of(page_settings, ReplyRow.status) == ["sent"] * 2)
    stop = {"type": "notification_messages", "notification_messages_status": "STOP_NOTIFICATIONS"}
    await deliver(page, "messenger", update(event(optin=stop)))
    assert all_of(page_settings, Contact.gone_at) != [None]


async def test_on_instagram_the_prefix_stays_with_us(channel, graph):
    await channel.send(said("é" * 1500, address=f"instagram:{PERSON}"))
    assert [body["recipient"] for body in graph.bodies] == [{"id": PERSON}] * 2


@pytest.mark.parametrize(
    ("purpose", "ago", "how"),
    [
        ("answer", timedelta(hours=23), {"messaging_type": "RESPONSE"}),
        ("counsellor", timedelta(days=6), {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}),
        ("counsellor", timedelta(days=7), None),
        ("counsellor", None, None),
        ("alert", timedelta(hours=24), None),
        ("answer", None, None),
    ],
)
async def test_outside_the_window_a_counsellor_alone_may_write(channel, graph, purpose, ago, how):
    if how is None:
        with pytest.raises(Refused, match="24 hours"):
            await channel.send(said(ago=ago, purpose=purpose))
        assert graph.sent == []
    else:
        await channel.send(said(ago=ago, purpose=purpose))
        assert {name: graph.bodies[0].get(name) for name in how} == how


@pytest.mark.parametrize(
    ("plan", "error"),
    [
        ({"code": 613}, TryLater),
        ({"code": 1200}, TryLater),
        ({"code": 190}, TryLater),
        ({"code": 551}, Gone),
        ({"code": 551, "error_subcode": 1545041}, Gone),
        ({"code": 100, "error_subcode": 2018001}, Gone),
        ({"code": 200, "error_subcode": 1545041}, Gone),
        ({"code": 100}, Refused),
        ({"code": 10, "error_subcode": 2018278}, Refused),
    ],
    ids=str,
)
async def test_what_the_platform_does_not_take(channel, graph, plan, error):
    graph.fail(**plan)
    with pytest.raises(error):
        await channel.send(said())


async def test_nothing_to_show_is_refused(channel, graph):
    with pytest.raises(Refused):
        await channel.send(said(" "))
    assert graph.sent == []


def test_without_its_settings_the_channel_is_off_and_half_a_set_up_is_named(
    settings, page_settings
):
    assert make(settings, Speech(settings)) is None
    half = page_settings.model_copy(update={"messenger_token": SecretStr("")})
    with pytest.raises(SettingsError, match=r"^MESSENGER_TOKEN: "):
        make(half, Speech(half))
