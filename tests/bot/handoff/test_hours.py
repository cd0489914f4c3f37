"""When the desk is open, in the deployment's own time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.handoff.hours import Hours, parsed
from languages.profile import Desk

PARIS = ZoneInfo("Europe/Paris")
DAY = [(8 * 60 + 30, 12 * 60), (13 * 60, 16 * 60 + 30)]
OFFICE = Hours(PARIS, dict.fromkeys(range(5), DAY), [date(2026, 12, 25)])


def at(day, clock):
    return datetime.fromisoformat(f"2026-{day}T{clock}").replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (at("11-23", "08:29"), False),
        (at("11-23", "08:30"), True),
        (at("11-23", "11:59"), True),
        (at("11-23", "12:00"), False),
        (at("11-23", "16:30"), False),
        (at("11-22", "10:00"), False),  # a Sunday
        (at("12-25", "10:00"), False),  # a holiday
        (datetime(2026, 11, 23, 7, 45, tzinfo=UTC), True),  # 8:45 in Paris
    ],
)
def test_open(moment, is_open):
    assert OFFICE.is_open(moment) is is_open


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (at("11-23", "09:00"), at("11-23", "09:00")),
        (at("11-23", "12:10"), at("11-23", "13:00")),
        (at("11-27", "17:00"), at("11-30", "08:30")),
        (at("12-24", "18:00"), at("12-28", "08:30")),
        # The night in which clocks go back: 8:30 stays 8:30
        (at("10-24", "23:00"), at("10-26", "08:30")),
    ],
)
def test_opens_next(moment, opens):
    assert OFFICE.opens_at(moment) == opens


@pytest.mark.parametrize(
    ("part", "due"),
    [
        ("first", at("11-23", "10:00")),
        ("morning", at("11-23", "10:00")),
        ("afternoon", at("11-23", "13:00")),
        ("nonsense", at("11-23", "10:00")),
    ],
)
def test_the_next_part_of_a_day(part, due):
    assert OFFICE.next_part(at("11-23", "10:00"), part) == due


def test_a_morning_that_is_over_is_tomorrows():
    assert OFFICE.next_part(at("11-23", "12:30"), "morning") == at("11-24", "08:30")


def test_never_and_always_open():
    never = Hours(PARIS, {})
    assert never.opens_at(at("11-23", "10:00")) is None
    assert not never.is_open(at("11-23", "10:00"))
    always = Hours(PARIS, None, [date(2026, 12, 25)])
    assert always.is_open(at("12-25", "03:00"))


@pytest.mark.parametrize("span", ["8:30-12:00", "08:30–12:00", "25:00-26:00", "12:00-08:30", ""])
def test_a_span_that_is_none_is_refused(span):
    with pytest.raises(ValueError, match=r"opening|mon|span"):
        Desk(opening={"mon": [span]})


def test_spans_that_overlap_are_refused():
    with pytest.raises(ValueError, match="overlap"):
        Desk(opening={"mon": ["08:00-12:00", "11:00-13:00"]})
    assert parsed("08:30-24:00") == (510, 1440)
