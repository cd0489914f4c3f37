"""What Telegram is told at the start, with which settings there is a channel; what sending does."""

import pytest
from pydantic import SecretStr
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from bot.channel import Outgoing
from bot.channels.telegram import make
from bot.channels.telegram.api import Api
from bot.channels.telegram.channel import Pace, Telegram
from bot.channels.telegram.sending import Sender, as_ours
from bot.channels.telegram.showing import Showing
from bot.speech import Speech
from errors import Gone, Refused, SettingsError, TryLater
from store.engine import Database
from tests.bot.channels.telegram.conftest import SECRET, Amal, started
from tests.bot.channels.telegram.platform import PASS, TOKEN, trouble
from tests.bot.conftest import until

UNAUTHORIZED = trouble(401, "Unauthorized")


@pytest.fixture
def words(settings):
    speech = Speech(settings)
    return lambda key, language="fr": speech.body(key, language)["text"]


async def test_telegram_is_told_where_to_come_and_what_may_be_said(platform, settings, words):
    with started(settings, platform, polls=False):
        await until(lambda: len(platform.of("setMyDescription")) == 4)
    hook = platform.of("setWebhook")[0]
    assert hook.url == "https://chat.emploi.example/webhooks/telegram"
    assert hook.secret_token == SECRET
    kinds = ["message", "edited_message", "callback_query", "my_chat_member"]
    assert hook.allowed_updates == kinds
    assert not hook.drop_pending_updates
    menus = {call.language_code: call.commands for call in platform.of("setMyCommands")}
    assert set(menus) == {None, "en", "fr", "ar"}
    names = ["start", "help", "language", "stop", "delete", "link"]
    assert all([one["command"] for one in menu] == names for menu in menus.values())
    assert menus["ar"][1]["description"] == words("command_help", "ar")
    assert menus[None] == menus["fr"]
    for menu in menus.values():
        assert all(1 <= len(one["description"]) <= 256 for one in menu)
    assert all(len(call.description) <= 512 for call in platform.of("setMyDescription"))


async def test_what_telegram_refuses_is_tried_until_it_is_right(platform, settings):
    platform.troubles["setWebhook"] = [UNAUTHORIZED, trouble(500, "?"), UNAUTHORIZED]
    with started(settings, platform, polls=False):
        await until(lambda: platform.of("setMyCommands"))
    assert len(platform.of("setWebhook")) == 4


async def test_without_a_menu_people_are_heard_all_the_same(platform, settings):
    platform.troubles["setMyCommands"] = [trouble(400, "Bad Request: no menu today")]
    with started(settings, platform, polls=True):
        await until(lambda: platform.of("getUpdates"))


async def test_while_an_answer_takes_its_time_typing_is_shown(platform, settings, dialogue):
    pace = Pace(part=0, typing=0, rest=0.03, setup=0.01)
    database = Database(settings.database)
    dialogue.stall()
    platform.troubles["sendChatAction"] = [trouble(500, "?")]
    with started(settings, platform, polls=False, pace=pace) as url:
        amal = Amal(url, database, platform.chat)
        for number in (1, 2):
            await amal.says("salut")
            await until(lambda number=number: len(platform.of("sendChatAction")) == number)
            dialogue.go_on()
            await amal.answered(number)
            dialogue.stall()
    assert platform.of("sendChatAction")[0].action == "typing"
    dialogue.go_on()
    database.close()


async def test_whoever_does_not_answer_is_a_network_that_is_down_and_the_token_is_not_told():
    api = Api(TOKEN, "http://127.0.0.1:9")
    with pytest.raises(NetworkError) as caught:
        await api.send_message(1, "?")
    assert TOKEN not in str(caught.value)
    assert isinstance(as_ours(caught.value), TryLater)
    await api.close_connections()


def with_token(settings, **more):
    given = {"telegram_token": SecretStr(TOKEN), "telegram_mode": "polling", **more}
    return settings.model_copy(update=given)


async def made(settings):
    channel = make(settings, Speech(settings))
    await channel.close()
    return channel


def test_without_a_token_there_is_no_channel(settings):
    assert make(settings, Speech(settings)) is None


async def test_a_token_is_enough(settings):
    channel = await made(with_token(settings))
    assert isinstance(channel, Telegram)
    assert channel.routes(None) is None
    assert (channel.bounds.a_second, channel.bounds.a_second_a_chat) == (30, 1)


async def test_the_secret_of_the_webhook_is_made_of_the_token_and_does_not_tell_it(settings):
    public = {"telegram_mode": "webhook", "public_url": "https://chat.emploi.example/"}
    hooks = [(await made(with_token(settings, **public))).webhook for _ in range(2)]
    assert hooks[0] == hooks[1]
    assert hooks[0].url == "https://chat.emploi.example/webhooks/telegram"
    assert TOKEN.partition(":")[2] not in hooks[0].secret
    assert len(hooks[0].secret) == 64


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"telegram_token": SecretStr("my token")}, "TELEGRAM_TOKEN"),
        ({"telegram_token": SecretStr("12345:short")}, "TELEGRAM_TOKEN"),
        ({"telegram_mode": "webhook", "public_url": ""}, "PUBLIC_URL"),
        ({"telegram_mode": "webhook", "public_url": "http://chat.emploi.example"}, "PUBLIC_URL"),
        ({"telegram_secret": SecretStr("what ever!")}, "TELEGRAM_SECRET"),
        ({"telegram_secret": SecretStr("x" * 257)}, "TELEGRAM_SECRET"),
    ],
)
def test_a_wrong_setting_is_named_and_not_shown(settings, wrong, named):
    with pytest.raises(SettingsError) as caught:
        make(with_token(settings, **wrong), Speech(settings))
    assert str(caught.value).startswith(named)
    values = [v.get_secret_value() for v in wrong.values() if isinstance(v, SecretStr)]
    assert not any(value in str(caught.value) for value in values)


def two_parts(outgoing_text="Une phrase. " * 500):
    return Outgoing("77", {"text": outgoing_text}, "fr", purpose="alert")


async def test_what_was_given_up_is_begun_anew_when_it_is_said_again(platform, settings):
    api = Api(TOKEN, platform.url)
    sender = Sender(api, Showing(Speech(settings), ""), pause=0)
    platform.troubles["sendMessage"] = [PASS, trouble(400, "Bad Request: too weird")]
    with pytest.raises(Refused):
        await sender.send(two_parts())
    platform.calls.clear()
    await sender.send(two_parts())
    assert len(platform.texts(77)) == 2
    platform.troubles["sendMessage"] = [PASS, trouble(500, "?")]
    with pytest.raises(TryLater):
        await sender.send(two_parts())
    platform.calls.clear()
    await sender.send(two_parts())
    assert len(platform.texts(77)) == 1
    await api.close_connections()


async def test_a_message_of_nothing_is_refused(platform, settings):
    api = Api(TOKEN, platform.url)
    sender = Sender(api, Showing(Speech(settings), ""), pause=0)
    with pytest.raises(Refused):
        await sender.send(two_parts(" "))
    assert platform.calls == []
    await api.close_connections()


@pytest.mark.parametrize(
    ("error", "ours", "after"),
    [
        (RetryAfter(7), TryLater, 7.0),
        (TimedOut(), TryLater, None),
        (InvalidToken(), TryLater, None),
        (Conflict("?"), TryLater, None),
        (BadRequest("Chat not found"), Gone, None),
        (BadRequest("Message is too long"), Refused, None),
        (ChatMigrated(5), Refused, None),
        (Forbidden("bot was blocked by the user"), Gone, None),
    ],
)
def test_each_error_of_telegrams_is_one_of_ours(error, ours, after):
    told = as_ours(error)
    assert type(told) is ours
    assert getattr(told, "after", None) == after
