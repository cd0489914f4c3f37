"""A redacted sample to rate, and the figures of what came of it all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.desk.permissions import Role
from bot.desk.quality.models import QualityReview
from bot.handoff.models import Handoff
from bot.models import IncomingRow
from people.appointment_models import Appointment
from people.followup_models import FollowUp
from people.models import Contact
from store.base import now

SAID = "je m'appelle Amal Benali, mon numéro est le 06 12 34 56 78 <script>alert(1)</script>"


def over(console, closed_by, name="amal", days=1, **more):
    """A conversation that was closed."""
    with console.database.write() as session:
        session.add(Contact(id=name, channel="rest", address=name, language="fr"))
        session.flush()
        closed = now() - timedelta(days=days)
        row = Handoff(
            contact_id=name,
            state="closed",
            reason="asked",
            language="fr",
            outcome="helped",
            asked_at=closed - timedelta(minutes=9),
            held_at=closed - timedelta(minutes=5),
            closed_at=closed,
            closed_by=closed_by,
            **more,
        )
        session.add(row)
        session.add(
            IncomingRow(
                channel="rest",
                message_id=name,
                contact_id=name,
                text=SAID,
                status="held",
                received_at=closed - timedelta(minutes=4),
            )
        )
        session.flush()
        return row.id


def reviews(console):
    with console.database.read() as session:
        return session.scalars(select(QualityReview)).all()


async def test_a_sample_is_drawn_of_others_conversations_that_nobody_rated(console):
    supervisor, salma = console.signed_in(Role.SUPERVISOR), console.account(name="Salma")
    other = over(console, salma.id)
    own = over(console, supervisor.account.id, "badr")
    old = over(console, salma.id, "chadi", days=40)
    page = (await supervisor.get("/quality?size=5&days=30")).text
    assert f'/quality/{other}"' in page
    assert f'/quality/{own}"' not in page
    assert f'/quality/{old}"' not in page
    await supervisor.post(f"/quality/{other}", score="4")
    assert "nothing left to rate" in (await supervisor.get("/quality?size=5&days=30")).text
    assert [line.detail for line in console.trail("quality.draw")] == [{"count": 1}, {"count": 0}]


async def test_what_tells_who_it_was_is_not_shown_and_nothing_runs(console):
    supervisor = console.signed_in(Role.SUPERVISOR)
    one = over(console, console.account().id)
    page = (await supervisor.get(f"/quality/{one}")).text
    assert "‹name›" in page
    assert "‹phone›" in page
    assert "Benali" not in page
    assert "12 34" not in page
    assert "<script>alert" not in page
    assert "amal" not in page.lower()
    assert len(console.trail("quality.look")) == 1


async def test_a_rating_is_kept_and_the_last_one_counts(console):
    supervisor = console.signed_in(Role.SUPERVISOR)
    one = over(console, console.account().id)
    assert (await supervisor.post(f"/quality/{one}", score="9")).status_code == 400
    assert (await supervisor.post(f"/quality/{one}")).status_code == 400
    assert reviews(console) == []
    for score in ("2", "5"):
        await supervisor.post(f"/quality/{one}", score=score, note="appelez le 06 12 34 56 78")
    [row] = reviews(console)
    assert (row.score, row.note) == (5, "appelez le ‹phone›")
    page = (await supervisor.get("/quality")).text
    assert "1 conversation rated: \u20685\u2069 of 5" in page


async def test_nobody_rates_their_own_nor_what_is_not_there(console):
    supervisor = console.signed_in(Role.SUPERVISOR)
    own = over(console, supervisor.account.id)
    for number in (own, own + 1):
        assert (await supervisor.post(f"/quality/{number}", score="5")).status_code == 404
    assert reviews(console) == []


@pytest.mark.parametrize("path", ["/quality", "/quality/1"])
async def test_a_counsellor_does_not_see_it(console, path):
    assert (await console.signed_in().get(path)).status_code == 403


@pytest.mark.parametrize("query", ["days=x", "days=99999999999", "size=-1", "size=١٠"])
async def test_any_question_gets_a_page(console, query):
    assert (await console.signed_in(Role.SUPERVISOR).get(f"/quality?{query}")).status_code == 200


async def test_the_figures_of_what_came_of_it(console):
    supervisor = console.signed_in(Role.SUPERVISOR, language="en")
    one = over(console, console.account().id, helped=3, easy=1)
    with console.database.write() as session:
        common = {"contact_id": "amal", "handoff_id": one, "due_at": now()}
        session.add(FollowUp(**common, day=30, asked_at=now(), answered_at=now(), helped=3,
                             situation="training"))  # fmt: skip
        session.add(FollowUp(**common, day=90))
        session.add(
            Appointment(
                contact_id="amal",
                account_id="x",
                counsellor="Salma",
                starts_at=now() - timedelta(hours=2),
                ends_at=now() - timedelta(hours=1),
                state="missed",
            )
        )
    page = (await supervisor.get("/quality")).text
    for words, number in (
        ("in training", 1),
        ("it helped them", 1),
        ("did not come", 1),
        ("asked", 1),
        ("in work", 0),
    ):
        assert f"<dt>{words}</dt><dd>{number}</dd>" in page
