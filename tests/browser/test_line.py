"""The chat's line: without WebSockets, without any, in several tabs."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import bubbles, shot, start, write

pytestmark = pytest.mark.browser

# A network in between that lets no WebSocket through.
BLOCKED = """
    window.WebSocket = class {
        constructor() { setTimeout(() => this.onclose && this.onclose(), 0); }
        close() {}
        send() {}
    };
"""
NO_STORAGE = """
    for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(window, name, { get() { throw new DOMException("forbidden"); } });
"""


def own(page):
    return page.locator("tawjih-chat .own .bubble")


def test_where_websockets_are_blocked_plain_requests_do_the_same(open_page, site, dialogue):
    asked = []
    page = open_page("en", url=site.url(), init=BLOCKED, agree=False)
    page.on("request", lambda request: asked.append((request.method, request.url)))
    start(page)
    write(page, "offers")
    expect(page.locator("tawjih-chat .cards .card")).to_have_count(2)
    dialogue.stall()
    write(page, "salut")
    expect(page.locator("tawjih-chat .dots")).to_be_visible()
    dialogue.go_on()
    expect(bubbles(page, "echo salut")).to_be_visible()
    expect(page.locator("tawjih-chat .dots")).to_have_count(0)
    expect(page.locator("tawjih-chat .note")).to_be_empty()
    shot(page, "en-1280-polling")
    page.reload()
    expect(bubbles(page, "echo salut")).to_have_count(1)
    expect(own(page)).to_have_text(["offers", "salut"])
    assert [asked["message"] for asked in dialogue.asked] == ["offers", "salut"]
    polls = [method for method, url in asked if url.endswith("/poll")]
    assert set(polls) == {"POST"}  # no question beforehand


def test_two_tabs_that_poll_both_show_everything(open_page, site):
    one = open_page("en", url=site.url(), init=BLOCKED)
    two = open_page("en", url=site.url(), init=BLOCKED, agree=False, context=one.context)
    expect(two.locator("tawjih-chat .bubble")).to_have_count(0)
    two.locator("tawjih-chat .launcher").click()
    expect(two.locator("tawjih-chat .bubble")).to_have_count(1)
    for number in range(3):
        write(one, f"salut {number}")
        expect(bubbles(one, f"echo salut {number}")).to_have_count(1)
        expect(bubbles(two, f"echo salut {number}")).to_have_count(1)
    expect(own(two)).to_have_count(3)


def test_several_tabs_are_one_person(open_page, site, dialogue):
    one = open_page("en", url=site.url(), agree=False)
    two = open_page("en", url=site.url(), agree=False, context=one.context)
    for page in (one, two):
        page.locator("tawjih-chat .launcher").click()
    one.locator("tawjih-chat .main").click()  # agreed once, agreed everywhere
    for page in (one, two):
        page.locator("tawjih-chat .bubble:not(.dots)").first.wait_for()
    write(one, "salut from one")
    expect(bubbles(two, "echo salut from one")).to_be_visible()
    expect(own(two)).to_have_text(["salut from one"])
    write(two, "salut from two")
    expect(bubbles(one, "echo salut from two")).to_be_visible()
    expect(own(one)).to_have_text(["salut from one", "salut from two"])
    assert len({asked["sender"] for asked in dialogue.asked}) == 1
    one.get_by_role("button", name="Options").click()
    one.get_by_role("button", name="Clear this chat").click()
    expect(two.locator("tawjih-chat .sheet")).to_be_visible()
    expect(two.locator("tawjih-chat .bubble")).to_have_count(0)


def test_what_was_written_without_a_line_is_sent_by_the_next_page(
    open_page, site, dialogue, connections
):
    page = open_page("en", url=site.url(), init=connections.script)
    connections.cut(page)
    expect(page.locator("tawjih-chat .note")).to_contain_text("No connection")
    for text in ("salut one", "salut two"):
        write(page, text)
    expect(page.locator("tawjih-chat .own .state")).to_have_text(["Kept, not sent yet"] * 2)
    shot(page, "en-1280-offline")
    assert dialogue.asked == []
    page.reload()
    expect(bubbles(page, "echo salut two")).to_be_visible()
    assert [asked["message"] for asked in dialogue.asked] == ["salut one", "salut two"]
    assert page.evaluate("Object.keys(localStorage).filter(k => k.includes('.out.')).length") == 0


def test_it_comes_back_later_and_later(open_page, site, connections):
    waits = """
        window.waits = [];
        Math.random = () => 0.5;
        const later = window.setTimeout;
        window.setTimeout = (work, delay, ...more) => {
            if ([9000, 10000, 45000].includes(delay)) return later(work, delay, ...more);
            window.waits.push(delay);
            return later(work, delay / 1000, ...more);
        };
    """
    page = open_page("en", url=site.url(), init=connections.script + waits)
    page.evaluate("waits.length = 0")
    connections.cut(page)
    page.evaluate(
        "async () => { while (waits.length < 8) await new Promise(requestAnimationFrame); }"
    )
    expected = [1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]
    assert page.evaluate("waits.slice(0, 8)") == expected


def test_a_message_that_is_refused_says_so_and_can_be_sent_again(open_page, site, dialogue):
    button = {"title": "Odd", "payload": "no command"}
    dialogue.content = {"messages": [{"text": "Choose", "buttons": [button]}], "language": "en"}
    page = open_page("en", url=site.url())
    write(page, "salut")
    page.get_by_role("button", name="Odd").click()
    expect(page.locator("tawjih-chat .own .state").last).to_contain_text("Could not be sent")
    shot(page, "en-1280-failed")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    write(page, "salut again")
    expect(bubbles(page, "Choose")).to_have_count(2)


def test_without_storage_it_lasts_as_long_as_the_page(open_page, site):
    page = open_page("en", url=site.url(), init=NO_STORAGE)
    write(page, "salut")
    expect(bubbles(page, "echo salut")).to_be_visible()
    page.reload()
    start(page)
    expect(page.locator("tawjih-chat .bubble")).to_have_count(1)


def test_what_is_said_unasked_is_shown_each_time(open_page, site, settings):
    page = open_page("en", url=site.url(), init=FED)
    for text in ("one", "two"):
        frame = {"type": "reply", "to": None, "messages": [{"text": text}], "language": "en"}
        page.evaluate("feed", {**frame, "last": {"one": 1001, "two": 1002}[text]})
        page.evaluate("feed", {**frame, "last": {"one": 1001, "two": 1002}[text]})  # told twice
    expect(page.locator("tawjih-chat .bubble").last).to_have_text("two")
    assert page.locator("tawjih-chat .bubble").count() == 3


FED = """
    const Real = WebSocket;
    window.WebSocket = class extends Real {
        constructor(address) {
            super(address);
            window.feed = (frame) =>
                this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
        }
    };
"""


def test_the_numbers_of_a_telephone_keep_their_order_in_arabic(open_page, site):
    page = open_page("ar", url=site.url(lang="ar"))
    text = page.evaluate("document.querySelector('tawjih-chat').words.unavailable")
    assert re.search("\u20660800 00 00 00\u2069", text)
