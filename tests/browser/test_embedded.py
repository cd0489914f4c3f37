"""The chat on somebody else's web site: one script tag, and the strictest of policies."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import bubbles, shot, start, write

pytestmark = pytest.mark.browser

STORED = "Object.keys(localStorage).length + Object.keys(sessionStorage).length"


def launcher(page):
    return page.locator("tawjih-chat .launcher")


def active(page):
    """What has the focus, inside the chat or outside."""
    return page.evaluate(
        "(document.activeElement.shadowRoot || document).activeElement.className"
        " || document.activeElement.tagName"
    )


def test_it_works_under_the_strictest_policy_and_asks_nobody_else(open_page, site, address):
    asked = []
    page = open_page("en", url=site.url(), agree=False)
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.reload()
    start(page)
    write(page, "offers")
    expect(page.locator("tawjih-chat .cards .card").first).to_be_visible()
    shot(page, "en-1280-embedded")
    hosts = {re.sub(r"^\w+://([^/]+)/.*", r"\1", url) for url in asked}
    assert hosts == {site.origin[7:], address[7:]}
    style = page.locator("tawjih-chat .own .bubble").evaluate(
        "e => getComputedStyle(e).backgroundColor"
    )
    assert style == "rgb(11, 110, 79)"


def test_nothing_is_stored_and_nobody_asked_before_somebody_agrees(open_page, site, address):
    page = open_page("fr", url=site.url(lang="fr"), agree=False)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    launcher(page).click()
    expect(page.locator("tawjih-chat textarea")).to_be_hidden()
    shot(page, "fr-1280-consent")
    link = page.locator("tawjih-chat .sheet a")
    expect(link).to_have_attribute("href", "https://emploi.example/privacy")
    page.get_by_role("button", name="Pas maintenant").click()
    expect(page.locator("tawjih-chat .chat")).to_be_hidden()
    assert page.evaluate(STORED) == 0
    assert asked == []
    assert page.context.cookies() == []
    start(page)
    assert page.evaluate(STORED) > 0
    assert page.context.cookies() == []


def test_the_tag_says_how_it_looks(open_page, site):
    given = {
        "language": "ar",
        "accent": "#7a1fa2",
        "background": "#fff8e1",
        "position": "left",
        "title": "Bureau",
        "privacy": "https://town.example/privacy",
    }
    page = open_page("fr", url=site.url(**given))
    root = page.locator("tawjih-chat .root")
    expect(root).to_have_attribute("dir", "rtl")
    expect(page.locator("tawjih-chat header h2")).to_have_text("Bureau")
    header = page.locator("tawjih-chat header").evaluate("e => getComputedStyle(e).backgroundColor")
    form = page.locator("tawjih-chat .chat").evaluate("e => getComputedStyle(e).backgroundColor")
    assert (header, form) == ("rgb(122, 31, 162)", "rgb(255, 248, 225)")
    assert page.locator("tawjih-chat .chat").bounding_box()["x"] == 16
    page.get_by_role("button", name="خيارات").click()
    link = page.locator("tawjih-chat .menu a")
    expect(link).to_have_attribute("href", "https://town.example/privacy")
    shot(page, "ar-1280-options")


def test_an_arabic_page_has_it_in_its_own_corner(open_page, site):
    page = open_page("fr", url=site.url(lang="ar"))
    assert page.locator("tawjih-chat .chat").bounding_box()["x"] == 16
    expect(page.locator("tawjih-chat .root")).to_have_attribute("lang", "ar")


def test_a_rude_page_does_not_reach_inside(open_page, site):
    page = open_page("en", url=site.url(rude=True))
    write(page, "offers")
    page.locator("tawjih-chat .cards .card").first.wait_for()
    shot(page, "en-1280-rude")
    values = page.locator("tawjih-chat .bubble").first.evaluate(
        "e => { const s = getComputedStyle(e);"
        " return [s.fontSize, s.letterSpacing, s.textTransform, s.color, s.float]; }"
    )
    assert values == ["16px", "normal", "none", "rgb(28, 35, 33)", "none"]
    box = page.locator("tawjih-chat .chat").bounding_box()
    assert (round(box["width"]), round(box["height"])) == (400, 672)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_on_a_small_screen_it_takes_all_of_it(open_page, site, language):
    page = open_page(language, 320, 640, url=site.url(lang=language), agree=False)
    shot(page, f"{language}-320-launcher")
    launcher(page).click()
    shot(page, f"{language}-320-consent")
    chat = page.locator("tawjih-chat .chat")
    assert chat.bounding_box() == {"x": 0, "y": 0, "width": 320, "height": 640}
    expect(chat).to_have_attribute("aria-modal", "true")
    page.locator("tawjih-chat .main").click()
    page.locator("tawjih-chat .quick button").first.wait_for()
    assert chat.evaluate("e => e.scrollWidth") <= 320
    shot(page, f"{language}-320-greeting")


def test_the_focus_goes_in_stays_inside_and_comes_back(open_page, site):
    page = open_page("en", url=site.url())
    expect(page.locator("tawjih-chat textarea")).to_be_focused()
    seen = []
    for _ in range(20):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.tagName"))
    assert set(seen) == {"TAWJIH-CHAT"}
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.tagName") == "TAWJIH-CHAT"
    page.get_by_role("button", name="Options").click()
    page.keyboard.press("Escape")
    expect(page.locator("tawjih-chat .menu")).to_be_hidden()
    assert active(page) == "icon options"
    page.keyboard.press("Escape")
    expect(page.locator("tawjih-chat .chat")).to_be_hidden()
    assert active(page) == "launcher"
    page.keyboard.press("Enter")
    expect(page.locator("tawjih-chat textarea")).to_be_focused()


def test_a_link_of_the_page_opens_it(open_page, site):
    page = open_page("en", url=site.url(), agree=False)
    page.locator("#help").click()
    expect(page.locator("tawjih-chat .sheet")).to_be_visible()


def test_a_new_message_shows_on_the_launcher(open_page, site, dialogue):
    page = open_page("en", url=site.url())
    dialogue.stall()
    write(page, "salut")
    page.get_by_role("button", name="Close the chat").click()
    dialogue.go_on()
    expect(page.get_by_role("button", name="There is a new message")).to_be_visible()
    shot(page, "en-1280-news")
    launcher(page).click()
    expect(bubbles(page, "echo salut")).to_be_visible()
    expect(page.locator("tawjih-chat .news")).to_be_hidden()


def test_it_stays_open_from_page_to_page_and_closed_when_closed(open_page, site):
    page = open_page("en", url=site.url())
    write(page, "salut")
    expect(bubbles(page, "echo salut")).to_be_visible()
    page.goto(site.url(title="other"))
    expect(bubbles(page, "echo salut")).to_be_visible()
    page.get_by_role("button", name="Close the chat").click()
    page.reload()
    expect(launcher(page)).to_be_visible()
    expect(page.locator("tawjih-chat .chat")).to_be_hidden()


def test_a_site_that_is_not_allowed_is_told_so(open_page, site, settings, address):
    strange = site.url().replace("127.0.0.1", "localhost")
    page = open_page("en", url=strange, agree=False)
    launcher(page).click()
    page.locator("tawjih-chat .main").click()
    expect(page.locator("tawjih-chat .note")).to_contain_text("does not work on this page")
    told = [said for said in open_page.complaints if "WEB_ORIGINS" in said]
    assert told
    open_page.complaints.clear()


def test_a_file_is_refused_with_a_reason(open_page, site):
    page = open_page("en", url=site.url())
    for event in ("drop", "paste"):
        page.locator("tawjih-chat .chat").evaluate(
            """(chat, event) => {
                const data = new DataTransfer();
                data.items.add(new File(["x"], "cv.pdf", {type: "application/pdf"}));
                const options = {bubbles: true, cancelable: true};
                chat.dispatchEvent(event === "drop"
                    ? new DragEvent("drop", {...options, dataTransfer: data})
                    : new ClipboardEvent("paste", {...options, clipboardData: data}));
            }""",
            event,
        )
    expect(bubbles(page, "I can't open files")).to_have_count(2)
    expect(bubbles(page, "A counsellor can")).to_have_count(2)
    shot(page, "en-1280-file")


def test_with_little_data_pictures_wait_to_be_asked_for(open_page, site, dialogue, address):
    picture = f"{address}/market/none.png"
    dialogue.content = {"messages": [{"text": "Here", "image": picture}], "language": "en"}
    page = open_page("en", url=site.url())
    page.get_by_role("button", name="Options").click()
    page.get_by_label("Use less data").check()
    page.keyboard.press("Escape")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    write(page, "salut")
    show = page.get_by_role("button", name="Show the picture")
    expect(show).to_be_visible()
    assert picture not in asked
    page.route(picture, lambda route: route.fulfill(content_type="image/png", body=PIXEL))
    show.click()
    expect(page.locator("tawjih-chat .log img")).to_be_visible()
    assert picture in asked


def test_save_data_is_respected(open_page, site, dialogue, address):
    dialogue.content = {"messages": [{"image": f"{address}/market/a.png"}], "language": "en"}
    saving = "Object.defineProperty(navigator, 'connection', {value: {saveData: true}})"
    page = open_page("en", url=site.url(), init=saving)
    write(page, "salut")
    expect(page.get_by_role("button", name="Show the picture")).to_be_visible()


def test_who_clears_the_chat_leaves_nothing_behind(open_page, site):
    page = open_page("en", url=site.url())
    write(page, "salut")
    expect(bubbles(page, "echo salut")).to_be_visible()
    page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name="Clear this chat").click()
    expect(page.locator("tawjih-chat .chat")).to_be_hidden()
    assert page.evaluate(STORED) == 0
    start(page)
    expect(page.locator("tawjih-chat .bubble")).to_have_count(1)


def test_the_page_that_shows_it_makes_the_line_and_the_chat(open_page, address):
    page = open_page("ar", url=f"{address}/embed", agree=False)
    page.locator("[name=language]").select_option("fr")
    page.locator("[name=accent]").fill("#7a1fa2")
    page.locator("[name=position]").select_option("right")
    page.locator("[name=title]").fill('A "town"')
    page.locator("[name=title]").blur()
    line = page.locator("#code")
    expect(line).to_have_text(
        f'<script src="{address}/widget.js" data-language="fr" data-accent="#7a1fa2" '
        'data-position="right" data-title="A &quot;town&quot;" defer></script>'
    )
    start(page)
    expect(bubbles(page, "Je suis Tawjih")).to_be_visible()
    expect(page.locator("tawjih-chat header h2")).to_have_text('A "town"')
    shot(page, "fr-1280-embed")
    assert json.loads(page.evaluate("localStorage.getItem('tawjih.language')")) == "fr"


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63"
    "64f8ff9f1e000584027f9a2ad5a10000000049454e44ae426082"
)
