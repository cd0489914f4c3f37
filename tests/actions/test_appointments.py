"""Appointments in the chat: offered, booked, shown, moved, cancelled, by taps and in words."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from actions import memory
from actions.appointments import PAGE
from languages.replies import get_replies
from people.appointment_models import Appointment, Slot
from tests.actions.conftest import NOW

TOMORROW = NOW.replace(hour=9, minute=0) + timedelta(days=1)


def at(days, hour=9):
    return NOW.replace(hour=hour, minute=0) + timedelta(days=days)


@pytest.fixture
def free(shelf, catalogue):
    """Gives counsellors free times; gone after the test."""

    def add(*moments, **more):
        with shelf.write() as session:
            rows = [
                Slot(
                    account_id="salma",
                    counsellor="Salma",
                    starts_at=moment,
                    ends_at=moment + timedelta(minutes=30),
                    **more,
                )
                for moment in moments
            ]
            session.add_all(rows)
            session.flush()
            return [row.id for row in rows]

    yield add
    with memory.writing() as session:
        session.execute(delete(Appointment))
        session.execute(delete(Slot))


def rows(shelf):
    with shelf.read() as session:
        return session.scalars(select(Appointment)).all()


def tap(slot_id):
    return f'/book_appointment{{"item":"{slot_id}"}}'


def test_without_a_free_time_a_person_is_offered(talk, free):
    assert talk().say("book_appointment").is_reply("appointment_none_free")


def test_the_next_free_times_are_offered_with_the_town_of_their_clock(talk, free):
    ids = free(at(2), at(1))
    said = talk().say("book_appointment")
    assert said.payloads == [tap(ids[1]), tap(ids[0])]
    assert said.begins_with("appointment_choose", city="Casablanca")
    assert "09:00" in said.text


def test_later_times_follow_until_there_are_none(talk, free):
    ids = free(*(at(1, hour) for hour in range(8, 8 + PAGE + 1)))
    conversation = talk()
    said = conversation.say("book_appointment")
    assert said.payloads[:-1] == [tap(one) for one in ids[:PAGE]]
    assert conversation.tap(said.payloads[-1]).payloads == [tap(ids[-1])]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_one_tap_books(talk, free, shelf, language):
    [first] = free(at(1), place="12, rue des Écoles")
    said = talk(language).tap(tap(first))
    [row] = rows(shelf)
    assert (row.contact_id, row.slot_id, row.state) == ("amal", first, "booked")
    assert row.token in said.text
    assert "12, rue des Écoles" in said.text
    assert said.messages[0]["buttons"] == get_replies().buttons("appointment_booked", language)


def test_a_time_that_is_gone_leads_to_those_that_are_left(talk, free, shelf):
    first, second = free(at(1), at(2))
    with shelf.write() as session:
        session.execute(delete(Slot).where(Slot.id == first))
    said = talk().tap(tap(first))
    assert said.begins_with("appointment_taken")
    assert said.payloads == [tap(second)]
    assert rows(shelf) == []


def test_another_time_moves_it(talk, free, shelf):
    first, second = free(at(1), at(2))
    conversation = talk()
    conversation.tap(tap(first))
    said = conversation.tap('/book_appointment{"field":"move"}')
    assert said.begins_with("appointment_move_to")
    assert conversation.tap(said.payloads[0]).text.startswith(
        get_replies().text("appointment_moved", "fr", day="", time="", where="", name="", link="")[
            :8
        ]
    )
    [row] = rows(shelf)
    assert (row.slot_id, row.revision) == (second, 1)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("je dois annuler mon rdv", "appointment_cancel_ask"),
        ("I need to cancel my appointment", "appointment_cancel_ask"),
        ("أريد إلغاء الموعد", "appointment_cancel_ask"),
        ("bghit nannuler rdv", "appointment_cancel_ask"),
        ("déplacer mon rendez-vous", "appointment_move_to"),
        ("أريد تغيير الموعد", "appointment_move_to"),
        ("c'est quand mon rdv", "appointment_yours"),
        ("rendez-vous", "appointment_yours"),
    ],
)
def test_words_do_what_buttons_do(talk, free, text, key):
    first, _ = free(at(1), at(2))
    conversation = talk()
    conversation.tap(tap(first))
    said = conversation.say("book_appointment", text)
    start = get_replies().text(
        key, "fr", **dict.fromkeys(("day", "time", "where", "name", "link"), "")
    )
    assert said.text[:12] == start[:12]


@pytest.mark.parametrize("text", ["annuler mon rdv", "c'est quand mon rdv"])
def test_who_has_none_is_told_so_and_offered_one(talk, free, text):
    [first] = free(at(1))
    said = talk().say("book_appointment", text)
    assert said.begins_with("appointment_have_none")
    assert said.payloads == [tap(first)]


@pytest.mark.parametrize("answer", ["button", "yes"])
def test_it_is_cancelled_after_a_yes(talk, free, shelf, answer):
    [first] = free(at(1))
    conversation = talk()
    conversation.tap(tap(first))
    conversation.tap('/book_appointment{"field":"cancel"}')
    assert rows(shelf)[0].state == "booked"
    if answer == "yes":
        conversation.say("affirm", "oui")
    else:
        conversation.tap('/book_appointment{"field":"sure"}')
    assert rows(shelf)[0].state == "cancelled"
    assert conversation.tap('/book_appointment{"field":"sure"}').payloads == [tap(first)]


@pytest.mark.parametrize("answer", ["button", "no"])
def test_it_stays_after_a_no(talk, free, shelf, answer):
    [first] = free(at(1))
    conversation = talk()
    conversation.tap(tap(first))
    conversation.say("book_appointment", "annuler le rdv")
    if answer == "no":
        conversation.say("deny", "non")
    else:
        conversation.tap('/book_appointment{"field":"keep"}')
    assert rows(shelf)[0].state == "booked"


def test_a_day_that_is_named_is_looked_at_first(talk, free):
    _, second = free(at(1), at(3))
    said = talk().say("book_appointment", "rdv dans trois jours", date="dans trois jours")
    assert said.payloads == [tap(second)]


def test_a_day_with_nothing_free_leads_to_the_next(talk, free):
    [first] = free(at(1))
    said = talk().say("book_appointment", "rdv dans trois jours", date="dans trois jours")
    assert said.begins_with("appointment_not_then")
    assert said.payloads == [tap(first)]


def test_the_agency_that_is_named_comes_alone(talk, free):
    free(at(1), place="Agence de Rabat")
    [second] = free(at(2), place="Agence de Meknès")
    said = talk().say("book_appointment", "rdv à l'agence de meknes", place="meknes")
    assert said.payloads == [tap(second)]


@pytest.mark.parametrize(
    "payload",
    [
        '/book_appointment{"item":"99999999"}',
        '/book_appointment{"item":"abc"}',
        '/book_appointment{"field":"nonsense"}',
        '/book_appointment{"field":"later","item":"999999999"}',
        '/book_appointment{"field":"sure"}',
    ],
)
def test_taps_that_nobody_made_book_nothing(talk, free, shelf, payload):
    [first] = free(at(1))
    assert tap(first) in talk().tap(payload).payloads
    assert rows(shelf) == []


def test_it_is_among_what_is_held_of_somebody(talk, free):
    [first] = free(at(1))
    conversation = talk()
    conversation.tap(tap(first))
    assert conversation.say("my_data").says("held_appointment")


def test_an_open_question_is_asked_again_after_booking(talk, free):
    [first] = free(at(1))
    conversation = talk()
    conversation.say("search_offers", occupation="menuisier")
    said = conversation.tap(tap(first))
    assert said.says("ask_place", what="menuisier")
