"""Nothing that a person wrote, nor who they are, gets into the logs."""

import json
import logging

import pytest
import structlog

from bot import logs
from tests.bot.conftest import edge, post, say

TEXT, ADDRESS, TOKEN = "canary-text-71", "canary-address-72", "canary-id-73"


@pytest.mark.parametrize("log_format", ["console", "json"])
async def test_no_text_no_address_no_id_in_the_logs(settings, dialogue, capfd, log_format):
    loud = settings.model_copy(update={"log_level": "DEBUG", "log_format": log_format})
    async with edge(loud) as client:
        await say(client, TEXT, sender=ADDRESS, message_id=TOKEN)
        await post(client, sender=ADDRESS, message=TEXT, metadata=TEXT)
        dialogue.content, dialogue.status = {"messages": TEXT}, 200
        await say(client, TEXT, sender=ADDRESS)
        dialogue.content = None
    out = "".join(capfd.readouterr())
    assert "answered" in out
    assert "answer_failed" in out
    assert not any(canary in out for canary in (TEXT, ADDRESS, TOKEN, "tell-nobody"))


async def test_an_answer_is_logged_with_whom_what_and_how_long(settings, dialogue, capfd):
    async with edge(settings.model_copy(update={"log_format": "json"})) as client:
        await say(client, "salut")
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if "{" in line]
    line = next(line for line in lines if line["event"] == "answered")
    assert line["intent"] == "greet"
    assert line["contact"] == dialogue.asked[0]["sender"]
    assert isinstance(line["ms"], int)
    assert line["request"]


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_an_exception_is_told_by_its_kind_and_place_alone(capfd, log_format):
    logs.configure(log_format, "INFO")
    try:
        int(TEXT)
    except ValueError:
        structlog.get_logger().exception("ours_failed")
        logging.getLogger("theirs").exception("theirs failed")
    out = capfd.readouterr().err
    assert out.count("ValueError") == 2
    assert "test_logs.py" in out
    assert TEXT not in out


async def test_a_bug_is_answered_without_a_trace(settings, capfd, monkeypatch):
    def broken(*_):
        raise RuntimeError(TEXT)

    monkeypatch.setattr("bot.page.render", broken)
    async with edge(settings) as client:
        response = await client.get("/")
    assert response.status_code == 500
    assert response.json() == {"error": "something went wrong on our side"}
    assert TEXT not in "".join(capfd.readouterr())
