"""The rows, on both databases: who is next, and that nobody is held twice."""

import threading
from datetime import timedelta

import pytest

from bot.handoff import holding, items, presence, queue, readings, routing, talk, watch
from bot.handoff.models import (
    Handoff,
    HandoffMessage,
    HandoffNote,
    HandoffStep,
    Presence,
    Reading,
    Team,
)
from bot.handoff.queue import Wanted
from bot.handoff.transcript import Unread
from bot.handoff.views import Actor, TeamView
from errors import BadInput, NotThere, NotYours, Taken
from languages.translation.result import Translation
from people import links
from people.models import Contact
from store.base import now

SALMA, BOSS = Actor("salma", "Salma", "fr"), Actor("nadia", "Nadia", "en", supervises=True)


@pytest.fixture
def people(database):
    """Three people, and Salma and Omar at the desk."""
    with database.write() as session:
        for name in ("amal", "badr", "cyrine"):
            session.add(Contact(id=name, channel="probe", address=name, language="fr"))
        session.add(Presence(account_id="salma", name="Salma", languages=["fr"], capacity=2))
        session.add(Presence(account_id="omar", name="Omar", languages=["ar"], capacity=5))
    return database


def ask(database, contact, reason="asked", state="waiting", **wanted):
    with database.write() as session:
        return queue.ask(session, contact, Wanted(reason, "fr", **wanted), state).id


def row(database, handoff_id):
    with database.read() as session:
        return session.get(Handoff, handoff_id)


def held_by(database, contact):
    with database.read() as session:
        return session.get(Contact, contact).held_by


def place(database, handoff_id):
    with database.read() as session:
        return queue.position(session, session.get(Handoff, handoff_id), now())


def test_distress_first_then_the_longest_wait(people):
    first, second = ask(people, "amal"), ask(people, "badr")
    third = ask(people, "cyrine", "distress")
    assert [place(people, one) for one in (first, second, third)] == [2, 3, 1]
    with people.read() as session:
        listed = items.listed(session, SALMA)
    assert [item.id for item in listed.waiting] == [third, first, second]
    assert [item.position for item in listed.waiting] == [1, 2, 3]


def test_who_waits_for_another_team_is_not_in_the_way(people):
    with people.write() as session:
        team = presence.save_team(session, TeamView(0, "Droits", [], [], ["training"]))
    first, second = ask(people, "amal", topic="training"), ask(people, "badr", topic="offer")
    with people.write() as session:
        for one in (first, second):
            routing.route(session, session.get(Handoff, one))
        other = presence.save_team(session, TeamView(0, "Offres", [], [], ["offer"]))
        session.get(Handoff, second).team_id = other
    assert row(people, first).team_id == team
    assert place(people, second) == 1
    with people.read() as session:
        assert [item.position for item in items.listed(session, SALMA).waiting] == [1, 1]
        assert [item.id for item in items.listed(session, SALMA, team=team).waiting] == [first]


def test_asked_twice_waits_once_and_may_become_urgent(people):
    one = ask(people, "amal")
    assert ask(people, "amal", "distress") == one
    assert (row(people, one).priority, row(people, one).reason) == (0, "distress")
    assert ask(people, "amal") == one
    assert row(people, one).reason == "distress"


def test_nobody_is_held_twice_however_many_try_at_once(people):
    ids = [ask(people, one) for one in ("amal", "badr", "cyrine")]
    won, lost, gate = [], [], threading.Barrier(8)

    def race(account):
        gate.wait()
        for one in ids:
            try:
                with people.write() as session:
                    holding.take(session, one, account, account)
                won.append((one, account))
            except Taken as error:
                lost.append((one, error.account_id))

    threads = [threading.Thread(target=race, args=[f"a{n}"]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one for one, _ in won) == ids
    holders = dict(won)
    assert len(lost) == 21
    assert all(holders[one] == who for one, who in lost)
    for one, contact in zip(ids, ("amal", "badr", "cyrine"), strict=True):
        assert row(people, one).account_id == held_by(people, contact) == holders[one]


def test_put_back_keeps_the_place(people):
    first, second = ask(people, "amal"), ask(people, "badr")
    with people.write() as session:
        holding.take(session, first, "salma", "salma")
    with people.write() as session:
        holding.put_back(session, first, "salma", kind="vanished", by=None)
    assert held_by(people, "amal") is None
    assert [place(people, one) for one in (first, second)] == [1, 2]
    with people.read() as session, pytest.raises(Taken):
        holding.put_back(session, first, "salma", kind="vanished", by=None)


def test_ended_by_who_holds_it_alone(people):
    one = ask(people, "amal")
    with people.write() as session:
        holding.take(session, one, "salma", "salma")
    with people.read() as session, pytest.raises(Taken):
        holding.end(session, one, "closed", "helped", by="omar", holder="omar")
    with people.read() as session, pytest.raises(Taken):
        holding.end(session, one, "cancelled", None, by=None, holder=None)
    assert held_by(people, "amal") == "salma"
    with people.write() as session:
        holding.end(session, one, "closed", "helped", by="salma", holder="salma")
    assert held_by(people, "amal") is None
    with people.read() as session:
        kinds = [step.kind for step in session.query(HandoffStep).order_by(HandoffStep.id)]
    assert kinds == ["asked", "taken", "closed"]


def test_who_may_see_what(people):
    one = ask(people, "amal")
    omar = Actor("omar", "Omar", "ar")
    with people.read() as session:
        items.visible(session, SALMA, "amal")
    with people.write() as session:
        holding.take(session, one, "salma", "salma")
    with people.read() as session:
        items.visible(session, SALMA, "amal")
        items.visible(session, BOSS, "amal")
        for actor, contact in ((omar, "amal"), (SALMA, "badr"), (BOSS, "nobody")):
            with pytest.raises(NotThere):
                items.visible(session, actor, contact)
        with pytest.raises(NotYours):
            holding.held_by(session, one, omar)


def test_routed_by_topic_place_and_language(catalogue_database):
    database = catalogue_database
    with database.write() as session:
        session.add(Contact(id="amal", channel="probe", address="amal"))
        for name, languages, places, topics in (
            ("Casablanca", [], ["Casablanca"], []),
            ("Casablanca, formation", [], ["Casablanca"], ["training"]),
            ("Arabe", ["ar"], [], []),
            ("Tous", [], [], []),
        ):
            session.add(Team(name=name, languages=languages, places=places, topics=topics))
    for language, place_, topic, expected in (
        ("fr", "الدار البيضاء", "offer", "Casablanca"),
        ("fr", "Casa", "training", "Casablanca, formation"),
        ("ar", "Rabat", "offer", "Arabe"),
        ("ar", None, None, "Arabe"),
        ("fr", "Rabat", "offer", "Tous"),
    ):
        with database.write() as session:
            wanted = Wanted("asked", language, topic, place_)
            made = queue.ask(session, "amal", wanted, "waiting")
            routing.route(session, made)
            assert session.get(Team, made.team_id).name == expected
            session.delete(made)


def test_suggested_to_who_speaks_the_language_and_has_room(people):
    ids = [ask(people, one) for one in ("amal", "badr", "cyrine")]
    for one, expected in zip(ids, ("salma", "salma", "omar"), strict=True):
        with people.write() as session:
            assert watch.suggest(session)
            assert session.get(Handoff, one).suggested_to == expected
            holding.take(session, one, expected, expected)
            session.query(Handoff).filter_by(state="waiting").update({"suggested_to": None})


def test_who_has_left_is_not_suggested(people):
    one = ask(people, "amal")
    with people.write() as session:
        watch.suggest(session)
        presence.leave(session, "salma")
        assert watch.suggest(session)
        assert session.get(Handoff, one).suggested_to == "omar"
        presence.leave(session, "omar")
        watch.suggest(session)
        assert session.get(Handoff, one).suggested_to is None
        assert not presence.anybody(session, now())


def test_two_contacts_that_became_one_wait_once(people):
    one, two = ask(people, "amal"), ask(people, "badr")
    with people.write() as session:
        holding.take(session, one, "salma", "salma")
        session.get(Handoff, two).contact_id = "amal"
    with people.write() as session:
        assert watch.part_twins(session) == 1
    assert (row(people, one).state, row(people, two).state) == ("held", "cancelled")
    assert held_by(people, "amal") == "salma"


def test_a_team_has_a_name_of_its_own(people):
    with people.write() as session:
        team = presence.save_team(session, TeamView(0, "Droits", ["ar"], [], [], ["salma"]))
        presence.save_team(session, TeamView(team, "Droits", [], [], [], ["omar", "omar"]))
        [view] = presence.teams(session)
        assert (view.languages, view.members) == ([], ["omar"])
        for name in ("", " ", "x" * 81, "Droits"):
            with pytest.raises(BadInput):
                presence.save_team(session, TeamView(0, name, [], [], []))
        presence.delete_team(session, team)
        with pytest.raises(NotThere):
            presence.delete_team(session, team)


def test_callbacks_wait_for_their_time(people):
    one = ask(people, "amal", state="offered")
    with people.write() as session:
        session.get(Handoff, one).state = "waiting"
        session.get(Handoff, one).due_at = now() + timedelta(hours=3)
    two = ask(people, "badr")
    with people.read() as session:
        listed = items.listed(session, SALMA)
    assert [item.id for item in listed.waiting] == [two]
    assert [item.id for item in listed.later] == [one]
    assert place(people, two) == 1


def test_who_wants_to_be_forgotten_leaves_nothing_behind(people):
    one = ask(people, "amal")
    with people.write() as session:
        holding.take(session, one, "salma", "salma")
    body = {"text": "Bonjour"}
    with people.write() as session:
        said = talk.Said("text", "Bonjour", "fr", body, "fr")
        reply_id, _ = talk.send(session, SALMA, one, said)
        talk.note(session, SALMA, one, "une note")
        unread = Unread("reply", reply_id, "Bonjour", "fr")
        assert readings.keep(session, unread, "en", Translation("Hello", True, "Bonjour"))  # noqa: FBT003
    with people.write() as session:
        session.delete(session.get(Contact, "amal"))
    with people.write() as session:
        for table in (Handoff, HandoffMessage, HandoffNote, HandoffStep, Reading):
            assert session.query(table).count() == 0, table
        assert not readings.keep(session, unread, "en", Translation.none("Bonjour"))


def test_who_moves_to_another_channel_keeps_their_counsellor(people):
    one, two = ask(people, "amal"), ask(people, "badr")
    with people.write() as session:
        holding.take(session, one, "salma", "salma")
        code = links.issue(session, "amal", b"key")
    with people.write() as session:
        assert links.move(session, code, b"key", "badr")
    with people.write() as session:
        assert watch.part_twins(session) == 1
        contact = session.get(Contact, "amal")
        assert (contact.address, contact.held_by) == ("badr", "salma")
        assert session.get(Handoff, two).state == "cancelled"
