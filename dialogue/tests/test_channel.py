"""The channel over real HTTP, with a small model trained by Rasa and a real action server."""

import asyncio
import json
from contextlib import asynccontextmanager
from types import SimpleNamespace

import aiohttp
import pytest
import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import register
from rasa.core.lock_store import InMemoryLockStore
from rasa.model_training import train
from rasa.shared.exceptions import InvalidConfigException
from rasa.utils.endpoints import EndpointConfig
from sanic import Sanic

from dialogue import turn
from dialogue.channel import Replies, TawjihInput
from dialogue.parse import parse
from dialogue.tests.test_action_endpoint import Actions, serving
from dialogue.tracker_store import BoundedTrackerStore

SECRET = "tell-nobody"
URL = "/webhooks/tawjih/webhook"
TEXTS = {"en": "Hello!", "fr": "Bonjour !", "ar": "مرحباً!"}
DOMAIN = {
    "version": "3.1",
    "intents": ["greet", "search_offers", "faq", "change_language", "nlu_fallback"],
    "entities": ["place", "occupation"],
    "actions": ["action_search"],
    "slots": {
        "language": {
            "type": "text", "influence_conversation": False, "mappings": [{"type": "custom"}],
        },
        "language_chosen": {
            "type": "bool", "influence_conversation": False, "mappings": [{"type": "custom"}],
        },
    },
    "responses": {
        "utter_greet": [
            {"text": text, "condition": [{"type": "slot", "name": "language", "value": language}]}
            for language, text in TEXTS.items()
        ]
        + [{"text": TEXTS["fr"]}],
        "utter_faq/write_cv": [{"text": "Two pages.", "image": "https://example.org/cv.png"}],
        "utter_change": [{"text": "changed"}],
    },
}  # fmt: skip
RULES = {
    "greet": "utter_greet",
    "search_offers": "action_search",
    "faq": "utter_faq",
    "change_language": "utter_change",
    "nlu_fallback": "utter_change",
}
CARDS = {"cards": [{"id": "1", "title": "Plombier"}]}


@pytest.fixture(scope="module")
def model(nlu_folder, lists, tmp_path_factory):
    folder = tmp_path_factory.mktemp("assistant")
    config = {
        "recipe": "default.v1",
        "assistant_id": "tawjih",
        "language": "fr",
        "pipeline": [
            {"name": "dialogue.language.LanguageIdentifier", "data": str(nlu_folder)},
            {
                "name": "dialogue.classifier.LinearIntentClassifier",
                "threshold": 0.0,
                "ambiguity": 0.0,
            },
            {"name": "dialogue.tagger.EntityTagger", "data": str(lists)},
            {"name": "dialogue.asked_language.AskedLanguage"},
        ],
        "policies": [{"name": "RulePolicy"}],
    }
    rules = [
        {"rule": intent, "steps": [{"intent": intent}, {"action": action}]}
        for intent, action in RULES.items()
    ]
    for name, content in {
        "config": config,
        "domain": DOMAIN,
        "rules": {"version": "3.1", "rules": rules},
    }.items():
        (folder / f"{name}.yml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    result = train(
        str(folder / "domain.yml"),
        str(folder / "config.yml"),
        [str(nlu_folder), str(folder / "rules.yml")],
        str(folder / "models"),
        force_training=True,
    )
    assert result.code == 0
    return result.model


class Client:
    """The edge's end of the channel."""

    def __init__(self, session, url, agent, actions):
        self.session, self.url, self.agent, self.actions = session, url, agent, actions

    async def post(self, body, secret=SECRET):
        data = body if isinstance(body, (bytes, str)) else json.dumps(body)
        headers = {"Authorization": f"Bearer {secret}"} if secret is not None else {}
        async with self.session.post(self.url + URL, data=data, headers=headers) as response:
            return response.status, await response.json(content_type=None)

    async def say(self, message, sender="amal", message_id=None, **metadata):
        body = {"sender": sender, "message": message, "metadata": metadata}
        status, answer = await self.post({**body, "message_id": message_id})
        assert status == 200, answer
        return answer


@pytest.fixture
def talk(model, tmp_path, monkeypatch):
    """Runs a scenario with a client of the channel."""
    monkeypatch.setattr(turn, "_ANSWERED", turn.OrderedDict())
    monkeypatch.setattr(Sanic, "test_mode", True)  # many of one name

    @asynccontextmanager
    async def client():
        actions = Actions()
        actions.answer = {"events": [], "responses": [{"text": "Found:", "custom": CARDS}]}
        store = BoundedTrackerStore(None, None, path=str(tmp_path / "dialogue.db"))
        app = Sanic("channel", configure_logging=False)
        register([TawjihInput(SECRET)], app, "/webhooks/")
        async with serving(actions) as action_url, aiohttp.ClientSession() as session:
            app.ctx.agent = Agent.load(
                model,
                tracker_store=store,
                lock_store=InMemoryLockStore(),
                action_endpoint=EndpointConfig(action_url),
            )
            server = await app.create_server(
                "127.0.0.1", 0, return_asyncio_server=True, access_log=False
            )
            await server.startup()
            await server.start_serving()
            port = server.server.sockets[0].getsockname()[1]
            try:
                yield Client(session, f"http://127.0.0.1:{port}", app.ctx.agent, actions)
            finally:
                server.close()
                await server.wait_closed()
                endpoint = app.ctx.agent.processor.action_endpoint
                if getattr(endpoint, "_session", None):
                    await endpoint._session.close()
                store._disk.close()

    def run(scenario):
        async def main():
            async with client() as made:
                return await scenario(made)

        return asyncio.run(main())

    return run


def test_an_answer_is_whole(talk):
    answer = talk(lambda client: client.say("bonjour madame"))
    confidence = answer.pop("confidence")
    assert 0 < confidence <= 1
    best, *others = answer.pop("guesses")
    assert best == {"intent": "greet", "confidence": confidence}
    assert len(others) == 2
    assert all(other["confidence"] <= confidence for other in others)
    assert answer == {
        "messages": [{"text": "Bonjour !"}],
        "language": "fr",
        "language_chosen": False,
        "intent": "greet",
        "variety": "fr",
        "handoff": None,
    }


def test_a_tap_is_certain_and_written_in_no_variety(talk):
    answer = talk(lambda client: client.say("/greet", language="fr"))
    assert answer["guesses"] == [{"intent": "greet", "confidence": 1.0}]
    assert answer["variety"] is None


@pytest.mark.parametrize(
    ("message", "language"),
    [("good morning my friend", "en"), ("السلام عليكم خويا", "ar"), ("sba7 lkhir khoya", "ar")],
)
def test_it_answers_in_the_language_written(talk, message, language):
    answer = talk(lambda client: client.say(message))
    assert (answer["language"], answer["messages"]) == (language, [{"text": TEXTS[language]}])


def test_the_conversations_language_comes_with_the_message(talk):
    assert talk(lambda client: client.say("salut", language="ar"))["language"] == "ar"
    chosen = talk(lambda client: client.say("bonjour madame", language="en", language_chosen=True))
    assert (chosen["language"], chosen["language_chosen"]) == ("en", True)
    assert chosen["messages"] == [{"text": "Hello!"}]


def test_who_asks_for_a_language_gets_it(talk):
    answer = talk(lambda client: client.say("réponds en arabe"))
    assert (answer["intent"], answer["language"]) == ("change_language", "ar")


def test_text_and_cards_of_an_action_stay_together(talk):
    async def scenario(client):
        answer = await client.say("je cherche un emploi de plombier à Tunis")
        return answer, client.actions.bodies

    answer, (called,) = talk(scenario)
    assert answer["messages"] == [{"text": "Found:", "custom": CARDS}]
    assert called["next_action"] == "action_search"
    entities = called["tracker"]["latest_message"]["entities"]
    assert {(e["entity"], e["value"]) for e in entities} >= {("place", "Tunis")}


def test_a_button_does_what_it_says(talk):
    async def scenario(client):
        answer = await client.say('/search_offers{"place":"Rabat"}', language="ar")
        return answer, client.actions.bodies[0]["tracker"]["latest_message"]["entities"]

    answer, (entity,) = talk(scenario)
    assert (answer["intent"], answer["confidence"], answer["language"]) == (
        "search_offers",
        1.0,
        "ar",
    )
    assert (entity["entity"], entity["value"]) == ("place", "Rabat")


def test_a_question_of_knowledge_by_button_and_by_words(talk):
    async def scenario(client):
        return (
            await client.say('/faq{"key":"write_cv"}'),
            await client.say("comment écrire un cv", sender="badr"),
        )

    for answer in talk(scenario):
        assert answer["messages"] == [{"text": "Two pages.", "image": "https://example.org/cv.png"}]
        assert answer["intent"].startswith("faq")


@pytest.mark.parametrize(
    "message", ["/restart", "/", "//", "/session_start", "/greet{", "/nothing"]
)
def test_a_command_is_a_text_like_any_other(talk, message):
    async def scenario(client):
        await client.say("bonjour madame")
        answer = await client.say(message)
        tracker = await client.agent.tracker_store.retrieve("amal")
        return answer, tracker

    answer, tracker = talk(scenario)
    assert answer["intent"] in set(RULES) | {"faq/write_cv"}
    assert answer["messages"]
    assert sum(type(event).__name__ == "UserUttered" for event in tracker.events) == 2


def test_a_hand_off_is_told_beside_the_messages(talk):
    async def scenario(client):
        client.actions.answer["responses"] = [{"custom": {"handoff": {"reason": "asked"}}}]
        return await client.say('/search_offers{"place":"Rabat"}')

    answer = talk(scenario)
    assert answer["handoff"] == {"reason": "asked"}
    assert answer["messages"] == []


@pytest.mark.parametrize("secret", [None, "", "wrong", "tell-nobody2", "é"])
def test_without_the_secret_nobody_is_heard(talk, secret):
    async def scenario(client):
        status, _ = await client.post({"sender": "a", "message": "hello"}, secret)
        return status, list(await client.agent.tracker_store.keys())

    assert talk(scenario) == (401, [])


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        "[" * 5000,
        b"\xff\xfe",
        {},
        {"sender": "a"},
        {"message": "hello"},
        {"sender": "", "message": "hello"},
        {"sender": "a", "message": ""},
        {"sender": 5, "message": "hello"},
        {"sender": "a", "message": ["hello"]},
        {"sender": "a", "message": "x" * 4001},
        {"sender": "a", "message": "hello", "metadata": "fr"},
        {"sender": "a", "message": "hello", "metadata": ["fr"]},
        {"sender": "a", "message": "hello", "metadata": {"language": ["fr"]}},
        {"sender": "a", "message": "hello", "message_id": ["1"]},
        {"sender": "a", "message": "hello", "message_id": {}},
    ],
    ids=lambda body: repr(body)[:60],
)
def test_what_is_no_message_is_refused(talk, body):
    assert talk(lambda client: client.post(body)) == (400, {"error": "not a message"})


@pytest.mark.parametrize(
    "message",
    [
        "🙂" * 100,
        "x" * 4000,
        "\u0000\u0007",
        "   ",
        "\n\n",
        "\ud83d",
        "؟",
        "{}",
        "a" * 50 + "\u202e",
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_whatever_is_written_is_answered(talk, message):
    assert talk(lambda client: client.say(message))["language"] in TEXTS


def test_a_message_that_comes_again_is_answered_from_memory(talk):
    async def scenario(client):
        first = await client.say('/search_offers{"place":"Rabat"}', message_id="m1")
        again = await client.say('/search_offers{"place":"Rabat"}', message_id="m1")
        await client.say('/search_offers{"place":"Rabat"}', message_id="m2")
        await client.say('/search_offers{"place":"Rabat"}', message_id="m1", sender="badr")
        return first, again, len(client.actions.bodies)

    first, again, calls = talk(scenario)
    assert first == again
    assert calls == 3


def test_without_an_id_each_message_counts(talk):
    async def scenario(client):
        for _ in range(2):
            await client.say('/search_offers{"place":"Rabat"}')
        return len(client.actions.bodies)

    assert talk(scenario) == 2


def test_with_the_actions_away_nothing_was_done_and_it_can_be_sent_again(talk):
    async def scenario(client):
        await client.say("bonjour madame", message_id="m0")
        body = {"sender": "amal", "message": '/search_offers{"place":"Rabat"}', "message_id": "m1"}
        client.actions.status = 500
        refused = await client.post(body)
        before = await client.agent.tracker_store.retrieve("amal")
        kept = [e.text for e in before.events if type(e).__name__ == "UserUttered"]
        client.actions.status = 200
        return refused, kept, await client.post(body)

    (status, told), kept, (later, answer) = talk(scenario)
    assert status == 503
    assert "status 500" in told["error"]
    assert kept == ["bonjour madame"]
    assert (later, answer["messages"]) == (200, [{"text": "Found:", "custom": CARDS}])


def test_while_no_model_is_loaded_it_says_so(talk):
    async def scenario(client):
        client.agent.processor, kept = None, client.agent.processor
        refused = await client.post({"sender": "a", "message": "hello"})
        async with client.session.get(f"{client.url}/webhooks/tawjih/") as response:
            health = response.status
        client.agent.processor = kept
        async with client.session.get(f"{client.url}/webhooks/tawjih/") as response:
            return refused, health, response.status

    (status, told), starting, ready = talk(scenario)
    assert (status, "model" in told["error"]) == (503, True)
    assert (starting, ready) == (503, 200)


def test_messages_of_one_person_wait_for_each_other_and_of_two_do_not(talk):
    async def scenario(client):
        one = [client.say('/search_offers{"place":"Rabat"}') for _ in range(3)]
        await asyncio.gather(*one)
        alone = client.actions.most_busy
        client.actions.never = asyncio.Event()
        button = '/search_offers{"place":"Fes"}'
        many = [asyncio.ensure_future(client.say(button, sender=name)) for name in "abc"]
        for _ in one * 2:  # all three of the second lot are asked before one is answered
            await asyncio.wait_for(client.actions.asked.acquire(), 60)
        client.actions.never.set()
        await asyncio.gather(*many)
        tracker = await client.agent.tracker_store.retrieve("amal")
        names = [type(event).__name__ for event in tracker.events]
        return alone, [name for name in names if name in ("UserUttered", "BotUttered")]

    alone, told = talk(scenario)
    assert alone == 1
    assert told == ["UserUttered", "BotUttered"] * 3


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(turn, "_ANSWERED", turn.OrderedDict())
    monkeypatch.setattr(turn, "_MOST_ANSWERED", 3)
    for number in range(5):
        turn._remember("amal", str(number), {"n": number})
    turn._remember("amal", None, {"n": 9})
    assert [key for _, key in turn._ANSWERED] == ["2", "3", "4"]


@pytest.mark.parametrize(
    "credentials", [None, {}, {"secret": ""}, {"secret": "${DIALOGUE_SECRET}"}]
)
def test_without_a_secret_the_channel_does_not_start(credentials):
    with pytest.raises(InvalidConfigException, match="DIALOGUE_SECRET"):
        TawjihInput.from_credentials(credentials)


def test_the_secret_comes_from_the_credentials():
    assert TawjihInput.from_credentials({"secret": SECRET}).secret == SECRET


def test_a_reply_without_content_is_none():
    replies = Replies()
    asyncio.run(replies.send_response("amal", {"text": "", "buttons": [], "custom": {}}))
    assert replies.messages == []


def test_buttons_come_with_title_and_payload_alone():
    replies = Replies()
    button = {"title": "Yes", "payload": "/affirm", "type": "postback"}
    asyncio.run(replies.send_response("amal", {"text": "Sure?", "buttons": [button]}))
    assert replies.messages == [
        {"text": "Sure?", "buttons": [{"title": "Yes", "payload": "/affirm"}]}
    ]


def test_understanding_alone(model):
    agent = Agent.load(model)
    found = parse(agent, {"text": "je cherche un emploi de plombier à Tunis"})
    assert (found["intent"], found["language"], found["variety"]) == ("search_offers", "fr", "fr")
    assert {"entity": "place", "value": "Tunis", "start": 35, "end": 40} in found["entities"]
    assert found["ms"] > 0
    assert parse(agent, {"text": "comment écrire un cv"})["intent"] == "faq/write_cv"
    assert parse(agent, {"text": "ok", "language": "ar"})["language"] == "ar"


def test_no_agent_at_all_is_not_ready(talk):
    async def scenario(client):
        with pytest.raises(turn.ActionsAway):
            await turn.take_turn(SimpleNamespace(processor=None), {}, Replies())
        return True

    assert talk(scenario)
