"""Kept and dismissed listings."""

import pytest

from people import verdicts
from people.models import Contact


@pytest.fixture
def session(database):
    with database.write() as session:
        session.add(Contact(id="amal", channel="test", address="amal"))
        session.flush()
        yield session


def test_kept_once_and_taken_back_once(session):
    assert verdicts.judge(session, "amal", 7, "saved")
    assert not verdicts.judge(session, "amal", 7, "saved")
    assert verdicts.forget(session, "amal", 7)
    assert not verdicts.forget(session, "amal", 7)
    assert verdicts.ids(session, "amal", "saved") == []


def test_the_latest_first_and_the_oldest_gives_way(session):
    for number in range(1, verdicts.MOST_KEPT + 3):
        verdicts.judge(session, "amal", number, "saved")
    kept = verdicts.ids(session, "amal", "saved")
    assert kept == list(range(verdicts.MOST_KEPT + 2, 2, -1))


def test_the_last_word_counts(session):
    verdicts.judge(session, "amal", 7, "saved")
    verdicts.judge(session, "amal", 7, "dismissed")
    assert verdicts.ids(session, "amal", "saved") == []
    assert verdicts.ids(session, "amal", "dismissed") == [7]
