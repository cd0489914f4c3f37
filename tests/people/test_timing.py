"""When somebody may be written to unasked."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from people.timing import Clock

TUNIS = ZoneInfo("Africa/Tunis")  # an hour before UTC, all year


def at(hour, day=10):
    return datetime(2025, 3, day, hour, tzinfo=TUNIS)


@pytest.mark.parametrize(
    ("start", "end", "quiet"),
    [
        (21, 8, {21, 22, 23, *range(8)}),
        (1, 6, {1, 2, 3, 4, 5}),
        (0, 0, set()),
        (12, 14, {12, 13}),
    ],
)
def test_quiet_hours(start, end, quiet):
    clock = Clock(TUNIS, start, end)
    assert {hour for hour in range(24) if clock.is_quiet(at(hour))} == quiet


def test_quiet_hours_are_those_of_the_deployment():
    assert Clock(TUNIS).is_quiet(datetime(2025, 3, 10, 20, 30, tzinfo=UTC))
    assert not Clock(TUNIS).is_quiet(datetime(2025, 3, 10, 7, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("every", "hour", "after", "expected"),
    [
        ("daily", 9, at(10), at(9, 11)),
        ("daily", 9, at(9), at(9, 11)),
        ("daily", 9, at(7), at(9, 11)),
        ("daily", 18, at(23), at(18, 11)),
        ("weekly", 9, at(10), at(9, 17)),
        ("daily", 23, at(10), at(8, 11)),  # not in the quiet hours: at their end
    ],
)
def test_the_next_time(every, hour, after, expected):
    assert Clock(TUNIS).following(every, hour, after) == expected


def test_the_hour_stays_when_the_clocks_change():
    paris = Clock(ZoneInfo("Europe/Paris"))
    before = datetime(2025, 3, 29, 9, tzinfo=paris.zone)
    following = paris.following("daily", 9, before)
    assert following.hour == 9
    assert following.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=23)


def test_the_hours_that_may_be_chosen_are_never_quiet():
    clock = Clock(TUNIS, 17, 10)
    assert (clock.morning, clock.evening) == (10, 10)
