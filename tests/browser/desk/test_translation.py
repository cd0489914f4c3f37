"""Live translation in Chromium, with real, tiny models: each side reads its own language."""

import pytest
from playwright.sync_api import expect

from bot.desk.permissions import Role
from languages.translation.install import install
from languages.translation.packages import Packages, home_of
from tests.browser.conftest import bubbles, start, write
from tests.browser.desk.conftest import shot, violations
from tests.languages.translation.make_argos import FOLDER

pytestmark = pytest.mark.browser

# The models translate word by word, French and Arabic through English.
ARABIC, FRENCH = "مرحبا نجار", "Bonjour menuisier"


@pytest.fixture
def models(served_desk):
    """The four committed packages, installed while the service runs."""
    packages = Packages(home_of(served_desk.settings))
    for path in sorted(FOLDER.glob("*.argosmodel")):
        install(path, packages, known=None)


@pytest.fixture
def talk(browser, served_desk, open_desk):
    """A conversation: somebody in Arabic on the web site, a counsellor in French who took it."""
    contexts = []

    def opened():
        # Somebody who is here makes it office hours, whatever the clock says.
        counsellor = open_desk("fr", Role.COUNSELLOR, "/inbox", name="Salma")
        counsellor.locator("body[data-live=yes]").wait_for()
        contexts.append(browser.new_context(locale="ar", reduced_motion="reduce"))
        person = contexts[0].new_page()
        person.goto(served_desk.address)
        start(person)
        write(person, "asked")
        counsellor.locator(".thread").click()
        counsellor.get_by_role("button", name="Prendre").click()
        counsellor.locator("#text").wait_for()
        return person, counsellor

    yield opened
    for context in contexts:
        context.close()


def test_each_reads_their_own_language_with_the_original_one_tap_away(models, talk):
    person, counsellor = talk()
    write(person, ARABIC)
    line = counsellor.locator(".line.person", has_text=FRENCH)
    expect(line.locator(".words").first).to_have_text(FRENCH)
    expect(line.locator(".words").first).to_have_attribute("lang", "fr")
    expect(line.locator("summary")).to_have_text("Traduit automatiquement – voir l'original")
    expect(line.get_by_text(ARABIC)).to_be_hidden()
    line.locator("summary").click()
    expect(line.get_by_text(ARABIC)).to_be_visible()
    assert violations(counsellor) == []

    counsellor.locator("#text").fill(FRENCH)
    counsellor.locator("#text").press("Enter")
    expect(bubbles(person, ARABIC).last).to_be_visible()
    said = bubbles(person, "ترجمة آلية").last
    expect(said).to_be_visible()
    expect(bubbles(person, FRENCH)).to_have_count(0)
    sent = counsellor.locator(".line.counsellor", has_text=FRENCH)
    expect(sent.locator("summary")).to_have_text("Envoyé en traduction automatique – la voir")
    sent.locator("summary").click()
    expect(sent.get_by_text(ARABIC)).to_be_visible()
    shot(counsellor, "translated-fr-desk")
    person.locator("tawjih-chat button", has_text="النص الأصلي").last.click()
    expect(bubbles(person, FRENCH).last).to_be_visible()
    shot(person, "translated-person")

    # What is to stay as it is, stays.
    counsellor.get_by_label("Envoyer sans traduire").check()
    counsellor.locator("#text").fill("Bonjour Amal")
    counsellor.locator("#text").press("Enter")
    expect(bubbles(person, "Bonjour Amal")).to_be_visible()


def test_without_models_both_read_what_was_written(talk):
    person, counsellor = talk()
    write(person, ARABIC)
    line = counsellor.locator(".line.person", has_text=ARABIC)
    expect(line).to_be_visible()
    expect(line.locator("details")).to_have_count(0)
    expect(counsellor.locator("#composer .hint")).to_be_visible()
    counsellor.locator("#text").fill(FRENCH)
    counsellor.locator("#text").press("Enter")
    expect(bubbles(person, FRENCH)).to_be_visible()
    expect(bubbles(person, "ترجمة آلية")).to_have_count(0)
    shot(counsellor, "untranslated-fr-desk")
