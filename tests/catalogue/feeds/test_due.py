from datetime import UTC, datetime, timedelta

import pytest

from catalogue.feeds.due import due, next_due, scheduled
from catalogue.feeds.lease import FeedBusy, Lease, Slot
from tests.catalogue.feeds.making import feed

DAILY = feed(schedule="30 4 * * *", url="https://a.example/feed")
MORNING = datetime(2026, 3, 1, 12, tzinfo=UTC)


def waiting(database, moment, *feeds):
    return [(one.name, since) for one, since in due(database, feeds or [DAILY], "UTC", moment)]


def ran(database, since, moment, one=DAILY):
    with Lease(database, one.name).held(Slot(since, next_due(one, "UTC", moment))):
        pass


def test_the_next_time_is_in_the_deployments_zone():
    assert next_due(DAILY, "UTC", MORNING) == datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
    # Casablanca is an hour ahead of UTC, but in Ramadan, which this is: there 4:30 is 4:30.
    assert next_due(DAILY, "Africa/Casablanca", MORNING).astimezone(UTC).hour == 4
    assert next_due(DAILY, "Africa/Tunis", MORNING).astimezone(UTC).hour == 3
    exactly = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
    assert next_due(DAILY, "UTC", exactly) == exactly + timedelta(days=1)


def test_a_new_feed_is_due_at_once_and_then_by_its_schedule(database):
    assert waiting(database, MORNING) == [("test", MORNING)]
    ran(database, MORNING, MORNING)
    assert waiting(database, MORNING + timedelta(hours=16)) == []
    following = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
    assert waiting(database, following) == [("test", following)]


def test_what_was_missed_while_nothing_ran_is_due_once(database):
    waiting(database, MORNING)
    ran(database, MORNING, MORNING)
    week_later = MORNING + timedelta(days=7)
    [(_, since)] = waiting(database, week_later)
    ran(database, since, week_later)
    assert waiting(database, week_later) == []


def test_what_another_process_has_run_meanwhile_is_not_run_again(database):
    [(_, mine)] = waiting(database, MORNING)
    [(_, theirs)] = waiting(database, MORNING)
    ran(database, theirs, MORNING)
    with pytest.raises(FeedBusy):
        ran(database, mine, MORNING)


def test_what_is_being_run_is_not_due(database):
    waiting(database, MORNING)
    with Lease(database, "test").held():
        assert waiting(database, datetime.now(UTC)) == []


def test_a_changed_schedule_counts_from_now(database):
    waiting(database, MORNING)
    ran(database, MORNING, MORNING)
    hourly = feed(schedule="15 * * * *", url="https://a.example/feed")
    assert waiting(database, MORNING, hourly) == []
    assert waiting(database, MORNING + timedelta(minutes=15), hourly) == [
        ("test", MORNING + timedelta(minutes=15))
    ]


def test_feeds_that_run_by_themselves(tmp_path):
    (tmp_path / "one.yml").write_text("like: rss\nurl: https://a.example\nschedule: '0 6 * * *'\n")
    (tmp_path / "two.yml").write_text("like: rss\nurl: https://a.example\n")
    (tmp_path / "hello-work.yml").write_text("file: dropped.xml\n")
    (tmp_path / "wrong.yml").write_text("like: rss\nschedule: often\n")
    feeds, wrong = scheduled(tmp_path)
    assert [one.name for one in feeds] == ["hello-work", "one"]
    assert len(wrong) == 1
    assert wrong[0].startswith("wrong.yml: schedule")
