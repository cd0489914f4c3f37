"""The edge, served for real, with the fake dialogue behind it, and a browser before it."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from bot.app import create_app
from tests.bot.conftest import (  # noqa: F401 - fixtures
    dialogue,
    migrated,
    served_dialogue,
    settings_for,
)
from tests.bot.fake_dialogue import running
from tests.browser.site import Site

SHOTS = Path(__file__).parent / "shots"


# While Playwright runs, its event loop does: no longer than these tests, or others have none.
@pytest.fixture(scope="package")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def served_site():
    site = Site()
    site.start()
    yield site
    site.stop()


@pytest.fixture
def settings(tmp_path, dialogue, served_site, migrated):  # noqa: F811
    path = shutil.copy(migrated, tmp_path / "edge.db")
    settings = settings_for(tmp_path, dialogue, f"sqlite:///{path}")
    return settings.model_copy(update={"web_origins": served_site.origin})


@pytest.fixture
def address(settings):
    with running(create_app(settings)) as address:
        yield address


@pytest.fixture
def site(served_site, address):
    """A web site elsewhere that may hold the chat."""
    served_site.edge = address
    return served_site


@pytest.fixture
def open_page(browser, address):
    """Opens the demo page; anything that the browser complains about fails the test."""
    contexts, complaints = [], []

    def opened(
        language="fr",
        width=1280,
        height=800,
        init="",
        url=address,
        *,
        agree=True,
        context=None,
        **options,
    ):
        options = {"reduced_motion": "reduce", **options}
        viewport = {"width": width, "height": height}
        if context is None:
            context = browser.new_context(viewport=viewport, locale=language, **options)
            contexts.append(context)
        page = context.new_page()
        page.add_init_script(init)
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url)
        if agree:
            start(page)
        return page

    opened.complaints = complaints
    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def start(page):
    """Open the chat, agree to what is kept, wait for the greeting."""
    launcher = page.locator("tawjih-chat .launcher")
    if launcher.count():
        launcher.click()
    page.locator("tawjih-chat .main").click()
    page.locator("tawjih-chat .bubble:not(.dots)").first.wait_for()


def write(page, text):
    """Write to the chat."""
    box = page.locator("tawjih-chat textarea")
    box.fill(text)
    box.press("Enter")


def bubbles(page, text):
    """What was said, by either side."""
    return page.locator("tawjih-chat .bubble", has_text=text)


class Connections:
    """The page's WebSockets, cut and mended in the page: the server never sees it coming."""

    script = """
        const Real = WebSocket;
        const open = new Set();
        window.cut = false;
        window.WebSocket = class extends Real {
            constructor(address) {
                if (window.cut) {
                    const dead = { close() {}, send() {} };
                    queueMicrotask(() => dead.onclose && dead.onclose());
                    return dead;
                }
                super(address);
                open.add(this);
            }
        };
        const fetched = window.fetch;
        window.fetch = (...asked) => window.cut ? Promise.reject(new TypeError()) : fetched(...asked);
        window.cutAll = () => { window.cut = true; open.forEach((socket) => socket.close()); };
    """

    def cut(self, page):
        page.evaluate("cutAll()")

    def mend(self, page):
        page.evaluate("cut = false")


@pytest.fixture
def connections():
    return Connections()


def shot(page, name):
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
