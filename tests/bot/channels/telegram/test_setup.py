"""What Telegram is told at the start, and with which settings the channel is there at all."""

import pytest
from pydantic import SecretStr

from bot.channels.telegram import make
from bot.channels.telegram.channel import Telegram
from bot.speech import Speech
from errors import SettingsError
from tests.bot.channels.telegram.conftest import SECRET, started
from tests.bot.channels.telegram.platform import TOKEN, trouble
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
