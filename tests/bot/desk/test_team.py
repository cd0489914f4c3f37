"""Queue and team, teams, hours: seen and changed by who supervises, by nobody else."""

import html
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.desk.hours import live, store
from bot.desk.hours.models import DeskDay, Holiday
from bot.desk.hours.routes import parsed
from bot.desk.permissions import Role
from bot.handoff import queue
from bot.handoff.hours import Hours
from bot.handoff.models import Handoff, Membership, Presence, Team
from bot.handoff.queue import Wanted
from bot.speech import Speech
from people.models import Contact
from settings import Settings
from store.base import now
from tests.bot.desk.talking import Person


def waits(console, name="amal", reason="asked", minutes=7):
    with console.database.write() as session:
        session.add(Contact(id=name, channel="rest", address=name, language="ar"))
        session.flush()
        row = queue.ask(session, name, Wanted(reason, "ar"), "waiting")
        row.due_at = now() - timedelta(minutes=minutes)
        return row.id


def here(console, account):
    with console.database.write() as session:
        session.add(Presence(account_id=account.id, name=account.name, languages=["fr", "ar"]))


def handoff(console, handoff_id):
    with console.database.read() as session:
        return session.get(Handoff, handoff_id)


async def test_a_supervisor_sees_who_waits_how_long_and_who_is_on(console):
    waits(console)
    waits(console, "badr", "distress", 2)
    supervisor = console.signed_in(Role.SUPERVISOR)
    here(console, console.account(name="Salma B"))
    page = (await supervisor.get("/team")).text
    assert "longest wait: 7 minutes" in page
    assert page.index("/conversations/badr") < page.index("/conversations/amal")
    assert "Salma B" in page
    assert "<html" not in (await supervisor.get("/team/live")).text


@pytest.mark.parametrize("path", ["/team", "/team/live", "/teams", "/teams/0", "/hours"])
async def test_a_counsellor_sees_none_of_it(console, path):
    assert (await console.signed_in().get(path)).status_code == 403
    assert len(console.trail("denied")) == 1


async def test_a_waiting_conversation_is_given_to_somebody_and_then_to_another(console):
    one, supervisor = waits(console), console.signed_in(Role.SUPERVISOR)
    salma, omar = console.account(name="Salma"), console.account(name="Omar")
    for account in (salma, omar):
        here(console, account)
        await supervisor.post(f"/team/{one}/assign", to=account.id)
        assert handoff(console, one).account_id == account.id
    assert len(console.trail("conversation.assign")) == 2


async def test_a_held_one_goes_back_to_a_teams_queue(console):
    one, supervisor = waits(console), console.signed_in(Role.SUPERVISOR)
    salma = console.account(name="Salma")
    here(console, salma)
    await supervisor.post(f"/team/{one}/assign", to=salma.id)
    await supervisor.post("/teams/0", name="Rabat")
    with console.database.read() as session:
        team_id = session.scalars(select(Team.id)).one()
    await supervisor.post(f"/team/{one}/assign", to=f"team:{team_id}")
    assert (handoff(console, one).state, handoff(console, one).team_id) == ("waiting", team_id)


@pytest.mark.parametrize("to", ["", "nobody", "team:99", "team:x"])
async def test_to_nobody_changes_nothing(console, to):
    one, supervisor = waits(console), console.signed_in(Role.SUPERVISOR)
    response = await supervisor.post(f"/team/{one}/assign", to=to)
    assert response.status_code in {303, 404}
    assert handoff(console, one).state == "waiting"


async def test_a_team_is_made_changed_and_deleted(console):
    supervisor, member = console.signed_in(Role.SUPERVISOR), console.account()
    form = {
        "name": " Casablanca ",
        "languages": ["ar", "xx"],
        "places": "Casablanca, Mohammedia،الدار البيضاء",
        "topics": ["training", "<b>"],
        "members": [member.id, "nobody"],
    }
    assert (await supervisor.post("/teams/0", form)).status_code == 303
    with console.database.read() as session:
        row = session.scalars(select(Team)).one()
        assert (row.name, row.languages, row.topics) == ("Casablanca", ["ar"], ["training"])
        assert row.places == ["Casablanca", "Mohammedia", "الدار البيضاء"]
        assert session.scalars(select(Membership.account_id)).all() == [member.id]
    assert "Mohammedia" in (await supervisor.get("/teams")).text
    await supervisor.post(f"/teams/{row.id}", name="Sud")
    assert "Sud" in (await supervisor.get(f"/teams/{row.id}")).text
    await supervisor.post(f"/teams/{row.id}/delete")
    assert [line.action for line in console.trail()][-3:] == [
        "team.save",
        "team.save",
        "team.delete",
    ]
    assert (await supervisor.get(f"/teams/{row.id}")).status_code == 404


@pytest.mark.parametrize("name", ["", "   ", "Twin"])
async def test_a_team_needs_a_name_of_its_own(console, name):
    supervisor = console.signed_in(Role.SUPERVISOR)
    await supervisor.post("/teams/0", name="Twin")
    response = await supervisor.post("/teams/0", name=name, places="Rabat")
    assert response.status_code == 400
    assert "Rabat" in response.text


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("08:30-12:00, 13:00-16:30", ["08:30-12:00", "13:00-16:30"]),
        ("8:30 – 12", ["08:30-12:00"]),
        ("00:00-24:00", ["00:00-24:00"]),
        ("12:00-08:00", None),
        ("08:00-12:00, 11:00-13:00", None),
        ("25:00-26:00", None),
        ("always", None),
        ("08:00", None),
    ],
)
def test_hours_are_read_as_people_write_them(text, spans):
    assert parsed(text) == spans


async def test_hours_that_are_set_count_on_the_edge_and_may_be_taken_back(console):
    supervisor = console.signed_in(Role.SUPERVISOR)
    voice, profile = console.app.state.handoff.voice, console.desk.speech.profile
    look = live.KeptHours(console.desk.transactions, console.desk.speech, voice).look
    sunday = datetime(2030, 3, 31, 10, tzinfo=ZoneInfo(profile.timezone))
    assert not voice.hours.is_open(sunday)
    assert (await supervisor.post("/hours", sun="09:00-12:00")).status_code == 303
    await look()
    assert voice.hours.is_open(sunday)
    assert not voice.hours.is_open(sunday + timedelta(days=1))
    await supervisor.post("/hours/holidays", day=str(now().date() + timedelta(days=1)), name="Aïd")
    await supervisor.post("/hours/reset")
    await look()
    assert not voice.hours.is_open(sunday)
    assert voice.hours.is_open(sunday + timedelta(days=1))
    acts = [line.action for line in console.trail() if line.action.startswith("hours")]
    assert acts == ["hours.save", "hours.holiday", "hours.reset"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Monday to Thursday, 08:30 to 12:00, 13:00 to 16:30 · Sunday, day and night"),
        ("fr", "du lundi au jeudi, de 08:30 à 12:00, de 13:00 à 16:30 · le dimanche, jour et nuit"),
        ("ar", "من الاثنين إلى الخميس، من 08:30 إلى 12:00، من 13:00 إلى 16:30 · يوم الأحد، ليلاً ونهاراً"),
    ],
)  # fmt: skip
async def test_people_are_told_the_hours_that_were_set_wherever_hours_are_told(
    console, dialogue, language, said
):
    supervisor, speech = console.signed_in(Role.SUPERVISOR, language=language), console.desk.speech
    profiles = speech.profile.hours[language]
    look = live.KeptHours(console.desk.transactions, speech, console.app.state.handoff.voice).look
    amal = Person(console, language=language)
    # The dialogue and its actions know the profile's sentence alone.
    assert profiles in (await amal.says(f"A ({profiles})"))[-1]["text"]
    days = dict.fromkeys(("mon", "tue", "wed", "thu"), "8:30-12:00, 13:00-16:30")
    await supervisor.post("/hours", days | {"sun": "00:00-24:00"})
    await look()
    answer = (await amal.says(f"B ({profiles})"))[-1]["text"]
    assert f"({said})" in answer

    assert html.escape(said) in (await supervisor.get("/hours")).text
    await supervisor.post("/hours", {})
    await look()
    closed = speech.body("hours_none", language)["text"]
    assert closed in (await amal.says(f"C ({profiles})"))[-1]["text"]
    await supervisor.post("/hours/reset")
    await look()
    assert profiles in (await amal.says(f"D ({profiles})"))[-1]["text"]


async def test_wrong_hours_are_named_and_nothing_is_saved(console):
    supervisor = console.signed_in(Role.SUPERVISOR)
    response = await supervisor.post("/hours", mon="09:00-12:00", tue="nonsense <b>")
    assert response.status_code == 400
    assert "Tuesday" in response.text
    assert "nonsense &lt;b&gt;" in response.text
    with console.database.read() as session:
        assert session.scalars(select(DeskDay)).all() == []


async def test_a_holiday_is_set_shown_and_removed(console):
    supervisor, when = console.signed_in(Role.SUPERVISOR), now().date() + timedelta(days=40)
    await supervisor.post("/hours/holidays", day=str(when), name="<i>Aïd</i>")
    assert "&lt;i&gt;Aïd&lt;/i&gt;" in (await supervisor.get("/hours")).text
    assert (await supervisor.post(f"/hours/holidays/{when}/delete")).status_code == 303
    assert (await supervisor.post(f"/hours/holidays/{when}/delete")).status_code == 404
    assert (await supervisor.post("/hours/holidays", day="31/12/2030")).status_code == 400


def test_holidays_of_the_profile_and_of_the_console_both_count(database):
    profile = Speech(Settings()).profile
    desk = profile.desk.model_copy(update={"holidays": [date(2030, 1, 1)]})
    profile = profile.model_copy(update={"desk": desk})
    with database.write() as session:
        session.add(Holiday(day=date(2030, 1, 2), name="x"))
        session.flush()
        hours: Hours = store.hours(session, profile)
    for number, is_open in ((1, False), (2, False), (3, True)):
        moment = datetime(2030, 1, number, 10, tzinfo=ZoneInfo(profile.timezone))
        assert hours.is_open(moment) is is_open
