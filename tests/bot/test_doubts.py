"""Which messages are worth a second look."""

from datetime import timedelta

import pytest

from bot import finishing, inbox
from bot.doubts import complained_of, unsure
from bot.incoming import Incoming
from bot.messages import Composed
from bot.models import IncomingRow
from store.base import now


@pytest.fixture
def say(database):
    """Writes a message as answered, with what was understood of it."""

    def write(text, intent="inform", confidence=0.9, address="amal", payload=None, **values):
        understood = {
            "intent": intent,
            "confidence": confidence,
            "guesses": [{"intent": "greet", "confidence": confidence}],
            "variety": "fr",
            "language": "fr",
        }
        with database.write() as session:
            number = session.query(IncomingRow).count()
            incoming = Incoming("web", address, str(number), text=text, payload=payload)
            received = inbox.record(session, incoming, "edge")
            answer = Composed(
                [], "fr", language_chosen=False, introduced=True, understood=understood | values
            )
            finishing.finish(session, "edge", received.waiting, answer)
            return received.id

    return write


def texts(database, below=0.5, since=None):
    with database.read() as session:
        return [(doubt.text, doubt.why) for doubt in unsure(session, below, since)]


def complaints(database, since=None):
    with database.read() as session:
        found = complained_of(session, since, lambda text: "compris" in text)
        return [(doubt.text, doubt.why) for doubt in found]


def test_what_was_unsure_or_not_understood_at_all(database, say):
    say("clair", confidence=0.5)
    say("flou", confidence=0.49)
    say("brr", intent="nlu_fallback", confidence=0.6)
    say("tapé", confidence=0.1, payload="/inform")
    say(None, confidence=0.1)
    say("à quelqu'un", intent=None, confidence=None)
    assert texts(database) == [("flou", "unsure"), ("brr", "fallback")]
    assert texts(database, below=0) == [("brr", "fallback")]


def test_only_since_a_moment(database, say):
    with database.write() as session:
        old = session.get_one(IncomingRow, say("vieux", confidence=0.1))
        old.received_at = now() - timedelta(days=9)
    say("neuf", confidence=0.1)
    assert texts(database, since=now() - timedelta(days=1)) == [("neuf", "unsure")]


def test_guesses_variety_and_language_come_along(database, say):
    say("flou", confidence=0.2, variety="darija", language="ar")
    with database.read() as session:
        (doubt,) = unsure(session, 0.5, None)
    assert doubt.guesses == [{"intent": "greet", "confidence": 0.2}]
    assert (doubt.variety, doubt.language) == ("darija", "ar")


def test_what_came_before_a_complaint_of_the_same_person(database, say):
    say("je cherche un stage")
    say("autre chose", address="badr")
    say("vous n'avez pas compris", intent="give_feedback")
    say("c'est nul", intent="give_feedback", address="badr")
    assert complaints(database) == [("je cherche un stage", "complaint")]
    assert complaints(database, since=now() + timedelta(days=1)) == []


@pytest.mark.parametrize(
    "before",
    [
        {"payload": "/search_offers"},
        {"intent": "nlu_fallback"},  # told already
        {"intent": "give_feedback"},
        {"intent": None},
    ],
)
def test_a_complaint_about_what_teaches_nothing(database, say, before):
    say("avant", **before)
    say("pas compris", intent="give_feedback")
    assert complaints(database) == []


def test_a_complaint_at_the_very_beginning(database, say):
    say("pas compris", intent="give_feedback")
    assert complaints(database) == []
