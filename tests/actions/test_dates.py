from datetime import date

import pytest

from actions.dates import window

TUESDAY = date(2026, 3, 10)
SUNDAY = date(2026, 3, 15)
SATURDAY = date(2026, 3, 14)
MONDAY = date(2026, 3, 9)
NEW_YEARS_EVE = date(2026, 12, 31)  # a Thursday


def days(text):
    """'3-10..3-12' of 2026; a year in front where it is another."""
    return tuple(
        date(*([2026] if part.count("-") == 1 else []), *map(int, part.split("-")))
        for part in text.split("..")
    )


@pytest.mark.parametrize(
    ("words", "today", "expected"),
    [
        ("today", TUESDAY, "3-10..3-10"),
        ("aujourd'hui", TUESDAY, "3-10..3-10"),
        ("اليوم", TUESDAY, "3-10..3-10"),
        ("lyoum", TUESDAY, "3-10..3-10"),
        ("demain", TUESDAY, "3-11..3-11"),
        ("غدا", TUESDAY, "3-11..3-11"),
        ("ghedda", NEW_YEARS_EVE, "2027-1-1..2027-1-1"),
        ("this week", TUESDAY, "3-10..3-15"),
        ("cette semaine", SUNDAY, "3-15..3-15"),
        ("هذا الأسبوع", MONDAY, "3-9..3-15"),
        ("next week", TUESDAY, "3-16..3-22"),
        ("la semaine prochaine", SUNDAY, "3-16..3-22"),
        ("الأسبوع القادم", MONDAY, "3-16..3-22"),
        ("next week", NEW_YEARS_EVE, "2027-1-4..2027-1-10"),
        ("this weekend", TUESDAY, "3-14..3-15"),
        ("ce week-end", SATURDAY, "3-14..3-15"),
        ("this weekend", SUNDAY, "3-15..3-15"),
        ("this month", TUESDAY, "3-10..3-31"),
        ("هذا الشهر", NEW_YEARS_EVE, "12-31..12-31"),
        ("next month", TUESDAY, "4-1..4-30"),
        ("le mois prochain", date(2026, 1, 31), "2-1..2-28"),
        ("next month", date(2028, 1, 31), "2028-2-1..2028-2-29"),
        ("الشهر القادم", NEW_YEARS_EVE, "2027-1-1..2027-1-31"),
        ("march", TUESDAY, "3-10..3-31"),
        ("mars", date(2026, 3, 1), "3-1..3-31"),
        ("en mars", date(2026, 3, 31), "3-31..3-31"),
        ("april", TUESDAY, "4-1..4-30"),
        ("février", TUESDAY, "2027-2-1..2027-2-28"),
        ("february", date(2027, 3, 1), "2028-2-1..2028-2-29"),
        ("december", NEW_YEARS_EVE, "12-31..12-31"),
        ("دجنبر", TUESDAY, "12-1..12-31"),
        ("في مارس", TUESDAY, "3-10..3-31"),
        ("janvier", NEW_YEARS_EVE, "2027-1-1..2027-1-31"),
        ("bientôt", TUESDAY, "3-10..3-24"),
        ("soon", NEW_YEARS_EVE, "12-31..2027-1-14"),
    ],
)
def test_the_days_that_words_mean(words, today, expected):
    assert window(words, today) == days(expected)


@pytest.mark.parametrize("words", ["", "merci", "marsouin", "un jour peut-être", "🙂"])
def test_words_that_say_no_day(words):
    assert window(words, TUESDAY) is None


@pytest.mark.parametrize("today", [date(2026, 1, 1 + day) for day in range(14)])
@pytest.mark.parametrize("words", ["this week", "next week", "this weekend", "next month", "soon"])
def test_a_window_is_never_in_the_past_nor_turned_around(words, today):
    first, last = window(words, today)
    assert today <= first <= last


def test_this_week_and_the_next_leave_no_day_out():
    for day in range(1, 15):
        today = date(2026, 6, day)
        assert (window("next week", today)[0] - window("this week", today)[1]).days == 1
