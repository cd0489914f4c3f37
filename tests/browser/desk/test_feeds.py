"""A feed imported from the console: a click, how far it is, and what came of it, without reloading."""

import json

import pytest
from playwright.sync_api import expect

from bot.desk.permissions import Role
from tests.bot.test_feeds import FEED, OFFER
from tests.browser.desk.conftest import shot, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def chamber(served_desk):
    folder = served_desk.settings.tawjih_home / "feeds"
    folder.mkdir()
    (folder / "chamber.yml").write_text(FEED.replace('schedule: "0 4 * * *"', ""))
    rows = [OFFER | {"id": str(number)} for number in range(400)] + [{"id": "x", "place": "Sfax"}]
    (folder / "offers.jsonl").write_text("\n".join(map(json.dumps, rows)))


def test_a_feed_is_imported_at_a_click_and_the_page_tells_how_far_it_is(chamber, open_desk):
    page = open_desk("fr", Role.SUPERVISOR, "/feeds", width=360, height=740)
    page.get_by_role("button", name="Importer chamber").click()
    expect(page.locator(".flash.good")).to_contain_text("chamber")
    progress = page.locator("#live progress")
    expect(progress).to_be_visible()
    expect(page.get_by_role("button", name="Importer chamber")).to_be_disabled()
    assert violations(page) == []
    shot(page, "feed-running-fr-phone")
    expect(page.locator(".tag", has_text="fait")).to_be_visible(timeout=60_000)
    expect(progress).to_have_count(0)
    expect(page.get_by_role("button", name="Importer chamber")).to_be_enabled()
    page.locator('a[href*="/runs/"]').click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("est vide")
