"""The appointment of the person of a conversation: booked, moved and cancelled at the desk."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bot.desk.permissions import Role
from people.appointment_models import Slot
from store.base import now
from tests.browser.conftest import bubbles, start, write
from tests.browser.desk.conftest import shot, violations
from tests.browser.desk.people import say

pytestmark = pytest.mark.browser

WIDTHS = {"phone": (390, 780), "desk": (1280, 800)}
LINK = "https://meet.example/salma"


def offer(served_desk, account, days, **more):
    """A free time, so many days from now."""
    with served_desk.database.write() as session:
        at = now().replace(hour=9, minute=30, second=0, microsecond=0) + timedelta(days=days)
        session.add(
            Slot(
                account_id=account.id,
                counsellor=account.name,
                starts_at=at,
                ends_at=at + timedelta(minutes=30),
                **more,
            )
        )


def live(page):
    page.locator("body[data-live=yes]").wait_for()
    return page


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_panel_fits_and_mirrors(open_desk, served_desk, language):
    words = served_desk.desk.pages.words
    page = live(open_desk(language, Role.COUNSELLOR, "/inbox", name="Salma"))
    for days, how in enumerate(("office", "phone", "video"), start=1):
        offer(served_desk, page.account, days, how=how, place="12, rue des Écoles, Casablanca")
    offer(served_desk, page.account, 3.125, how="chat")
    say(served_desk, "asked", language="fr")
    page.locator(".thread").click()
    page.get_by_role("button", name=words.text("act_take", language), exact=True).click()
    page.locator("#text").wait_for()
    expect(page.locator("#tab-mine")).to_have_attribute("aria-current", "true")
    expect(page.locator(".thread[aria-current=page]")).to_have_count(1)
    for name in ("free", "booked"):
        for width, (wide, high) in WIDTHS.items():
            page.set_viewport_size({"width": wide, "height": high})
            page.locator("details.booking > summary").click()
            page.locator("#booking [name=slot]").first.wait_for()
            assert page.evaluate("document.documentElement.scrollWidth") <= wide
            shot(page, f"booking-{name}-{language}-{width}")
            assert violations(page) == []
            page.keyboard.press("Escape")
        page.locator("details.booking > summary").click()
        page.locator("#booking [name=slot]").nth(1).check()
        page.get_by_role(
            "button", name=words.text("book_do" if name == "free" else "book_move_do", language)
        ).click()
        expect(page.locator("details.booking")).not_to_have_attribute("open", "")
    page.set_viewport_size({"width": 390, "height": 780})
    shot(page, f"booking-told-{language}-phone")
    page.locator("#details").click()
    expect(page.locator("#card")).to_contain_text(words.text("card_appointment", language))
    shot(page, f"booking-card-{language}-phone")


def test_from_the_first_booking_to_the_last_word(open_desk, served_desk, browser):
    context = browser.new_context(locale="ar", reduced_motion="reduce")
    visitor = context.new_page()
    visitor.goto(served_desk.address)
    start(visitor)
    page = live(open_desk("fr", Role.COUNSELLOR, "/inbox", name="Salma"))
    offer(served_desk, page.account, 1, how="phone")
    offer(served_desk, page.account, 2, how="video", link=LINK)
    write(visitor, "asked")
    page.locator(".thread").click()
    page.get_by_role("button", name="Prendre").click()
    page.locator("#text").wait_for()
    page.locator("#text").fill("Un appel demain vous convient ?")
    page.locator("#text").press("Enter")
    expect(visitor.locator("tawjih-chat .who").last).to_have_text("Salma")
    page.locator("details.booking > summary").click()
    page.locator("#booking [name=slot]").first.check()
    page.get_by_role("button", name="Fixer et prévenir").click()
    expect(bubbles(visitor, "حُجز لك موعد")).to_contain_text("على أي رقم نتصل")
    expect(page.locator(".line.bot", has_text="حُجز لك موعد")).to_have_count(1)
    write(visitor, "0612345678")  # to the counsellor, who has the conversation
    expect(page.locator(".line.person", has_text="0612345678")).to_have_count(1)
    page.locator("details.booking > summary").click()
    page.locator("#book-number-only").fill("0612345678")
    page.get_by_role("button", name="Noter le numéro").click()
    expect(bubbles(visitor, "سنتصل بك على الرقم")).to_contain_text("0612345678")
    page.locator("details.booking > summary").click()
    page.locator("#booking [name=slot]").first.check()
    page.get_by_role("button", name="Déplacer et prévenir").click()
    moved = bubbles(visitor, "تغيّر موعدك")
    expect(moved.locator(f'a[href="{LINK}"]')).to_have_count(1)
    expect(moved.locator('a[href$=".ics"]')).to_have_count(1)
    shot(visitor, "booking-told-widget")
    page.locator("details.booking > summary").click()
    page.get_by_role("button", name="Annuler le rendez-vous").click()
    expect(bubbles(visitor, "أُلغي موعدك")).to_have_count(1)
    context.close()
