from datetime import date, datetime

import pytest

from catalogue.feeds.dates import near_day, read_day
from tests.catalogue.feeds.making import TODAY


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2026-02-03", "2026-02-03"),
        ("2025-11-24T10:18:17+00:00", "2025-11-24"),
        ("2025-02-27 14:31:25 UTC", "2025-02-27"),
        ("20260301", "2026-03-01"),
        ("20260301T090000Z", "2026-03-01"),
        ("12/10/2025", "2025-10-12"),
        ("22-05-2025 00:11:19", "2025-05-22"),
        ("1763978297", "2025-11-24"),
        ("1763978297123", "2025-11-24"),
        ("Tue, 03 Feb 2026 10:00:00 +0100", "2026-02-03"),
        ("1er mars 2026", "2026-03-01"),
        ("12 janv. 2026", "2026-01-12"),
        ("Lundi 12 janvier 2026", "2026-01-12"),
        ("3 avril 2026 à 14h30", "2026-04-03"),
        ("March 3, 2026", "2026-03-03"),
        ("٥ فبراير ٢٠٢٦", "2026-02-05"),
        ("15 غشت 2025", "2025-08-15"),
        ("10 جانفي 2026", "2026-01-10"),
        ("5 شباط 2026", "2026-02-05"),
        ("5 كانون الثاني 2026", "2026-01-05"),
        ("الإثنين 5 يناير 2026", "2026-01-05"),
        (date(2026, 2, 3), "2026-02-03"),
        (datetime(2026, 2, 3, 23, 30), "2026-02-03"),  # noqa: DTZ001 - as a workbook holds it
    ],
)
def test_days_as_partners_write_them(told, meant):
    assert read_day(told) == (date.fromisoformat(meant), None)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("1447-05-20", "2025-11-11"),
        ("20/05/1447", "2025-11-11"),
        ("٢٠ جمادى الأولى ١٤٤٧ هـ", "2025-11-11"),
        ("1 رمضان 1446", "2025-03-01"),
    ],
)
def test_hijri_days_are_read_and_told(told, meant):
    day, note = read_day(told)
    assert day.isoformat() == meant
    assert f"a Hijri day, read as {meant}" in note


@pytest.mark.parametrize(
    "told",
    [
        "2025-02-30", "31/04/2026", "0000-00-00", "2026-13-01", "1447-13-01", "30/02/1447",
        "9999-01-01", "bientôt", "12 mars", "", "0", "12 brumaire 2026", "99999999999999999999",
    ],
)  # fmt: skip
def test_what_is_no_day_is_said_so(told):
    with pytest.raises(ValueError, match="day"):
        read_day(told)


@pytest.mark.parametrize("told", ["1980-01-01", "2090-01-01"])
def test_a_day_too_far_away_is_a_mistake(told):
    read_day(told)
    with pytest.raises(ValueError, match="too far"):
        near_day(told, TODAY)
