"""A counsellor books, moves and cancels for the person of a conversation, who is told of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.desk.permissions import Role
from bot.handoff.models import Membership, Team
from bot.models import ReplyRow
from people.appointment_models import Appointment, Slot
from people.models import Contact
from store.base import now
from tests.bot.desk.talking import MARK, PARTIAL, Person, held, here

SOON = now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)


def free(console, account, *hours, **more):
    """Free times, so many hours after `SOON`; their ids."""
    with console.database.write() as session:
        rows = [
            Slot(
                account_id=account.id,
                counsellor=account.name,
                starts_at=SOON + timedelta(hours=hour),
                ends_at=SOON + timedelta(hours=hour, minutes=30),
                **more,
            )
            for hour in hours
        ]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def booked(console):
    with console.database.read() as session:
        return session.scalars(select(Appointment)).one_or_none()


def told(console, person):
    """What the person was told of it, without marks of direction."""
    with console.database.read() as session:
        mine = (ReplyRow.contact_id == person.id, ReplyRow.purpose == "notice")
        rows = session.scalars(select(ReplyRow).where(*mine).order_by(ReplyRow.id)).all()
        return [MARK.sub("", row.body["text"]) for row in rows]


async def act(browser, person, what, **fields):
    return await browser.post(f"{person.page}/appointment/{what}", headers=PARTIAL, **fields)


async def test_booked_moved_and_cancelled(console):
    salma = console.signed_in(language="ar", name="Salma")
    amal = await held(console, salma)
    first, second = free(console, salma.account, 0, 1, place="12, rue des Écoles")
    panel = await salma.get(f"{amal.page}/appointment")
    assert panel.text.count('name="slot"') == 2
    for _ in range(2):  # a double click
        done = await act(salma, amal, "book", slot=str(first), mark="m1")
        assert done.status_code == 204
    row = booked(console)
    assert (row.contact_id, row.slot_id, row.state) == (amal.id, first, "booked")
    assert row.day_due_at is not None
    [said] = told(console, amal)[1:]  # after that somebody is there
    assert said.startswith("Vous avez rendez-vous : ")
    assert "(heure de Casablanca), 12, rue des Écoles, avec Salma" in said
    assert f"/appointments/{row.token}.ics" in said
    assert "écrivez-le ici" in said
    page = (await salma.get(amal.page)).text
    assert "12, rue" not in page.partition("<aside")[0].partition('id="lines"')[0]
    assert "الموعد" in page.partition("<aside")[2]
    await act(salma, amal, "book", slot=str(second))
    assert booked(console).slot_id == second
    assert "est déplacé" in told(console, amal)[-1]
    assert (await act(salma, amal, "cancel")).status_code == 204
    assert booked(console).state == "cancelled"
    assert "est annulé" in told(console, amal)[-1]
    with console.database.read() as session:
        assert {one.contact_id for one in session.scalars(select(Slot))} == {None}
    assert [row.action for row in console.trail() if row.action.startswith("appointment.")] == [
        "appointment.book", "appointment.book", "appointment.cancel",
    ]  # fmt: skip


async def test_whose_times_are_shown_and_in_which_language(console):
    salma, omar = console.signed_in(name="Salma"), console.signed_in(name="Omar")
    amal = await held(console, salma)
    with console.database.write() as session:
        team = Team(name="Formation")
        session.add(team)
        session.flush()
        session.add(Membership(team_id=team.id, account_id=omar.account.id))
        team_id = team.id
    [own] = free(console, salma.account, 0)
    [colleague] = free(console, omar.account, 0)
    [arabic] = free(console, salma.account, 5, languages=["ar"])
    shown = {}
    for who in ("", "me", "all", f"team:{team_id}", f"account:{omar.account.id}", "team:x", "<b>"):
        page = await salma.get(f"{amal.page}/appointment", params={"who": who})
        assert page.status_code == 200
        shown[who] = {n for n in (own, colleague, arabic) if f'value="{n}" required' in page.text}
    assert shown.pop("all") == {own, colleague}
    assert shown.pop(f"team:{team_id}") == shown.pop(f"account:{omar.account.id}") == {colleague}
    assert all(rest == {own} for rest in shown.values())
    free(console, salma.account, *range(24, 24 + 30))
    page = await salma.get(f"{amal.page}/appointment?who=me")
    assert page.text.count('name="slot"') == 24
    after = page.text.partition("after=")[2].partition('"')[0]
    page = await salma.get(f"{amal.page}/appointment?who=me&after={after}")
    assert page.text.count('name="slot"') == 7


async def test_by_phone_the_number_is_the_persons_or_asked_for(console):
    salma = console.signed_in(language="fr", name="Salma")
    amal = await held(console, salma)
    first, second, video = (
        *free(console, salma.account, 0, 1, how="phone"),
        *free(console, salma.account, 2, how="video", link="https://meet.example/salma"),
    )
    wrong = await act(salma, amal, "book", slot=str(first), number="12 rue 3")
    assert (wrong.status_code, booked(console)) == (400, None)
    await act(salma, amal, "book", slot=str(first))
    assert "Quel numéro devons-nous appeler" in told(console, amal)[-1]
    assert (await act(salma, amal, "number", number="06 12 34 56 78")).status_code == 204
    assert "au 0612345678" in told(console, amal)[-1]
    await act(salma, amal, "book", slot=str(second), number="+212 612 345 679")
    assert booked(console).number == "+212612345679"
    assert "par téléphone, au +212612345679" in told(console, amal)[-1]
    await act(salma, amal, "book", slot=str(video))
    assert "https://meet.example/salma" in told(console, amal)[-1].splitlines()[-1]
    assert booked(console).number is None
    assert (await act(salma, amal, "number", number="0612345678")).status_code == 409


async def test_who_may(console):
    salma, omar = console.signed_in(name="Salma"), console.signed_in(name="Omar")
    await here(omar)
    amal = await held(console, salma)
    [time] = free(console, salma.account, 0)
    assert (await omar.get(f"{amal.page}/appointment")).status_code == 404
    for what in ("book", "cancel", "number"):
        refused = await act(omar, amal, what, slot=str(time), number="0612345678")
        assert refused.status_code == 404
    await salma.post(f"{amal.act}/transfer", to=f"account:{omar.account.id}")
    refused = await act(salma, amal, "book", slot=str(time))  # she saw it, a colleague has it
    assert refused.status_code == 403
    supervisor = console.signed_in(Role.SUPERVISOR)
    assert (await act(supervisor, amal, "book", slot=str(time))).status_code == 204
    badr = Person(console, "badr")
    await badr.says("asked")  # who waits can have a time without being taken
    [other] = free(console, omar.account, 3)
    assert (await act(salma, badr, "book", slot=str(other))).status_code == 204


async def test_what_cannot_be_booked_says_why_and_changes_nothing(console):
    salma = console.signed_in(language="en")
    amal, badr = await held(console, salma), await held(console, salma, "badr")
    [time] = free(console, salma.account, 0)
    await act(salma, badr, "book", slot=str(time))
    gone = await act(salma, amal, "book", slot=str(time))
    assert (gone.status_code, "just gone" in gone.json()["words"]) == (409, True)
    assert (await act(salma, amal, "book", slot="99999")).status_code == 409
    [late] = free(console, salma.account, 1)
    with console.database.write() as session:
        session.get(Contact, amal.id).gone_at = now()
    blocked = await act(salma, amal, "book", slot=str(late))
    assert (blocked.status_code, "Nothing was booked" in blocked.json()["words"]) == (410, True)
    assert booked(console).contact_id == badr.id
    with console.database.read() as session:
        assert session.get(Slot, late).contact_id is None
    for odd in ("x", "-1", "99999999999999"):
        assert (await act(salma, amal, "book", slot=odd)).status_code == 400
    plain = await salma.post(f"{badr.page}/appointment/cancel")
    assert plain.headers["location"] == f"/desk{badr.page}"


@pytest.mark.parametrize("minutes", [20, 90])
async def test_ones_own_time_may_be_near_a_colleagues_not(console, minutes):
    salma, omar = console.signed_in(name="Salma"), console.signed_in(name="Omar")
    amal = await held(console, salma)
    offset = (now() - SOON).total_seconds() / 3600 + minutes / 60
    [own] = free(console, salma.account, offset)
    [colleague] = free(console, omar.account, offset)
    page = (await salma.get(f"{amal.page}/appointment?who=all")).text
    assert f'value="{own}" required' in page
    assert (f'value="{colleague}" required' in page) is (minutes > 60)
    expected = 204 if minutes > 60 else 409
    assert (await act(salma, amal, "book", slot=str(colleague))).status_code == expected
    assert (await act(salma, amal, "book", slot=str(own))).status_code == 204
