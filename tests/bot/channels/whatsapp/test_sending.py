"""What the channel makes of what the platform answers, and of a set-up that is wrong."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.channel import Outgoing
from bot.channels.whatsapp import make
from bot.speech import Speech
from errors import Gone, Refused, SettingsError, TryLater
from store.base import now
from tests.bot.channels.whatsapp.payloads import NUMBER


@pytest.fixture
async def channel(whatsapp_settings):
    channel = make(whatsapp_settings, Speech(whatsapp_settings))
    yield channel
    await channel.close()


def said(text="Bonjour", *, ago=timedelta(), **more):
    outgoing = {"language": "fr", "heard_at": None if ago is None else now() - ago, **more}
    return Outgoing(NUMBER, {"text": text}, **outgoing)


def test_without_its_settings_the_channel_is_off(settings):
    assert make(settings, Speech(settings)) is None


@pytest.mark.parametrize(
    "name", ["whatsapp_token", "whatsapp_number_id", "whatsapp_app_secret", "whatsapp_verify_token"]
)
def test_half_a_set_up_is_named(whatsapp_settings, name):
    nothing = "" if name == "whatsapp_number_id" else SecretStr("")
    half = whatsapp_settings.model_copy(update={name: nothing})
    with pytest.raises(SettingsError, match=f"^{name.upper()}: "):
        make(half, Speech(half))


@pytest.mark.parametrize(
    ("plan", "after"),
    [
        *(({"code": code}, None) for code in (1, 2, 4, 80007, 130429, 131048, 131056)),
        *(({"code": code}, None) for code in (131000, 131016, 131057, 368, 190)),
        ({"code": 0, "status": 401}, None),
        ({"code": 77, "status": 500}, None),
        ({"code": 77, "status": 429, "headers": {"Retry-After": "7"}}, 7.0),
        ({"code": 4, "headers": {"Retry-After": "soon"}}, None),
        ({"code": 77, "is_transient": True}, None),
        ({"code": "a", "status": 503}, None),
        ({"code": 4, "status": 200}, None),
    ],
    ids=str,
)
async def test_what_passes_is_for_later(channel, graph, plan, after):
    graph.fail(**plan)
    with pytest.raises(TryLater) as caught:
        await channel.send(said())
    assert caught.value.after == after
    assert str(caught.value)


@pytest.mark.parametrize(
    "code", [100, 131008, 131009, 131026, 131031, 131042, 131049, 131051, 130497, 132001, 33, 10]
)
async def test_what_does_not_pass_is_refused_with_the_reason(channel, graph, code):
    graph.fail(code, error_data={"details": "Why\0 not"})
    with pytest.raises(Refused, match=rf"^{code} \(#{code}\) Not now Why not$"):
        await channel.send(said())


async def test_a_reason_is_bounded_and_tells_nothing_that_was_said(channel, graph):
    graph.fail(100, error_data={"details": "x" * 5000})
    with pytest.raises(Refused) as caught:
        await channel.send(said("un secret"))
    assert len(str(caught.value)) == 300
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"messages": [7]}', b'{"error": 7}'])
async def test_an_error_in_no_known_shape_tells_its_status(channel, graph, content):
    graph.plan.append((400, content, {}))
    with pytest.raises(Refused, match=r"^HTTP 400$"):
        await channel.send(said())


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b"{}", b'{"messages": [7]}'])
async def test_an_answer_without_an_id_counts_as_taken(channel, graph, content):
    graph.plan.append((200, content, {}))
    assert await channel.send(said()) == []


async def test_an_answer_that_leads_elsewhere_is_for_later(channel, graph):
    graph.plan.append((302, b"", {"Location": "https://emploi.example/"}))
    with pytest.raises(TryLater):
        await channel.send(said())


async def test_a_platform_that_is_not_there_is_for_later(whatsapp_settings):
    away = whatsapp_settings.model_copy(update={"whatsapp_base_url": "http://127.0.0.1:9/v23.0"})
    channel = make(away, Speech(away))
    with pytest.raises(TryLater, match="ConnectError"):
        await channel.send(said())
    await channel.close()


async def test_who_opted_out_is_gone(channel, graph):
    graph.fail(131050)
    with pytest.raises(Gone):
        await channel.send(said())


async def test_nothing_to_show_is_refused(channel, graph):
    for ago in (timedelta(), timedelta(days=2)):
        with pytest.raises(Refused):
            await channel.send(said("  ", ago=ago, purpose="alert"))
    assert graph.sent == []


@pytest.mark.parametrize("ago", [None, timedelta(hours=24), timedelta(days=9)])
@pytest.mark.parametrize("purpose", ["answer", "notice"])
async def test_outside_the_window_nothing_free_leaves(channel, graph, ago, purpose):
    with pytest.raises(Refused, match=f"no template for {purpose} in fr"):
        await channel.send(said(ago=ago, purpose=purpose))
    assert graph.sent == []


@pytest.mark.parametrize("ago", [None, timedelta(hours=24), timedelta(days=9)])
@pytest.mark.parametrize(
    ("language", "code"), [("en", "en"), ("fr", "fr"), ("ar", "ar"), ("", "fr")]
)
async def test_outside_the_window_a_template_of_the_language_leaves(
    channel, graph, ago, language, code
):
    await channel.send(said(ago=ago, purpose="counsellor", language=language))
    (body,) = graph.bodies
    assert body["type"] == "template"
    assert body["template"]["language"]["code"] == code


async def test_a_second_try_goes_on_where_the_first_stopped_and_a_first_begins(channel, graph):
    long = " ".join(f"Phrase {n}." for n in range(900))
    graph.plan.append((200, {"messages": [{"id": "wamid.a"}]}, {}))
    graph.fail(131056)
    with pytest.raises(TryLater):
        await channel.send(said(long))
    ids = await channel.send(said(long, attempt=2))
    assert (len(ids), ids[0], len(graph.bodies)) == (3, "wamid.a", 4)
    for attempt in (1, 2):  # what has gone out whole is not remembered
        graph.forget()
        assert len(await channel.send(said(long, attempt=attempt))) == len(graph.bodies) == 3
