"""The chat as a person meets it, in Chromium."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import bubbles, shot, write

pytestmark = pytest.mark.browser

PHRASES = {"fr": "je cherche un stage en informatique", "ar": "أبحث عن معرض توظيف"}
HEIGHTS = {320: 640, 768: 1024, 1280: 800}


@pytest.mark.parametrize("width", HEIGHTS)
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_page_fits_every_width(open_page, language, width):
    page = open_page(language, width, HEIGHTS[width])
    shot(page, f"{language}-{width}-first")
    write(page, PHRASES[language])
    page.locator("tawjih-chat .card").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    shot(page, f"{language}-{width}-cards")


def test_a_conversation_in_french(open_page, dialogue):
    page = open_page("fr")
    expect(bubbles(page, "Je suis Tawjih")).to_be_visible()
    page.get_by_role("button", name="salam, je cherche un stage").click()
    card = page.locator("tawjih-chat .card").first
    expect(card.get_by_role("heading")).to_have_text("Technicien informatique")
    for text in (
        "فني معلوميات",
        "Traduit automatiquement",
        "Atlas Services · Casablanca",
        "Stage",
        "Démo",
    ):
        expect(card).to_contain_text(text)
    link = card.get_by_role("link")
    assert link.get_attribute("href") == "https://emploi.example/offers/7"
    assert "noopener" in link.get_attribute("rel")
    card.get_by_role("button", name="Détails").click()
    expect(bubbles(page, "echo /show_details")).to_be_visible()
    assert json.loads(dialogue.asked[1]["message"].removeprefix("/show_details")) == {
        "listing": "7"
    }


def test_a_quick_reply_can_be_used_once(open_page, dialogue):
    page = open_page("fr")
    button = page.get_by_role("button", name="Se former")
    button.click()
    expect(bubbles(page, "echo /search_trainings")).to_be_visible()
    expect(button).to_be_disabled()
    expect(page.locator("tawjih-chat .own .bubble")).to_have_text("Se former")
    assert len(dialogue.asked) == 1


def test_arabic_is_written_from_right_to_left(open_page):
    page = open_page("ar", 320, 640)
    frame = page.locator("tawjih-chat .root")
    expect(frame).to_have_attribute("dir", "rtl")
    write(page, PHRASES["ar"])
    card = page.locator("tawjih-chat .card").first
    card.wait_for()
    own, theirs = page.locator("tawjih-chat .own .bubble").last.bounding_box(), card.bounding_box()
    assert own["x"] < theirs["x"] + theirs["width"] - own["width"]
    title = card.get_by_role("heading").bounding_box()
    mark = card.locator(".mark").bounding_box()
    assert mark["x"] < title["x"]


def test_the_language_is_switched_in_the_chat_and_the_page_follows(open_page, dialogue):
    page = open_page("fr")
    page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("heading", level=1)).to_have_text("مصلحة التشغيل التجريبية")
    expect(bubbles(page, "echo /change_language")).to_be_visible()
    assert dialogue.asked[0]["message"] == '/change_language{"language":"ar"}'
    page.reload()
    expect(page.locator("tawjih-chat .root")).to_have_attribute("dir", "rtl")
    shot(page, "ar-1280-switched")


def test_shift_and_enter_make_a_line_and_enter_sends(open_page, dialogue):
    page = open_page("en")
    box = page.locator("tawjih-chat textarea")
    box.press_sequentially("one")
    box.press("Shift+Enter")
    box.press_sequentially("two")
    box.press("Enter")
    expect(bubbles(page, "echo one")).to_be_visible()
    assert dialogue.asked[0]["message"] == "one\ntwo"
    expect(box).to_have_value("")
    box.press("Enter")
    assert len(dialogue.asked) == 1


def test_what_was_said_is_there_after_a_reload(open_page, dialogue):
    page = open_page("fr")
    write(page, "salut")
    expect(bubbles(page, "echo salut")).to_be_visible()
    page.reload()
    expect(page.locator("tawjih-chat .bubble")).to_have_text(["salut", "echo salut"])
    assert len(dialogue.asked) == 1


def test_a_long_answer_is_read_from_its_question_on(open_page):
    page = open_page("fr", 320, 640)
    write(page, PHRASES["fr"])
    page.locator("tawjih-chat .cards .card").first.wait_for()
    log = page.locator("tawjih-chat .log").bounding_box()
    own = page.locator("tawjih-chat .own .bubble").last.bounding_box()
    assert log["y"] <= own["y"] <= log["y"] + 24


def test_nothing_that_a_reply_holds_becomes_markup(open_page, dialogue):
    evil = "<img src=x onerror=alert(1)>"
    card = {"title": evil, "organisation": evil, "url": "javascript:alert(1)", "demo": True}
    message = {"text": f"{evil} https://a.example/?b=1.", "custom": {"cards": [card]}}
    dialogue.content = {"messages": [message, {"text": evil}], "language": "fr"}
    page = open_page("fr")
    write(page, "salut")
    expect(bubbles(page, evil).last).to_be_visible()
    assert page.locator("tawjih-chat .log img, tawjih-chat .card a").count() == 0
    assert page.locator("tawjih-chat .log a").get_attribute("href") == "https://a.example/?b=1"


def test_a_slow_service_says_so_and_answers_later(open_page, dialogue):
    page = open_page("fr")
    dialogue.status = 503
    write(page, "salut")
    expect(bubbles(page, "lent")).to_be_visible()
    expect(page.locator("tawjih-chat .own .state")).to_have_text("Gardé, la réponse viendra")
    shot(page, "fr-1280-slow")
    dialogue.status = 200
    expect(bubbles(page, "echo salut")).to_be_visible(timeout=30_000)
    expect(page.locator("tawjih-chat .own .state")).to_have_text("")


def test_typing_is_shown_until_the_answer_comes(open_page, dialogue):
    dialogue.stall()
    page = open_page("fr")
    write(page, "salut")
    dots = page.locator("tawjih-chat .dots")
    expect(dots).to_be_visible()
    assert dots.locator("i").first.evaluate("e => getComputedStyle(e).animationName") == "none"
    dialogue.go_on()
    expect(bubbles(page, "echo salut")).to_be_visible()
    expect(dots).to_have_count(0)


def test_without_a_line_messages_are_kept_and_sent_once_it_is_back(
    open_page, dialogue, connections
):
    page = open_page("ar", 320, 640, init=connections.script)
    connections.cut(page)
    expect(page.locator("tawjih-chat .note")).to_be_visible()
    write(page, "مرحبا")
    write(page, "salut deux")
    expect(page.locator("tawjih-chat .own .state")).to_have_text(["محفوظة ولم تُرسل بعد"] * 2)
    shot(page, "ar-320-offline")
    assert dialogue.asked == []
    connections.mend(page)
    expect(bubbles(page, "echo salut deux")).to_be_visible(timeout=60_000)
    expect(page.locator("tawjih-chat .note")).to_be_hidden()
    assert [asked["message"] for asked in dialogue.asked] == ["مرحبا", "salut deux"]


def test_the_dark_has_its_own_colours(open_page):
    page = open_page("fr", 768, 1024, color_scheme="dark")
    write(page, PHRASES["fr"])
    page.locator("tawjih-chat .card").first.wait_for()
    shot(page, "fr-768-dark")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(map(int, re.findall(r"\d+", background))) < 64
