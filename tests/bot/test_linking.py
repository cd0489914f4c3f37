"""Moving to another channel, as it is said: agreed to on both sides, once, told to both."""

import json
import re

import pytest

from bot.app import create_app
from bot.channels import rest
from bot.speech import Speech
from people.links import ALPHABET
from people.models import Contact
from tests.bot.conftest import settings_for, texts, until
from tests.bot.fake_dialogue import running
from tests.bot.probe import Platform, posting, probe


@pytest.fixture
def platform():
    platform = Platform()
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture
def settings(tmp_path, dialogue, database):
    url = database.engine.url.render_as_string(hide_password=False)
    return settings_for(tmp_path, dialogue, url)


@pytest.fixture
async def talk(settings, platform):
    """Says something on the web site's own channel and gives what is said back."""
    with running(create_app(settings, [rest.make, probe(platform)])) as url:
        async with posting(url) as send:

            async def say(message, sender="badr"):
                body = {"sender": sender, "message": message}
                return (await send.client.post("/webhooks/rest/webhook", json=body)).json()

            say.on_phone = send
            yield say


@pytest.fixture
def speech(settings):
    return Speech(settings)


async def code_from(talk, platform):
    """A code that a person on the phone has asked for and agreed to have."""
    await talk.on_phone(id="1", text="salut")
    await talk.on_phone(id="2", text="link")
    await until(lambda: len(platform.sent) == 2)
    agreed = {"id": "3", "from": "amal", "text": "x", "payload": "/link_code"}
    await talk.on_phone.client.post("/webhooks/probe", json=agreed)
    await until(lambda: len(platform.sent) == 3)
    return re.search(f"[{ALPHABET}]{{8}}", platform.texts()[2])[0]


def said(speech, key, **words):
    return speech.body(key, "fr", **words)["text"]


async def test_the_conversation_moves_after_both_sides_have_agreed(
    talk, platform, speech, dialogue, database
):
    code = await code_from(talk, platform)
    assert platform.texts()[1] == said(speech, "link_ask")
    asked = await talk(f"link {code.lower()}")
    assert texts(asked) == [said(speech, "link_agree")]
    move, leave = asked[-1]["buttons"]
    assert json.loads(move["payload"].removeprefix("/link_move")) == {"code": code}
    assert texts(await talk(leave["payload"])) == [said(speech, "link_no")]
    assert texts(await talk(move["payload"])) == [said(speech, "link_done")]
    await until(lambda: said(speech, "link_left") in platform.texts())
    sender = dialogue.asked[0]["sender"]
    assert texts(await talk("merci")) == ["echo merci"]
    assert dialogue.asked[-1]["sender"] == sender
    with database.read() as session:
        person = session.query(Contact).one()
        assert (person.id, person.channel, person.address) == (sender, "rest", "badr")
    await talk.on_phone(id="9", text="salut encore")
    await until(lambda: "echo salut encore" in platform.texts())
    assert dialogue.asked[-1]["sender"] != sender


async def test_a_code_that_was_used_moves_nothing_more(talk, platform, speech, database):
    code = await code_from(talk, platform)
    move = f'/link_move{{"code": "{code}"}}'
    assert texts(await talk(move)) == [said(speech, "link_done")]
    assert texts(await talk(move, "chadi")) == [said(speech, "link_wrong")]
    with database.read() as session:
        assert session.query(Contact).count() == 2


async def test_a_code_is_for_another_channel(talk, platform, speech):
    code = await code_from(talk, platform)
    await talk.on_phone(id="4", text=f"link {code}")
    await until(lambda: len(platform.sent) == 4)
    assert platform.texts()[3] == said(speech, "link_here")


async def test_codes_are_not_guessed_by_trying(talk, platform, speech):
    code = await code_from(talk, platform)
    for _ in range(5):
        assert texts(await talk("link AAAAAAAA")) == [said(speech, "link_wrong")]
    assert texts(await talk(f"link {code}")) == [said(speech, "link_too_often")]


@pytest.mark.parametrize(
    "message",
    ["linkedin", "link me up", "un lien", "link AAAA", "LINK 0OIL0OIL", '/inform{"code":"x"}'],
)
async def test_other_words_are_the_dialogues(talk, dialogue, message):
    assert texts(await talk(message)) == [f"echo {message}"]
    assert len(dialogue.asked) == 1


@pytest.mark.parametrize(
    ("message", "language"),
    [("link", "fr"), ("LIER", "fr"), ("ربط", "ar"), ("/link_channel", "fr")],
)
async def test_it_is_asked_for_in_three_languages(talk, speech, message, language):
    assert texts(await talk(message)) == [speech.body("link_ask", language)["text"]]


@pytest.mark.parametrize("payload", ["{}", '{"code": 7}', '{"code": ["x"]}', '{"code": null}'])
async def test_a_code_of_another_shape_is_wrong(talk, speech, payload):
    assert texts(await talk(f"/link_move{payload}")) == [said(speech, "link_wrong")]
