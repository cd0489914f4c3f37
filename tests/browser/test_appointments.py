"""An appointment in the chat of a web site, with the whole of it running: book, move, cancel."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from playwright.sync_api import expect
from sqlalchemy import select

from people.appointment_models import Appointment, Slot
from store.base import now
from store.engine import Database
from tests.browser.conftest import SHOTS, bubbles, start, write

pytestmark = [pytest.mark.browser, pytest.mark.stack]


@pytest.fixture
def offered(stack):
    """Two free times of a counsellor, one at the office and one by phone; their moments."""
    database = Database(f"sqlite:///{stack.home}/tawjih.db")
    first = now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=2)
    moments = [first, first + timedelta(days=1)]
    with database.write() as session:
        for moment, how in zip(moments, ("office", "phone"), strict=True):
            slot = Slot(account_id="salma", counsellor="Salma", how=how, starts_at=moment)
            slot.ends_at = moment + timedelta(minutes=30)
            slot.place = "12, rue des Écoles" if how == "office" else None
            session.add(slot)
    yield database, moments
    database.close()


def tap(page, title):
    page.locator("tawjih-chat .quick button:enabled", has_text=title).first.click()


def test_booked_moved_and_cancelled_in_the_widget(stack, offered, browser):
    database, moments = offered
    context = browser.new_context(
        locale="fr", reduced_motion="reduce", viewport={"width": 390, "height": 780}
    )
    page = context.new_page()
    page.goto(stack.url)
    start(page)
    write(page, "je voudrais prendre un rendez-vous")
    expect(bubbles(page, "Quel horaire vous convient")).to_contain_text("12, rue des Écoles")
    tap(page, ":")  # the first of the times
    booked = bubbles(page, "C'est noté")
    expect(booked).to_contain_text("12, rue des Écoles")
    with page.expect_download() as coming:
        booked.locator('a[href$=".ics"]').click()
    [event] = Calendar.from_ical(coming.value.path().read_bytes()).walk("VEVENT")
    assert (event.decoded("dtstart"), event["sequence"]) == (moments[0], 0)
    tap(page, "Changer l'horaire")
    expect(bubbles(page, "tant que vous n'avez pas choisi")).to_contain_text("par téléphone")
    tap(page, ":")
    moved = bubbles(page, "C'est déplacé")
    expect(moved).to_contain_text("Quel numéro devons-nous appeler")
    write(page, "06 12 34 56 78")
    expect(bubbles(page, "nous vous appelons au")).to_contain_text("0612345678")
    page.screenshot(path=SHOTS / "appointment-widget.png")
    with page.expect_download() as coming:
        moved.locator('a[href$=".ics"]').click()
    [event] = Calendar.from_ical(coming.value.path().read_bytes()).walk("VEVENT")
    assert (event.decoded("dtstart"), event["sequence"]) == (moments[1], 1)
    assert "0612345678" in event["location"]
    write(page, "annuler mon rendez-vous")
    tap(page, "Oui, annuler")
    expect(bubbles(page, "est annulé")).to_have_count(1)
    with database.read() as session:
        assert session.scalars(select(Appointment.state)).all() == ["cancelled"]
        assert set(session.scalars(select(Slot.contact_id))) == {None}
    context.close()
