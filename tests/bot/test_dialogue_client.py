import aiohttp
import pytest

from bot.dialogue_client import DialogueClient
from errors import PartBroken, PartTimeout, PartUnavailable

ASK = {
    "sender": "c1",
    "message": "salut",
    "message_id": "m1",
    "language": None,
    "language_chosen": False,
    "channel": "web",
}


async def ask(settings):
    async with DialogueClient(settings) as client:
        return await client.ask(**ASK)


async def test_the_answer_is_read(settings):
    answer = await ask(settings)
    assert (answer.language, answer.intent, answer.confidence) == ("fr", "greet", 0.9)
    assert answer.understood() == {
        "intent": "greet",
        "confidence": 0.9,
        "guesses": [{"intent": "inform", "confidence": 0.9}, {"intent": "deny", "confidence": 0.1}],
        "variety": "fr",
        "language": "fr",
    }
    assert answer.messages[0].model_dump(exclude_none=True) == {"text": "echo salut"}


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        None.__class__.__name__,
        {"messages": "x", "language": "fr"},
        {"messages": [{"text": 1}], "language": "fr"},
        {"messages": [{"buttons": [{"title": "x"}]}], "language": "fr"},
        {"messages": []},
        {"messages": [], "language": "fr", "guesses": [{"intent": "greet"}]},
        {"messages": [], "language": "fr", "intent": "x" * 65},
    ],
)
async def test_an_answer_of_another_shape_is_broken(settings, dialogue, content):
    dialogue.content = content
    with pytest.raises(PartBroken):
        await ask(settings)


@pytest.mark.parametrize(
    ("status", "error"),
    [(503, PartUnavailable), (502, PartUnavailable), (401, PartUnavailable), (500, PartBroken)],
)
async def test_what_a_status_means(settings, dialogue, status, error):
    dialogue.status = status
    with pytest.raises(error):
        await ask(settings)


async def test_a_dialogue_that_takes_too_long(settings, dialogue):
    dialogue.stall()
    with pytest.raises(PartTimeout):
        await ask(settings.model_copy(update={"dialogue_timeout": 0.02}))


async def test_nobody_listens(settings, unused_tcp_port):
    gone = settings.model_copy(update={"rasa_url": f"http://127.0.0.1:{unused_tcp_port}"})
    with pytest.raises(PartUnavailable, match=aiohttp.ClientConnectorError.__name__):
        await ask(gone)
    async with DialogueClient(gone) as client:
        assert not await client.dialogue_is_up()
        assert await client.actions_are_up()
