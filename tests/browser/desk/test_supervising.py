"""Appointments, team, hours and quality in Chromium: they fit, mirror, and axe finds nothing."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from bot.desk.permissions import Role
from bot.handoff import queue
from bot.handoff.models import Handoff, Presence, Team
from bot.handoff.queue import Wanted
from bot.models import IncomingRow
from catalogue.feeds import history
from catalogue.feeds.models import State
from catalogue.feeds.stage import Tally
from catalogue.listing_import import ImportSummary
from people.appointment_models import Appointment, Slot
from people.models import Contact
from store.base import now
from tests.browser.desk.conftest import shot, violations
from tests.browser.desk.people import say

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "fr", "ar")
WIDTHS = {"phone": (360, 740), "desk": (1280, 800)}
SCRIPT = '<img src=x onerror=alert(1)>"><script>alert(1)</script>'


@pytest.fixture
def busy(served_desk):
    """A desk on which something goes on: people wait, are held, have appointments; strange words."""
    account, _ = served_desk.account(Role.COUNSELLOR, name=SCRIPT)
    with served_desk.database.write() as session:
        for number, name in enumerate(("amal", "badr", "chadi")):
            session.add(Contact(id=name, channel="rest", address=name, language="ar"))
            session.flush()
            text = SCRIPT if number else "أريد أن أتحدث مع شخص"
            session.add(
                IncomingRow(
                    channel="rest", message_id=name, contact_id=name, text=text, status="held",
                    received_at=now() - timedelta(minutes=20),
                )
            )  # fmt: skip
            reason = "distress" if name == "badr" else "asked"
            row = queue.ask(session, name, Wanted(reason, "ar", place="Rabat"), "waiting")
            row.due_at = now() - timedelta(minutes=12 * number)
        row.state, row.account_id, row.held_at = "held", account.id, now()
        session.add(Presence(account_id=account.id, name=SCRIPT, languages=["ar", "fr"]))
        session.add(Team(name=SCRIPT, languages=["ar"], places=["Rabat"], topics=["training"]))
        closed = now() - timedelta(minutes=2)
        session.add(
            Handoff(
                contact_id="amal", state="closed", reason="asked", language="ar", outcome="helped",
                helped=3, asked_at=now() - timedelta(hours=1), held_at=closed, closed_at=closed,
                closed_by=account.id,
            )
        )  # fmt: skip
        for days, state in ((1, "booked"), (-1, "booked"), (2, "cancelled")):
            meeting = {
                "account_id": account.id,
                "counsellor": SCRIPT,
                "starts_at": now() + timedelta(days=days),
                "ends_at": now() + timedelta(days=days, minutes=30),
                "place": SCRIPT[:100],
            }
            session.add(Appointment(**meeting, contact_id="amal", state=state))
            session.add(Slot(**meeting | {"starts_at": now() + timedelta(days=days, hours=2)}))
    ran(served_desk.database)
    wrote(served_desk.database)
    return served_desk


def wrote(database):
    """People enough for figures, over three weeks."""
    intents = ("search_offers", "search_offers", "search_trainings", "faq/cv", "nlu_fallback")
    with database.write() as session:
        for number in range(60):
            name, language = f"somebody{number}", ("ar", "fr", "fr", "en")[number % 4]
            session.add(Contact(id=name, channel="web", address=name, language=language))
            session.flush()
            session.add(
                IncomingRow(
                    channel="web", message_id=name, contact_id=name, text="x", status="answered",
                    intent=intents[number % 5],
                    received_at=now() - timedelta(weeks=number % 7 % 3),
                )
            )  # fmt: skip


def ran(database):
    """Runs of feeds: one that went well and rejected rows, one that was not believed."""
    tally = Tally(read=900, rejected=3, rejects=[(3, "id: '7' stands twice"), (8, SCRIPT)])
    tally.rejects.append((12, "place: nothing is known by 'Nulle-Part'; say the country"))
    tally.leftovers["@strange"] = 4
    done = history.Outcome(State.DONE, None, tally, ImportSummary(added=800, expired=12))
    history.end(database, history.begin(database, "hello-work"), done)
    doubt = "12 usable listings, usually 90: nothing was changed"
    refused = history.Outcome(State.REFUSED, doubt, Tally(read=12))
    history.end(database, history.begin(database, "jooble"), refused)


PATHS = {
    "appointments": "/appointments?who=all",
    "team": "/team",
    "teams": "/teams",
    "team-one": "/teams/1",
    "hours": "/hours",
    "feeds": "/feeds",
    "feed": "/feeds/jooble",
    "feed-run": "/feeds/hello-work/runs/1",
    "figures": "/figures",
    "quality": "/quality?size=5&days=30",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_mirrors_and_is_accessible(open_desk, busy, language):
    for size, (width, height) in WIDTHS.items():
        page = open_desk(language, Role.SUPERVISOR, "/team", width=width, height=height)
        for name, path in PATHS.items():
            page.goto(f"{busy.address}/desk{path}")
            shot(page, f"{name}-{language}-{size}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert page.evaluate("document.documentElement.dir") == (
                "rtl" if language == "ar" else "ltr"
            )
            assert violations(page) == [], name


def test_a_counsellor_offers_times_and_withdraws_one(open_desk, served_desk):
    page = open_desk("en", Role.COUNSELLOR, "/appointments")
    page.get_by_text("Offer free times").click()
    day = (now() + timedelta(days=8)).date()
    page.locator("#day").fill(str(day))
    assert violations(page) == []
    shot(page, "appointments-offer-en-desk")
    page.get_by_role("button", name="Offer these times").click()
    expect(page.get_by_text("6 times can be booked now.")).to_be_visible()
    page.locator('form[action$="/delete"] button').first.click()
    page.wait_for_load_state()
    with served_desk.database.read() as session:
        assert len(session.scalars(select(Slot)).all()) == 5


def test_a_supervisor_gives_a_conversation_to_somebody(open_desk, busy):
    page = open_desk("fr", Role.SUPERVISOR, "/team")
    row = page.locator("tr", has=page.locator('a[href$="/conversations/amal"]'))
    row.locator("select").select_option(index=1)
    row.get_by_role("button", name="Confier").click()
    expect(page.locator(".flash.good")).to_be_visible()
    with busy.database.read() as session:
        query = select(Handoff).where(Handoff.contact_id == "amal", Handoff.state == "held")
        assert session.scalars(query).one().account_id is not None


def test_the_team_sees_what_happens_as_it_happens(open_desk, served_desk):
    page = open_desk("fr", Role.SUPERVISOR, "/team")
    page.locator("#live[data-live=yes]").wait_for()
    who = open_desk("fr", Role.COUNSELLOR, "/inbox", name="Salma")
    expect(page.locator("#live")).to_contain_text("Salma")
    say(served_desk, "asked", "amal")
    people = page.locator("#live a[href*='/conversations/']")
    expect(people).to_have_count(1)
    shot(page, "team-live-fr-desk")
    # Nothing is drawn anew under somebody who chooses; what happened meanwhile comes after that.
    page.locator("#live select").first.focus()
    say(served_desk, "asked", "badr")
    expect(who.locator(".thread")).to_have_count(2)
    page.locator("h1").click()
    expect(people).to_have_count(2)


def test_a_conversation_of_the_sample_is_read_and_rated(open_desk, busy):
    page = open_desk("ar", Role.SUPERVISOR, "/quality?size=5&days=30")
    page.locator('a[href*="/quality/"]').first.click()
    page.wait_for_url("**/quality/*")
    assert violations(page) == []
    shot(page, "quality-one-ar-desk")
    page.locator('input[name="score"][value="4"]').check()
    page.locator("form.card button").click()
    expect(page.locator(".flash.good")).to_be_visible()
