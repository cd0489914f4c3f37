"""Appointments: nobody gets a time twice, reminders go by the wall clock, files tell the zone."""

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlalchemy import select

from people import appointment_words, appointments, erasure
from people.appointment_models import Appointment, Slot
from people.models import Contact
from people.timing import Clock

PARIS, CASABLANCA = ZoneInfo("Europe/Paris"), ZoneInfo("Africa/Casablanca")
CLOCK = Clock(PARIS)
NOW = datetime(2026, 3, 23, 9, tzinfo=UTC)  # a Monday; clocks go forward in Paris on the 29th


def at(day, hour=10, zone=PARIS, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=zone)


def slot(starts_at, account="salma", **more):
    return Slot(
        account_id=account,
        counsellor=account.title(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        **more,
    )


@pytest.fixture
def put(database):
    """Writes people and free times; gives the times' ids."""
    with database.write() as session:
        session.add_all(Contact(id=name, channel="t", address=name) for name in ("amal", "badr"))

    def put(*slots):
        with database.write() as session:
            session.add_all(slots)
            session.flush()
            return [one.id for one in slots]

    return put


def book(database, contact_id, slot_id, moment=NOW, clock=CLOCK):
    with database.write() as session:
        return appointments.book(session, contact_id, slot_id, moment, clock)


def slots(database):
    with database.read() as session:
        return {one.id: one.contact_id for one in session.scalars(select(Slot))}


def only(database):
    with database.read() as session:
        return session.scalars(select(Appointment)).one()


def test_a_time_is_booked_once(database, put):
    [first] = put(slot(at(25)))
    assert book(database, "amal", first).appointment.counsellor == "Salma"
    assert book(database, "badr", first) is None
    assert slots(database) == {first: "amal"}
    assert not book(database, "amal", first).moved  # a second tap on the same button
    assert only(database).revision == 0


def test_of_many_who_ask_at_once_one_has_it(database, put):
    [first] = put(slot(at(25)))
    with database.write() as session:
        session.add_all(Contact(id=f"p{n}", channel="t", address=f"p{n}") for n in range(6))
    got, together = [], threading.Barrier(6)

    def ask(name):
        together.wait()
        got.append(book(database, name, first))

    threads = [threading.Thread(target=ask, args=(f"p{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in got) == 1
    assert only(database).contact_id == slots(database)[first]


def test_moving_frees_the_first_time_and_keeps_the_address(database, put):
    first, second = put(slot(at(25)), slot(at(26), "omar"))
    token = book(database, "amal", first).appointment.token
    moved = book(database, "amal", second)
    assert moved.moved
    assert slots(database) == {first: None, second: "amal"}
    row = only(database)
    assert (row.token, row.revision, row.counsellor) == (token, 1, "Omar")
    assert row.starts_at == at(26)


def test_a_time_that_is_gone_leaves_the_appointment_as_it_was(database, put):
    first, second = put(slot(at(25)), slot(at(26)))
    book(database, "amal", first)
    book(database, "badr", second)
    assert book(database, "amal", second) is None
    assert slots(database) == {first: "amal", second: "badr"}


@pytest.mark.parametrize("which", ["past", "too soon", "none"])
def test_what_cannot_be_booked(database, put, which):
    starts = NOW + {"past": -timedelta(hours=1)}.get(which, timedelta(minutes=59))
    [first] = put(slot(starts))
    assert book(database, "amal", first + 1 if which == "none" else first) is None
    assert slots(database) == {first: None}


def test_cancelling_frees_the_time_once(database, put):
    [first] = put(slot(at(25)))
    book(database, "amal", first)
    with database.write() as session:
        assert appointments.cancel(session, "amal", NOW).state == "cancelled"
        assert appointments.cancel(session, "amal", NOW) is None
    assert slots(database) == {first: None}
    assert only(database).day_due_at is None
    assert book(database, "badr", first)


def test_the_counsellor_calls_off_and_the_time_goes(database, put):
    [first] = put(slot(at(25)))
    made = book(database, "amal", first).appointment
    with database.write() as session:
        assert appointments.call_off(session, made.id, NOW)
        assert appointments.call_off(session, made.id, NOW) is None
        assert appointments.call_off(session, made.id + 1, NOW) is None
    assert slots(database) == {}


def test_free_times_each_once_in_the_language_of_the_person(database, put):
    put(slot(at(26)), slot(at(25)), slot(at(25), "omar"), slot(at(27), languages=["ar"]))
    with database.read() as session:
        found = appointments.free(session, NOW, "fr")
        assert [one.starts_at for one in found] == [at(25), at(26)]
        assert len(appointments.free(session, NOW, "ar")) == 3
        assert appointments.free(session, NOW, "fr", after=at(25), until=at(26)) == []


@pytest.mark.parametrize(
    ("starts_at", "day_before"),
    [
        (at(29, 10), at(28, 10)),  # 24 hours of the clock, 23 of the sun
        (at(26, 7), at(25, 9)),  # not in the quiet hours: in the morning
        (at(26, 22), at(25, 18)),
        (datetime(2026, 10, 25, 10, tzinfo=PARIS), datetime(2026, 10, 24, 10, tzinfo=PARIS)),
    ],
)
def test_a_day_before_is_told_by_the_wall_clock(starts_at, day_before):
    assert appointments.day_before(starts_at, CLOCK) == day_before


def test_morocco_moves_its_clocks_in_ramadan():
    # From UTC+1 to UTC on 15 February 2026.
    starts_at = datetime(2026, 2, 15, 10, tzinfo=CASABLANCA)
    before = appointments.day_before(starts_at, Clock(CASABLANCA))
    assert (starts_at.astimezone(UTC).hour, before.astimezone(UTC).hour) == (10, 9)


def test_each_reminder_is_claimed_once(database, put):
    [first] = put(slot(at(26)))
    made = book(database, "amal", first).appointment

    def due(moment):
        with database.write() as session:
            ids = appointments.to_remind(session, moment)
            claims = [appointments.claim_reminder(session, one, moment) for one in ids]
            return [claim[1] if claim else None for claim in claims]

    assert due(at(25) - timedelta(seconds=1)) == []
    assert due(at(25)) == ["day"]
    assert due(at(25, 11)) == []
    assert due(at(26, 9)) == ["hour"]
    assert due(at(26, 9, minute=30)) == []
    assert made.day_due_at == at(25)


@pytest.mark.parametrize(
    ("back_at", "said"), [(at(26, 7), ["day"]), (at(26, 9, minute=20), ["hour"]), (at(26), [None])]
)
def test_after_a_time_away_only_what_is_of_use_is_said(database, put, back_at, said):
    [first] = put(slot(at(26)))
    book(database, "amal", first)
    with database.write() as session:
        ids = appointments.to_remind(session, back_at)
        claims = [appointments.claim_reminder(session, one, back_at) for one in ids]
        assert [claim[1] if claim else None for claim in claims] == said
        assert appointments.to_remind(session, back_at) == []


def test_who_books_for_today_is_reminded_an_hour_before_alone(database, put):
    [first] = put(slot(at(23, 15)))
    row = book(database, "amal", first).appointment
    assert (row.day_due_at, row.hour_due_at) == (None, at(23, 14))


def test_who_is_forgotten_leaves_the_time_to_others(database, put):
    [first] = put(slot(at(25)))
    book(database, "amal", first)
    with database.write() as session:
        erasure.ask(session, "amal")
        assert session.scalars(select(Appointment)).all() == []
    assert slots(database) == {first: None}


def test_deleting_the_person_frees_the_time_too(database, put):
    [first] = put(slot(at(25)))
    book(database, "amal", first)
    with database.write() as session:
        session.delete(session.get(Contact, "amal"))
    assert slots(database) == {first: None}


@pytest.mark.parametrize("day", [27, 29])
def test_the_file_tells_the_time_by_the_zone(database, put, day):
    [first] = put(slot(at(day)))
    made = book(database, "amal", first).appointment
    file = appointment_words.calendar(made, PARIS, "Rendez-vous", "Rue 1, Paris", "Service")
    read = Calendar.from_ical(file)
    [event] = read.walk("VEVENT")
    assert event.decoded("dtstart") == at(day)
    assert event["dtstart"].params["TZID"] == "Europe/Paris"
    assert read.walk("VTIMEZONE")
    assert (event["status"], event["sequence"]) == ("CONFIRMED", 0)


def test_a_cancelled_one_takes_the_file_back(database, put):
    [first] = put(slot(at(25)))
    made = book(database, "amal", first).appointment
    with database.write() as session:
        done = appointments.cancel(session, "amal", NOW)
    before, after = (
        Calendar.from_ical(appointment_words.calendar(one, PARIS, "x", "y", "z")).walk("VEVENT")[0]
        for one in (made, done)
    )
    assert before["uid"] == after["uid"]
    assert after["status"] == "CANCELLED"
    assert after["sequence"] > before["sequence"]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("month", range(1, 13))
def test_a_time_fits_on_a_button(language, month):
    for day in range(10, 17):
        one = slot(datetime(2026, month, day, 23, 30, tzinfo=CASABLANCA))
        assert len(appointment_words.short(one, language, CASABLANCA)) <= 20


def test_one_by_phone_keeps_its_number_when_it_is_moved_to_another_by_phone(database, put):
    first, second, third = put(
        slot(at(25), how="phone"), slot(at(26), how="phone"), slot(at(27), how="office")
    )
    assert book(database, "amal", first).appointment.number is None
    with database.write() as session:
        assert appointments.give_number(session, "badr", "0612345678", NOW) is None
        assert appointments.give_number(session, "amal", "0612345678", NOW).slot_id == first
    assert book(database, "amal", second).appointment.number == "0612345678"
    assert book(database, "amal", third).appointment.number is None
    with database.write() as session:
        assert appointments.give_number(session, "amal", "0612345678", NOW) is None


def test_how_it_is_told(database, put):
    link = "https://meet.example/salma"
    said = {
        "appointment_video": "by video", "appointment_join": "{link}", "appointment_team": "us",
        "appointment_phone": "by phone", "appointment_phone_at": "at {number}",
        "appointment_number_ask": "which?",
    }  # fmt: skip

    def text(key, **words):
        return said[key].format(**words)

    ids = put(slot(at(25), how="video", link=link), slot(at(26), how="phone"))
    video = book(database, "amal", ids[0]).appointment
    assert appointment_words.where(video, text) == "by video"
    assert appointment_words.more(video, text) == [link]
    file = appointment_words.calendar(video, PARIS, "t", "by video", "s")
    assert Calendar.from_ical(file).walk("VEVENT")[0]["url"] == link
    phone = book(database, "badr", ids[1]).appointment
    assert appointment_words.where(phone, text) == "by phone"
    assert appointment_words.more(phone, text) == ["which?"]
    phone.number = "0612345678"
    assert appointment_words.where(phone, text) == "at 0612345678"
    assert appointment_words.more(phone, text) == []


def test_who_wants_no_name_told_is_told_of_by_none_from_now_on(database, put):
    past, first, second = put(slot(at(20)), slot(at(25)), slot(at(26)))
    book(database, "amal", first)
    with database.write() as session:
        appointments.rename(session, "salma", "", NOW)
    with database.read() as session:
        told = {one.id: one.counsellor for one in session.scalars(select(Slot))}
    assert told == {past: "Salma", first: "", second: ""}
    assert appointment_words.words(only(database), "fr", PARIS, lambda key: key)["name"] == (
        "appointment_team"
    )
