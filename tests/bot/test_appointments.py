"""What the edge does about appointments: reminders, calendar files, those that are by chat."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from icalendar import Calendar
from sqlalchemy import select

from bot import appointment_numbers as edge_numbers
from bot import appointments as edge
from bot.handoff.models import Handoff
from bot.models import ReplyRow
from bot.speech import Speech
from bot.transactions import Transactions
from people import appointments
from people.appointment_models import Appointment, Slot
from people.models import Contact
from people.timing import Clock
from settings import Settings

ZONE = ZoneInfo("Africa/Casablanca")
CLOCK = Clock(ZONE)
NOW = datetime(2030, 3, 20, 9, tzinfo=UTC)
STARTS = datetime(2030, 3, 25, 10, tzinfo=ZONE)
MARKS = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))


@pytest.fixture
async def diary(database):
    """The edge's part and its database; amal has an appointment."""
    transactions = Transactions(database)
    with database.write() as session:
        session.add(Contact(id="amal", channel="test", address="amal", language="fr"))
    yield SimpleNamespace(
        db=transactions, diary=edge.Diary(Speech(Settings()), Settings()), database=database
    )
    await transactions.settle()


def booked(database, **more):
    with database.write() as session:
        slot = Slot(
            account_id="salma",
            counsellor="Salma",
            starts_at=STARTS,
            ends_at=STARTS + timedelta(minutes=30),
            **more,
        )
        session.add(slot)
        session.flush()
        return appointments.book(session, "amal", slot.id, NOW, CLOCK).appointment


def said(database):
    with database.read() as session:
        rows = session.scalars(select(ReplyRow).order_by(ReplyRow.id)).all()
        return [(row.purpose, row.language, row.body["text"].translate(MARKS)) for row in rows]


@pytest.mark.parametrize(
    ("language", "begins"),
    [("fr", "Petit rappel : vous avez rendez-vous lundi 25 mars à 10:00"), ("ar", "للتذكير")],
)
async def test_a_reminder_a_day_and_an_hour_before_in_the_language_read_now(
    diary, language, begins
):
    booked(diary.database, place="Agence du port")
    with diary.database.write() as session:
        session.get(Contact, "amal").language = language
    assert await edge.look(diary.db, diary.diary, STARTS - timedelta(days=1)) == 1
    assert await edge.look(diary.db, diary.diary, STARTS - timedelta(days=1)) == 0
    assert await edge.look(diary.db, diary.diary, STARTS - timedelta(hours=1)) == 1
    assert await edge.look(diary.db, diary.diary, STARTS) == 0
    first, second = said(diary.database)
    assert first[:2] == ("notice", language)
    assert first[2].startswith(begins)
    assert "10:00, Agence du port, avec Salma" in second[2] or language == "ar"


async def test_nobody_is_reminded_of_what_was_cancelled(diary):
    booked(diary.database)
    with diary.database.write() as session:
        appointments.cancel(session, "amal", NOW)
    assert await edge.look(diary.db, diary.diary, STARTS - timedelta(hours=1)) == 0
    assert said(diary.database) == []


async def test_one_by_chat_brings_the_person_to_the_counsellor_when_it_begins(diary):
    booked(diary.database, how="chat")
    assert await edge.look(diary.db, diary.diary, STARTS) == 1
    assert await edge.look(diary.db, diary.diary, STARTS) == 0
    with diary.database.read() as session:
        row = session.scalars(select(Handoff)).one()
        assert (row.state, row.suggested_to, row.contact_id) == ("waiting", "salma", "amal")
    assert "Salma va vous écrire ici" in said(diary.database)[-1][2]


async def test_one_at_the_office_brings_nobody(diary):
    booked(diary.database)
    await edge.look(diary.db, diary.diary, STARTS)
    with diary.database.read() as session:
        assert session.scalars(select(Handoff)).all() == []


async def test_the_person_is_told_when_it_is_called_off(diary):
    made = booked(diary.database)
    with diary.database.write() as session:
        diary.diary.called_off(session, appointments.call_off(session, made.id, NOW))
    assert "Salma ne pourra pas" in said(diary.database)[0][2]


@pytest.fixture
async def web(diary):
    app = FastAPI()
    app.include_router(edge.router(diary.db, diary.diary))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://edge") as client:
        yield client


async def test_the_calendar_file_is_found_by_its_token(diary, web):
    made = booked(diary.database)
    response = await web.get(f"/appointments/{made.token}.ics")
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert response.headers["cache-control"] == "private, no-store"
    [event] = Calendar.from_ical(response.content).walk("VEVENT")
    assert event.decoded("dtstart") == STARTS
    assert event["summary"].startswith("Rendez-vous avec Salma")
    assert not set("\u2066\u2067\u2068\u2069") & set(response.text)


@pytest.mark.parametrize("token", ["x", "a" * 43, "../../etc/passwd", "%00" * 43, "1"])
async def test_any_other_address_is_nobodys(diary, web, token):
    booked(diary.database)
    assert (await web.get(f"/appointments/{token}.ics")).status_code in {404, 422}


async def test_a_token_is_not_to_be_guessed(diary):
    booked(diary.database)
    with diary.database.read() as session:
        assert len(session.scalars(select(Appointment.token)).one()) == 43


def answered(text, payload=None):
    return SimpleNamespace(contact_id="amal", text=text, payload=payload)


async def test_the_number_of_one_by_phone_is_read_from_the_chat(diary, monkeypatch):
    monkeypatch.setattr(edge_numbers, "now", lambda: NOW)
    numbers = edge_numbers.Numbers(diary.db, Speech(Settings()), diary.diary)
    assert await numbers.compose(answered("06 12 34 56 78"), "fr") is None
    booked(diary.database, how="phone")
    for other in ("bonjour", "bac 2019 2020", "1234", "", None):
        assert await numbers.compose(answered(other), "fr") is None
    assert await numbers.compose(answered("0612345678", "/press"), "fr") is None
    again = await numbers.compose(answered("061234"), "fr")
    assert "trop court" in again.bodies[0]["text"]
    noted = await numbers.compose(answered("appelez le 06 12 34 56 78 svp"), "fr")
    assert "au 0612345678, lundi 25 mars à 10:00" in noted.bodies[0]["text"].translate(MARKS)
    # Another takes its place when it is the whole message, and not in passing.
    assert await numbers.compose(answered("mon frère: 06 12 34 56 70"), "fr") is None
    assert await numbers.compose(answered("+212 6 12 34 56 79"), "ar")
    with diary.database.read() as session:
        assert session.scalars(select(Appointment.number)).one() == "+212612345679"


async def test_a_reminder_asks_for_the_number_that_is_still_wanted(diary):
    booked(diary.database, how="phone")
    await edge.look(diary.db, diary.diary, STARTS - timedelta(days=1))
    with diary.database.write() as session:
        appointments.give_number(session, "amal", "0612345678", NOW)
    await edge.look(diary.db, diary.diary, STARTS - timedelta(hours=1))
    first, second = (one[2] for one in said(diary.database))
    assert "par téléphone, avec Salma" in first
    assert "Quel numéro" in first
    assert "par téléphone, au 0612345678, avec Salma" in second
    assert "Quel numéro" not in second
