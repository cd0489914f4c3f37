"""A conversation without Rasa: rasa_sdk's own tracker and dispatcher, the rules of data/rules."""

import asyncio
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import yaml
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker
from sqlalchemy import delete, select

from actions import answers, market, memory, results, router, search, translated
from catalogue.models import Listing
from catalogue.vocabulary import load_vocabulary
from languages.replies import get_replies
from languages.translation.packages import Packages
from people.models import Contact
from settings import ROOT
from store.engine import Database
from store.migrate import upgrade
from tests.catalogue.listings import TODAY, event, offer, put, training

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, 30, tzinfo=ZoneInfo("Africa/Casablanca"))
ACTIONS = {action.name(): action for action in router.actions()}


def _rules():
    for path in (ROOT / "data/rules").glob("*.yml"):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            intent, action, *_ = rule["steps"]
            yield intent["intent"], action["action"]


RULES = dict(_rules())

LISTINGS = (
    offer(
        "Menuisier d'atelier",
        organisation="Bois & Cie",
        contract="permanent",
        salary="4000 MAD",
        languages=["fr", "ar"],
        summary={"fr": "Poser des portes."},
        url="https://emploi.example/atelier",
        expires_in_days=20,
    ),
    offer("Menuisier poseur", apply={"fr": "Envoyez un CV à bois@emploi.example"}),
    offer("Menuisier apprenti", contract="apprenticeship", posted_days_ago=3),
    offer("Menuisier de marine", posted_days_ago=4, demo=True),
    offer({"ar": "نجار أثاث"}, language="ar", organisation="دار الخشب", posted_days_ago=5),
    offer("Plombier", occupation="plombier", place="Rabat", contract="internship"),
    offer("Infirmière de nuit", occupation="infirmière", place="Tunis", country="TN"),
    offer("Développeur à distance", occupation="développeur web", place="online", country="MA"),
    training(
        "Excel pour débuter", topics=["Excel", "bureautique"], starts_in_days=4, ends_in_days=6
    ),
    training("Excel en ligne", topics=["Excel"], place="online", country=None),
    training("Couture", topics=["couture"], place="Rabat", starts_in_days=40),
    event("Forum de l'emploi", starts_in_days=2),
    event("Atelier CV", starts_in_days=30, date_text={"fr": "en avril, à confirmer"}),
)
PLAN = (
    training("Plan passé", topics=["oic-pesnet"], starts_in_days=-60, ends_in_days=-50),
    event("Plan à venir", topics=["oic-pesnet"], starts_in_days=60),
)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory, vocabulary_folder):
    """Vocabulary and a few listings, for tests that only read."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('shelf') / 'shelf.db'}")
    upgrade(database)
    load_vocabulary(database, vocabulary_folder)
    put(database, *LISTINGS)
    put(database, *PLAN, source="demo:work_plan")
    _meet_amal(database)
    yield database
    database.close()


def _meet_amal(database):
    with database.write() as session:
        session.add(Contact(id="amal", channel="test", address="amal"))


def forget_amal(database):
    """Nothing that one test had kept is there in the next."""
    with database.write() as session:
        session.execute(delete(Contact))
    _meet_amal(database)


@pytest.fixture(scope="session")
def ids(shelf):
    """Ids by title."""
    with shelf.read() as session:
        return {next(iter(one.titles.values())): one.id for one in session.scalars(select(Listing))}


@pytest.fixture(autouse=True)
def catalogue(shelf, monkeypatch, tmp_path_factory):
    for module in (search, results):
        monkeypatch.setattr(module, "get_database", lambda: shelf)
        monkeypatch.setattr(module, "now", lambda: NOW)
    for module in (answers, market, memory):
        monkeypatch.setattr(module, "get_database", lambda: shelf)
    no_models = Packages(tmp_path_factory.mktemp("models"))
    monkeypatch.setattr(translated, "packages", lambda: no_models)
    wrote = []
    begin = memory.writing

    def writing():
        wrote.append(True)
        return begin()

    monkeypatch.setattr(memory, "writing", writing)
    yield
    if wrote:
        forget_amal(shelf)


@dataclass
class Said:
    """What one turn answered."""

    messages: list[dict]
    language: str

    @property
    def text(self):
        return "\n".join(message["text"] for message in self.messages if message.get("text"))

    @property
    def payloads(self):
        return [button["payload"] for message in self.messages for button in message["buttons"]]

    @property
    def cards(self):
        return [card for message in self.messages for card in message["custom"].get("cards", [])]

    @property
    def titles(self):
        return [card["title"] for card in self.cards]

    @property
    def responses(self):
        return [message["response"] for message in self.messages if message.get("response")]

    def is_reply(self, key, **words):
        """Whether it is just this reply, with its buttons."""
        reply = get_replies().render(key, self.language, **words)
        return self.text == reply.text and self.messages[-1]["buttons"] == reply.buttons

    def begins_with(self, key, **words):
        return self.text.startswith(get_replies().text(key, self.language, **words))

    def says(self, key, **words):
        return get_replies().text(key, self.language, **words) in self.text


@dataclass
class Conversation:
    """Takes messages as Rasa would hand them on, and keeps slots, form and events between."""

    language: str | None = "fr"
    slots: dict = field(default_factory=dict)
    form: str | None = None
    events: list = field(default_factory=list)
    changes: list = field(default_factory=list)

    def __post_init__(self):
        self.slots = {"language": self.language, "search": None} | self.slots

    @property
    def search(self):
        return self.slots["search"]

    @property
    def asked(self):
        return self.search["asked"] if self.search else None

    def say(self, intent, text="…", ranking=(), selected=None, action=None, **entities):
        """One message; entities by name, a list of values for several."""
        found = [
            {"entity": name, "start": 0, "end": 0}
            | (value if isinstance(value, dict) else {"value": value})
            for name, values in entities.items()
            for value in (values if isinstance(values, list) else [values])
        ]
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.9},
            "intent_ranking": [{"name": name, "confidence": 0.4} for name in ranking],
            "entities": found,
            "response_selector": selected or {},
        }
        self.events.append({"event": "user", "text": text, "parse_data": message})
        name = action or self.form or RULES[intent]
        if name.startswith("utter_"):
            messages = [{"response": name, "text": None, "buttons": [], "custom": {}}]
        else:
            messages = self._run(name, message)
        return Said(messages, self.slots["language"] or "fr")

    def tap(self, payload):
        """A tap on a button."""
        name, brace, rest = payload.removeprefix("/").partition("{")
        values = json.loads(brace + rest) if brace else {}
        key = values.pop("key", None)
        selected = {name: {"response": {"utter_action": f"utter_{name}/{key}"}}} if key else None
        return self.say(name, payload, selected=selected, **values)

    def _run(self, name, message):
        dispatcher = CollectingDispatcher()
        loop = {"name": self.form} if self.form else {}
        tracker = Tracker(
            "amal",
            dict(self.slots),
            message,
            list(self.events),
            paused=False,
            followup_action=None,
            active_loop=loop,
            latest_action_name=None,
        )
        self.changes = asyncio.run(ACTIONS[name].run(dispatcher, tracker, {}))
        self.events.extend(self.changes)
        for change in self.changes:
            if change["event"] == "slot":
                self.slots[change["name"]] = change["value"]
            if change["event"] == "active_loop":
                self.form = change["name"]
        # The slots go to Rasa and back as JSON.
        self.slots = json.loads(json.dumps(self.slots))
        return dispatcher.messages


@pytest.fixture
def talk():
    return Conversation


@pytest.fixture
def found(talk):
    """A conversation that has found carpenters' offers in Casablanca."""
    made = talk()
    made.say("search_offers", "menuisier à Casablanca", occupation="menuisier", place="Casablanca")
    return made


@pytest.fixture
def catalogue_of(tmp_path, vocabulary_folder, monkeypatch):
    """Another catalogue for the time of a `with`: the vocabulary and the listings given."""

    @contextmanager
    def make(*listings):
        database = Database(f"sqlite:///{tmp_path / 'own.db'}")
        upgrade(database)
        load_vocabulary(database, vocabulary_folder)
        put(database, *listings)
        _meet_amal(database)
        with monkeypatch.context() as patch:
            for module in (answers, memory, search, results, translated):
                patch.setattr(module, "get_database", lambda: database)
            yield database
        database.close()

    return make
