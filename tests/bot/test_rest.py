import json

import pytest
from pydantic import SecretStr

from bot.app import create_app
from errors import SettingsError
from tests.bot.conftest import edge, post, say, texts

HOOK = "/webhooks/rest/webhook"


async def test_a_message_is_answered_behind_the_introduction(client):
    first = await say(client, "je cherche un stage", language="fr")
    assert "machine" in first[0]["text"]
    assert first[1]["custom"]["cards"][0]["title"] == "Technicien informatique"
    assert {body["recipient_id"] for body in first} == {"amal"}
    assert texts(await say(client, "merci")) == ["echo merci"]


async def test_a_greeting_introduces_itself(client):
    assert texts(await say(client, "salut")) == ["echo salut"]
    assert texts(await say(client, "merci")) == ["echo merci"]


async def test_the_dialogue_gets_what_was_agreed(client, dialogue):
    await say(client, "salut", sender="+212600000000", message_id="m1", language="ar")
    asked = dialogue.asked[0]
    assert asked["metadata"] == {"language": "ar", "language_chosen": False, "channel": "rest"}
    assert asked["message"] == "salut"
    assert "212600000000" not in json.dumps(asked)


async def test_the_language_is_learnt_from_the_answer(client, dialogue):
    await say(client, '/change_language{"language":"en"}')
    await say(client, "ok")
    metadata = dialogue.asked[1]["metadata"]
    assert (metadata["language"], metadata["language_chosen"]) == ("en", True)


BAD = {
    "broken JSON": b'{"sender": "amal", "message": ',
    "no object": b"[]",
    "nothing": b"",
    "not UTF-8": b'{"sender": "amal", "message": "\xff"}',
    "NUL between": b'{"sender": "amal",\x00 "message": "x"}',
    "lone surrogate": rb'{"sender": "amal", "message": "\ud800"}',
    "deep nesting": b'{"sender": "amal", "message": ' + b"[" * 20000 + b"]" * 20000 + b"}",
    "deep metadata": b'{"sender":"a","message":"x","metadata":'
    + b'{"a":' * 9000
    + b"1"
    + b"}" * 9001,
    "huge number": b'{"sender": "amal", "message": ' + b"9" * 20000 + b"}",
    "number as text": b'{"sender": "amal", "message": 7}',
    "null text": b'{"sender": "amal", "message": null}',
    "no message": b'{"sender": "amal"}',
    "no sender": b'{"message": "x"}',
    "empty sender": b'{"sender": "", "message": "x"}',
    "long sender": b'{"sender": "' + b"a" * 256 + b'", "message": "x"}',
    "control in sender": rb'{"sender": "a\u0000", "message": "x"}',
    "list as sender": b'{"sender": ["a"], "message": "x"}',
    "unknown field": b'{"sender": "a", "message": "x", "admin": true}',
    "metadata no object": b'{"sender": "a", "message": "x", "metadata": "x"}',
    "unknown language": b'{"sender": "a", "message": "x", "metadata": {"language": "tlh"}}',
    "id no text": b'{"sender": "a", "message": "x", "metadata": {"message_id": 1}}',
    "empty id": b'{"sender": "a", "message": "x", "metadata": {"message_id": ""}}',
    "long id": b'{"sender": "a", "message": "x", "metadata": {"message_id": "'
    + b"1" * 201
    + b'"}}',
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
async def test_bad_input_is_refused_with_a_reason(client, dialogue, body):
    response = await client.post(HOOK, content=body)
    assert response.status_code == 400
    assert set(response.json()) == {"error"}
    assert "Traceback" not in response.text
    assert dialogue.asked == []


async def test_a_body_that_is_too_large_is_refused(client, dialogue):
    body = {"sender": "amal", "message": "a" * 100_000}
    assert (await client.post(HOOK, json=body)).status_code == 413

    async def undeclared():
        for _ in range(100):
            yield b"a" * 1000

    assert (await client.post(HOOK, content=undeclared())).status_code == 413
    assert dialogue.asked == []


@pytest.mark.parametrize("length", ["-1", "x", "9" * 30])
async def test_a_length_that_is_no_number_is_refused(client, length):
    response = await client.post(HOOK, content=b"{}", headers={"Content-Length": length})
    assert response.status_code == 413


@pytest.mark.parametrize("message", ["", "   ", "\n\t", "\x00\x07\x1b", "///", "/ \x00/"])
async def test_nothing_to_read_gets_a_kind_answer(client, dialogue, message):
    said = await say(client, message, language="fr")
    assert said[-1]["text"] == client.speech.body("empty_message", "fr")["text"]
    assert dialogue.asked == []


async def test_a_text_that_is_too_long_gets_a_kind_answer(client, dialogue):
    said = await say(client, "ب" * 2001)
    assert said[-1]["text"] == client.speech.body("too_long", "ar")["text"]
    assert dialogue.asked == []
    assert texts(await say(client, "a" * 2000)) == ["echo " + "a" * 2000]


@pytest.mark.parametrize(
    ("message", "reaches"),
    [
        ("👋🏽", "👋🏽"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("a\x00b\x1b[31m", "ab[31m"),
        ("/restart now", "restart now"),
        ("//show_more", "show_more"),
        ("/show_more", "/show_more"),
        (" /show_more", "show_more"),
        ('/faq{"key":"write_cv"}', '/faq{"key":"write_cv"}'),
        ('/faq{"key":', 'faq{"key":'),
        ("/faq{[1]}", "faq{[1]}"),
        ("/Show_more", "Show_more"),
        ("bonjour\nmonde", "bonjour\nmonde"),
    ],
)
async def test_what_reaches_the_dialogue(client, dialogue, message, reaches):
    await say(client, message)
    assert dialogue.asked[0]["message"] == reaches


async def test_what_rasas_own_clients_send_is_accepted(client):
    body = {"sender": "amal", "message": "salut", "input_channel": "rest", "metadata": None}
    assert (await client.post(f"{HOOK}?stream=false&token=", json=body)).status_code == 200
    extra = {"sender": "amal", "message": "x", "metadata": {"page": {"deep": [1, 2]}}}
    assert (await post(client, **extra)).status_code == 200
    assert (await client.post(f"{HOOK}?stream=true", json=body)).status_code == 400


async def test_two_clients_that_count_alike_are_two_persons(client, dialogue):
    assert texts(await say(client, "salut un", sender="amal", message_id="1")) == ["echo salut un"]
    assert texts(await say(client, "salut deux", sender="badr", message_id="1")) == [
        "echo salut deux"
    ]
    assert len(dialogue.asked) == 2


async def test_a_token_is_asked_for_when_one_is_set(settings):
    closed = settings.model_copy(update={"rest_token": SecretStr("open-sesame")})
    async with edge(closed) as client:
        assert (await post(client, message="x")).status_code == 401
        wrong = {"Authorization": "Bearer é".encode("latin-1")}
        assert (await post(client, wrong, message="x")).status_code == 401
        right = {"Authorization": "Bearer open-sesame"}
        assert (await post(client, right, message="salut")).status_code == 200


def test_without_a_token_only_a_demonstration_starts(settings, tmp_path):
    profile = tmp_path / "profile.yml"
    text = settings.profile.read_text(encoding="utf-8")
    profile.write_text(text.replace("demo: true", "demo: false"), encoding="utf-8")
    with pytest.raises(SettingsError, match="REST_TOKEN"):
        create_app(settings.model_copy(update={"profile": profile}))


@pytest.mark.parametrize(("method", "path"), [("GET", HOOK), ("POST", "/"), ("GET", "/docs")])
async def test_other_ways_are_refused_in_json(client, method, path):
    response = await client.request(method, path)
    assert response.status_code in {404, 405}
    assert set(response.json()) == {"error"}
