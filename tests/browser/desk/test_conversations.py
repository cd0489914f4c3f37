"""A person in the chat of a web site, counsellors in the console: in Chromium, both live."""

import re

import pytest
from playwright.sync_api import expect

from bot.desk.permissions import Role
from tests.browser.conftest import bubbles, start, write
from tests.browser.desk.conftest import shot, violations
from tests.browser.desk.people import say

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "fr", "ar")
WIDTHS = {"phone": (360, 740), "desk": (1280, 800)}
STRANGE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "{{ 7*7 }}",
    "مرحبا \u202eيسار <b>x</b>",
    "x" * 700,
]


def live(page):
    page.locator("body[data-live=yes]").wait_for()
    return page


def settled(page, language, name, width):
    """What every page is held to: it fits, it mirrors, and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    assert violations(page) == []
    shot(page, f"{name}-{language}-{width}")


def at(page, width):
    size = WIDTHS[width]
    page.set_viewport_size({"width": size[0], "height": size[1]})


@pytest.fixture
def visitor(browser, served_desk):
    """Somebody on the web site, in Arabic."""
    context = browser.new_context(locale="ar", reduced_motion="reduce")
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(served_desk.address)
    start(page)
    yield page
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_in_every_language(open_desk, served_desk, language):
    words = served_desk.desk.pages.words
    open_desk(language, Role.SUPERVISOR, "/inbox", name="Nadia")
    page = live(open_desk(language, Role.COUNSELLOR, "/inbox", name="Salma"))
    settled(page, language, "inbox-empty", "desk")
    for name, text in (("amal", "asked"), ("badr", "distress"), ("chaima", "misunderstood")):
        say(served_desk, "أبحث عن عمل", name, language="ar")
        say(served_desk, text, name, language="fr")
    expect(page.locator(".thread")).to_have_count(3)
    for width in WIDTHS:
        at(page, width)
        settled(page, language, "inbox", width)
    page.locator(".thread").first.click()
    for width in WIDTHS:
        at(page, width)
        settled(live(page), language, "conversation-waiting", width)
    page.get_by_role("button", name=words.text("act_take", language), exact=True).click()
    page.locator("#text").fill("Bonjour, je regarde avec vous.")
    page.locator("#text").press("Enter")
    expect(page.locator(".line.counsellor")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.locator("#text").fill("À rappeler lundi.")
    page.locator("#text").press("Enter")
    expect(page.locator(".line.note")).to_have_count(1)
    for width in WIDTHS:
        at(page, width)
        settled(page, language, "conversation", width)
    for key in ("answers", "listing", "close"):
        page.locator(f"details[data-key={key}] > summary").click()
        settled(page, language, f"conversation-{key}", "desk")
        at(page, "phone")
        settled(page, language, f"conversation-{key}", "phone")
        at(page, "desk")
        page.keyboard.press("Escape")
    at(page, "phone")
    page.locator("#details").click()
    settled(page, language, "conversation-card", "phone")
    at(page, "desk")
    page.locator("#transcript").focus()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    settled(page, language, "shortcuts", "desk")
    address = page.url.partition("?")[0]
    page.goto(f"{address}/print?redacted=true")
    settled(page, language, "print", "desk")
    page.goto(f"{served_desk.address}/desk/inbox/search?q=lundi")
    settled(page, language, "search", "desk")
    page = open_desk(language, Role.SUPERVISOR, "/answers")
    for width in WIDTHS:
        at(page, width)
        settled(page, language, "answers", width)
    page.get_by_role("link", name="welcome").click()
    settled(page, language, "answer", "desk")


def test_a_person_in_arabic_and_a_counsellor_in_french(open_desk, visitor):
    page = live(open_desk("fr", Role.COUNSELLOR, "/inbox", name="Salma"))
    colleague = live(open_desk("fr", Role.COUNSELLOR, "/inbox", name="Omar"))
    write(visitor, "asked")
    page.locator(".thread").click()  # comes by itself
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    live(page)
    page.get_by_role("button", name="Prendre").click()
    live(page)
    expect(bubbles(visitor, "Salma").first).to_be_visible()
    page.locator("#text").fill("Bonjour Amal")
    page.locator("#text").press("Enter")
    expect(bubbles(visitor, "Bonjour Amal")).to_be_visible()
    write(visitor, "شكراً جزيلاً")
    expect(page.locator(".line.person .words", has_text="شكراً جزيلاً")).to_be_visible()
    page.locator("#text").fill("la suite, un brouillon")
    page.locator("summary", has_text="Transmettre").click()
    page.get_by_label("À un membre ou une équipe").select_option(label="Omar – Disponible (0)")
    page.locator(".sheet").get_by_role("button", name="Transmettre").click()
    expect(page.locator("#composer.idle")).to_be_visible()
    colleague.get_by_role("link", name="À moi").click()
    colleague.locator(".thread").click()
    live(colleague).locator("#text").fill("Je prends la suite")
    colleague.locator("#text").press("Enter")
    expect(bubbles(visitor, "Je prends la suite")).to_be_visible()
    colleague.locator("summary", has_text="Terminer").click()
    colleague.get_by_label("A reçu de l'aide").check()
    colleague.locator(".sheet").get_by_role("button", name="Terminer").click()
    expect(colleague.locator("#composer.idle")).to_be_visible()
    visitor.locator("tawjih-chat button", has_text="نعم").first.click()  # it helped
    write(visitor, "salut")
    expect(bubbles(visitor, "echo salut")).to_be_visible()


def test_two_who_take_at_once_are_one(open_desk, served_desk):
    pages = [live(open_desk("fr", Role.SUPERVISOR, "/inbox", name=n)) for n in ("Salma", "Omar")]
    open_desk.allowed.append("409")
    say(served_desk, "asked")
    for page in pages:
        page.locator(".thread").click()
        page.get_by_role("button", name="Prendre").wait_for()
        # What the other does meanwhile is not shown: as if both pressed in the same moment.
        page.route("**/lines", lambda route: route.abort())
    open_desk.allowed.append("ERR_FAILED")
    for page in pages:
        page.get_by_role("button", name="Prendre").click()
        expect(page.get_by_role("button", name="Prendre")).to_be_enabled()
    expect(pages[1].locator("#flash")).to_contain_text("plus rapide")
    for page in pages:
        page.unroute("**/lines")
        page.reload()
    expect(pages[0].locator("#text")).to_be_visible()
    expect(pages[1].locator("#composer")).to_contain_text("Salma")


def test_no_script_of_a_person_runs(open_desk, served_desk):
    page = live(open_desk("fr", Role.COUNSELLOR, "/inbox", name=STRANGE[0]))
    say(served_desk, "asked")
    page.locator(".thread").click()
    page.get_by_role("button", name="Prendre").click()
    live(page)
    for text in STRANGE:
        say(served_desk, text)
        page.locator("#text").fill(text)
        page.locator("#text").press("Enter")
        expect(page.locator("#text")).to_have_value("")
    for text in STRANGE:
        expect(page.locator(".line.person .words", has_text=text)).to_have_count(1)
        expect(page.locator(".line.counsellor .words", has_text=text)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    shot(page, "strange")
    address = page.url.partition("?")[0]
    page.goto(f"{address}/print")
    expect(page.locator(".line.person .words", has_text=STRANGE[0])).to_be_visible()
    page.goto(f"{served_desk.address}/desk/inbox/search?q=alert")
    expect(page.locator(".found-words", has_text=STRANGE[1]).first).to_be_visible()


def test_on_a_line_that_breaks_nothing_is_lost_or_doubled(open_desk, served_desk):
    page = live(open_desk("fr", Role.COUNSELLOR, "/inbox"))
    say(served_desk, "asked")
    page.locator(".thread").click()
    page.get_by_role("button", name="Prendre").click()
    live(page)
    open_desk.allowed += ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION"]
    # The message arrives, its answer does not: the second try is not a second message.
    page.route("**/say", lambda route: (route.fetch(), route.abort()))
    page.locator("#text").fill("Une seule fois")
    page.locator("#text").press("Enter")
    expect(page.locator("#say-error")).to_be_visible()
    expect(page.locator("#text")).to_have_value("Une seule fois")
    shot(page, "offline")
    page.unroute("**/say")
    page.reload()
    expect(page.locator("#text")).to_have_value("Une seule fois")
    expect(live(page).locator(".line.counsellor")).to_have_count(1)
    page.context.set_offline(True)
    say(served_desk, "pendant la coupure")
    page.locator("#text").press("Enter")
    expect(page.locator("#say-error")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".line.person", has_text="pendant la coupure")).to_have_count(1)
    page.locator("#text").press("Enter")
    expect(page.locator("#text")).to_have_value("")
    expect(page.locator(".line.counsellor")).to_have_count(1)


def test_files_are_refused_and_shortcuts_can_be_switched_off(open_desk, served_desk):
    page = live(open_desk("fr", Role.COUNSELLOR, "/inbox"))
    say(served_desk, "asked")
    page.locator(".thread").wait_for()
    page.keyboard.press("j")
    expect(page.locator(".thread")).to_be_focused()
    page.keyboard.press("Enter")
    live(page)
    page.keyboard.press("t")
    page.locator("#text").wait_for()
    open_desk.allowed.append("422")  # what was refused
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["<!doctype html><script>alert(1)</script>"], "cv.pdf"));
            document.getElementById("text").dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator("#say-error")).to_contain_text("type non accepté", timeout=60_000)
    page.locator("#transcript").focus()
    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.locator("#transcript").focus()
    page.keyboard.press("n")
    expect(page.locator("[name=kind][value=reply]")).to_be_checked()


def test_pages_are_small(open_desk, served_desk):
    page = live(open_desk("fr", Role.COUNSELLOR, "/inbox"))
    say(served_desk, "asked")
    page.locator(".thread").click()
    sizes = live(page).evaluate(
        """() => performance.getEntriesByType("resource").concat(
            performance.getEntriesByType("navigation")).map((e) => [e.name, e.encodedBodySize])"""
    )
    assert 0 < sum(size for _, size in sizes) < 200_000, sizes
