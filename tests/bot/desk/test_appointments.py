"""The page of appointments: free times are offered, withdrawn; appointments called off, marked."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.desk.appointments import slots
from bot.desk.appointments.diary import monday
from bot.desk.appointments.slots import Offer
from bot.desk.permissions import Role
from bot.models import ReplyRow
from people.appointment_models import Appointment, Slot
from people.models import Contact
from store.base import now

PARIS = ZoneInfo("Europe/Paris")
SOON = now().date() + timedelta(days=9)
FORM = {"day": str(SOON), "begin": "09:00", "end": "10:00", "minutes": "30", "weeks": "1"}


def offer(**more):
    given = {
        "day": date(2030, 3, 31),
        "begin": time(1),
        "end": time(4),
        "minutes": 60,
        "weeks": 1,
        "how": "office",
        "place": None,
        "languages": (),
    }
    return Offer(**(given | more))


def test_an_hour_that_the_clocks_leave_out_is_not_offered():
    made = list(slots.times(offer(), PARIS, ()))
    assert [one.astimezone(PARIS).hour for one in made] == [1, 3]


def test_the_same_hour_every_week_on_both_sides_of_the_change():
    made = list(
        slots.times(offer(day=date(2030, 3, 27), begin=time(9), end=time(10), weeks=2), PARIS, ())
    )
    assert [one.astimezone(PARIS).hour for one in made] == [9, 9]
    assert made[1] - made[0] == timedelta(days=7, hours=-1)


def test_a_holiday_is_left_out():
    made = list(
        slots.times(offer(weeks=2, begin=time(9), end=time(10)), PARIS, {date(2030, 3, 31)})
    )
    assert [one.astimezone(PARIS).date() for one in made] == [date(2030, 4, 7)]


def rows(console, table=Slot):
    with console.database.read() as session:
        return session.scalars(select(table).order_by(table.starts_at)).all()


def booked(console, account_id, starts_at, **more):
    with console.database.write() as session:
        session.add(Contact(id="amal", channel="rest", address="amal", language="ar"))
        session.flush()
        meeting = {
            "account_id": account_id,
            "counsellor": "Salma",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=30),
        }
        slot = Slot(**meeting, contact_id="amal")
        session.add(slot)
        session.flush()
        row = Appointment(**meeting, contact_id="amal", slot_id=slot.id, **more)
        session.add(row)
        session.flush()
        return row.id


async def test_times_are_offered_and_shown_and_offered_once(console):
    browser = console.signed_in(name="Salma")
    response = await browser.post("/appointments/slots", **FORM)
    page = await browser.get(response.headers["location"].removeprefix("/desk"))
    assert page.text.count("09:00–09:30") == 1
    await browser.post("/appointments/slots", **FORM | {"begin": "08:45"})
    made = rows(console)
    zone = console.desk.zone
    assert [one.starts_at.astimezone(zone).strftime("%H:%M") for one in made] == ["09:00", "09:30"]
    assert {one.account_id for one in made} == {browser.account.id}
    assert [line.detail["count"] for line in console.trail("slot.add")] == [2]


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "nonsense"},
        {"day": "9999-12-31"},
        {"begin": "25:00"},
        {"end": "09:10"},
        {"end": "08:00"},
        {"minutes": "1"},
        {"weeks": "10000"},
        {"how": "<script>"},
        {"how": "video"},
        {"how": "video", "link": "javascript:alert(1)"},
        {"how": "video", "link": "https://meet.example/a b"},
    ],
)
async def test_what_cannot_be_offered_is_said(console, wrong):
    browser = console.signed_in()
    response = await browser.post("/appointments/slots", **FORM | wrong)
    assert response.status_code == 400
    assert 'role="alert"' in response.text
    assert rows(console) == []


async def test_a_counsellor_offers_for_nobody_else_a_supervisor_does(console):
    other = console.account(name="Omar")
    counsellor = console.signed_in()
    await counsellor.post("/appointments/slots", **FORM, who=other.id)
    assert {one.account_id for one in rows(console)} == {counsellor.account.id}
    supervisor = console.signed_in(Role.SUPERVISOR)
    await supervisor.post("/appointments/slots", **FORM, who=other.id)
    assert {one.account_id for one in rows(console)} == {counsellor.account.id, other.id}
    page = await supervisor.get(f"/appointments?week={SOON}&who=all")
    assert page.text.count("09:00–09:30") == 2
    page = await counsellor.get(f"/appointments?week={SOON}&who=all")
    assert page.text.count("09:00–09:30") == 1


async def test_a_free_time_is_withdrawn_by_its_counsellor_alone(console):
    browser, other = console.signed_in(), console.signed_in()
    await browser.post("/appointments/slots", **FORM)
    first = rows(console)[0].id
    assert (await other.post(f"/appointments/slots/{first}/delete")).status_code == 404
    assert len(rows(console)) == 2
    assert (await browser.post(f"/appointments/slots/{first}/delete")).status_code == 303
    assert len(rows(console)) == 1
    assert len(console.trail("denied")) == 1


async def test_calling_off_tells_the_person_in_their_language(console):
    browser, other = console.signed_in(), console.signed_in()
    tomorrow = now() + timedelta(days=1)
    made = booked(console, browser.account.id, tomorrow)
    assert (await other.post(f"/appointments/{made}/call-off")).status_code == 404
    assert (await browser.post(f"/appointments/{made}/call-off")).status_code == 303
    assert rows(console) == []
    assert rows(console, Appointment)[0].state == "cancelled"
    with console.database.read() as session:
        [said] = session.scalars(select(ReplyRow)).all()
    assert (said.language, said.purpose) == ("ar", "notice")
    assert "نعتذر" in said.body["text"]
    await browser.post(f"/appointments/{made}/call-off")
    with console.database.read() as session:
        assert len(session.scalars(select(ReplyRow)).all()) == 1


@pytest.mark.parametrize(("ago", "status"), [(timedelta(hours=1), 303), (-timedelta(hours=1), 404)])
async def test_whether_somebody_came_is_noted_once_it_has_begun(console, ago, status):
    browser = console.signed_in()
    made = booked(console, browser.account.id, now() - ago)
    assert (await browser.post(f"/appointments/{made}/kept")).status_code == status
    assert rows(console, Appointment)[0].state == ("kept" if status == 303 else "booked")


@pytest.mark.parametrize(
    "path", ["/appointments/1/kept", "/appointments/1/<b>", "/appointments/9/call-off"]
)
async def test_what_is_not_there_is_not_found(console, path):
    assert (await console.signed_in().post(path)).status_code == 404


@pytest.mark.parametrize("week", ["", "nonsense", "9999-12-31", "0001-01-01", "2026-02-31"])
async def test_any_week_that_is_asked_for_gives_a_page(console, week):
    page = await console.signed_in(Role.SUPERVISOR).get(
        "/appointments", params={"week": week, "who": "x"}
    )
    assert page.status_code == 200


async def test_what_somebody_writes_as_a_place_is_inert(console):
    browser = console.signed_in()
    await browser.post("/appointments/slots", **FORM, place="<script>alert(1)</script>")
    page = await browser.get(f"/appointments?week={SOON}")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


def test_the_page_shows_the_week_by_the_clock_of_the_deployment():

    assert monday(datetime(2030, 3, 31, tzinfo=UTC).date()) == date(2030, 3, 25)
