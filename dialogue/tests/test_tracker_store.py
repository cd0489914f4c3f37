import asyncio
import sqlite3

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from dialogue.tracker_store import BoundedTrackerStore

TURNS = 3


@pytest.fixture
def domain():
    return Domain.from_dict(
        {
            "version": "3.1",
            "intents": ["greet", "search_offers"],
            "slots": {
                "language": {"type": "text", "mappings": [{"type": "custom"}]},
                "search": {"type": "any", "mappings": [{"type": "custom"}]},
                "empty": {"type": "text", "mappings": [{"type": "custom"}]},
            },
            "forms": {"offer_form": {"required_slots": []}},
            "session_config": {
                "session_expiration_time": 60,
                "carry_over_slots_to_new_session": True,
            },
        }
    )


@pytest.fixture
def open_store(domain, tmp_path):
    opened = []

    def make(**options):
        options = {"path": str(tmp_path / "deep/dialogue.db"), "turns": TURNS, **options}
        opened.append(BoundedTrackerStore(domain, None, **options))
        return opened[-1]

    yield make
    for store in opened:
        store._disk.close()


def new(domain, sender="amal"):
    tracker = DialogueStateTracker.from_events(sender, [], domain.slots)
    tracker.update_with_events(
        [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")],
        domain,
    )
    return tracker


def turn(tracker, domain, number, *events):
    tracker.update(UserUttered(f"message {number}", {"name": "greet", "confidence": 1.0}), domain)
    said = [ActionExecuted("utter_greet"), BotUttered("hi"), *events]
    for event in [*said, ActionExecuted("action_listen")]:
        tracker.update(event, domain)


async def talk(store, domain, turns, sender="amal", first=()):
    await store.save(new(domain, sender))
    for number in range(turns):
        tracker = await store.retrieve(sender)
        turn(tracker, domain, number, *(first if number == 0 else ()))
        await store.save(tracker)
    return await store.retrieve(sender)


def texts(tracker):
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


def test_it_stays_small_however_long_the_conversation(domain, open_store):
    store = open_store()
    lengths = {}
    for turns in (20, 200):
        tracker = asyncio.run(talk(store, domain, turns, sender=f"amal{turns}"))
        lengths[turns] = len(tracker.events)
        assert texts(tracker) == [f"message {n}" for n in range(turns - TURNS, turns)]
    assert lengths[20] == lengths[200]
    (size,) = store._disk.execute("SELECT max(length(events)) FROM tracker").fetchone()
    (small,) = store._disk.execute("SELECT min(length(events)) FROM tracker").fetchone()
    assert size < small * 1.1


def test_slots_and_the_open_form_survive_the_bound(domain, open_store):
    first = (
        SlotSet("language", "ar"),
        SlotSet("search", {"kind": "offer", "what": "نجار", "shown": [1, 2]}),
        ActiveLoop("offer_form"),
    )
    tracker = asyncio.run(talk(open_store(), domain, 200, first=first))
    assert tracker.get_slot("language") == "ar"
    assert tracker.get_slot("search") == {"kind": "offer", "what": "نجار", "shown": [1, 2]}
    assert tracker.get_slot("empty") is None
    assert tracker.active_loop_name == "offer_form"
    assert tracker.latest_action_name == "action_listen"


def test_a_form_that_was_closed_stays_closed(domain, open_store):
    async def scenario():
        store = open_store()
        tracker = await talk(store, domain, 1, first=(ActiveLoop("offer_form"),))
        turn(tracker, domain, 1, ActiveLoop(None))
        for number in range(2, 10):
            turn(tracker, domain, number)
        await store.save(tracker)
        return await store.retrieve("amal")

    assert asyncio.run(scenario()).active_loop_name is None


def test_all_of_it_survives_a_restart(domain, open_store):
    first = (SlotSet("language", "ar"), ActiveLoop("offer_form"))
    before = asyncio.run(talk(open_store(), domain, 10, first=first))
    after = asyncio.run(open_store().retrieve("amal"))
    assert after is not before
    assert after.get_slot("language") == "ar"
    assert after.active_loop_name == "offer_form"
    assert texts(after) == texts(before)
    assert [event.as_dict() for event in after.events] == [
        event.as_dict() for event in before.events
    ]


def test_a_short_conversation_loses_nothing(domain, open_store):
    tracker = asyncio.run(talk(open_store(), domain, TURNS))
    assert texts(tracker) == [f"message {n}" for n in range(TURNS)]


def test_a_turn_that_was_not_saved_is_dropped(domain, open_store):
    async def scenario():
        store = open_store()
        tracker = await talk(store, domain, 1)
        turn(tracker, domain, 1, SlotSet("language", "ar"))
        assert texts(await store.retrieve("amal")) == ["message 0", "message 1"]
        store.forget_live("amal")
        return await store.retrieve("amal")

    tracker = asyncio.run(scenario())
    assert texts(tracker) == ["message 0"]
    assert tracker.get_slot("language") is None


def test_forgetting_somebody_unknown_does_nothing(open_store):
    open_store().forget_live("nobody")


def test_who_never_wrote_has_no_tracker(open_store):
    assert asyncio.run(open_store().retrieve("nobody")) is None


def test_only_the_latest_conversations_stay_in_memory_and_all_on_disk(domain, open_store):
    async def scenario():
        store = open_store(live=2)
        for sender in ("a", "b", "c"):
            await talk(store, domain, 1, sender=sender)
        await store.retrieve("b")
        await talk(store, domain, 1, sender="d")
        return list(store._live), sorted(await store.keys()), texts(await store.retrieve("a"))

    live, kept, first = asyncio.run(scenario())
    assert live == ["b", "d"]
    assert kept == ["a", "b", "c", "d"]
    assert first == ["message 0"]


def test_senders_do_not_mix(domain, open_store):
    async def scenario():
        store = open_store()
        await talk(store, domain, 2, sender="amal", first=(SlotSet("language", "ar"),))
        other = await talk(store, domain, 2, sender="badr", first=(SlotSet("language", "en"),))
        return other.get_slot("language"), (await store.retrieve("amal")).get_slot("language")

    assert asyncio.run(scenario()) == ("en", "ar")


def test_the_whole_of_what_is_kept_is_what_is_kept(domain, open_store):
    store = open_store()
    tracker = asyncio.run(talk(store, domain, 9))
    assert asyncio.run(store.retrieve_full_tracker("amal")) is tracker


def test_what_is_on_disk_can_be_read_by_another_process(domain, open_store, tmp_path):
    asyncio.run(talk(open_store(), domain, 1))
    with sqlite3.connect(tmp_path / "deep/dialogue.db") as disk:
        assert disk.execute("SELECT sender_id FROM tracker").fetchall() == [("amal",)]
    disk.close()
