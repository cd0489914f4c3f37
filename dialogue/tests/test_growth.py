"""What a message costs does not grow with the conversation: counted work, no clock."""

import cProfile
import pstats
import sqlite3

import pytest

from dialogue.tests.test_channel import model, talk  # noqa: F401 - its fixtures

MESSAGE = "find me a job in Casablanca"
SOON, LATE = 8, 200


@pytest.fixture
def work(talk, tmp_path):  # noqa: F811
    """Of each turn asked for: calls of functions, what the actions got, and what is kept."""

    async def scenario(client):
        measured = {}
        for turn in range(1, LATE + 1):
            profile = cProfile.Profile()
            profile.enable()
            await client.say(MESSAGE)
            profile.disable()
            if turn in (SOON, LATE):
                measured[turn] = {
                    "calls": pstats.Stats(profile).total_calls,
                    "asked": len(client.actions.bodies),
                    "events": len(client.actions.bodies[-1]["tracker"]["events"]),
                    "kept": kept(tmp_path / "dialogue.db"),
                }
        return measured

    measured = talk(scenario)
    return measured[SOON], measured[LATE]


def kept(path):
    """Characters of the conversation's tracker on disk."""
    with sqlite3.connect(path) as disk:
        return disk.execute("SELECT length(events) FROM tracker").fetchone()[0]


def test_a_late_turn_does_the_work_of_an_early_one(work):
    soon, late = work
    assert soon["asked"] == SOON
    assert late["asked"] == LATE
    assert late["events"] == soon["events"]
    # Slots' times and confidences have more or fewer digits.
    assert late["kept"] == pytest.approx(soon["kept"], rel=0.02)
    assert late["calls"] == pytest.approx(soon["calls"], rel=0.03)
