"""Signing in and looking after accounts, as people do it in Chromium."""

import re

import pyotp
import pytest
from playwright.sync_api import expect

from bot.desk.accounts.passwords import known_to_everybody
from bot.desk.audit import trail
from bot.desk.permissions import Role
from tests.bot.desk.conftest import PASSWORD
from tests.browser.desk.conftest import shot, violations

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "fr", "ar")
WIDTHS = {"phone": (360, 740), "desk": (1280, 800)}
KEPT = known_to_everybody(PASSWORD)
STRANGE = [
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "{{ 7*7 }}{% raise %}",
    "javascript:alert(1)",
    "'; DROP TABLE account; --",
    "مرحبا <b>bold</b> \u202bيسار",
]


def settled(page, language, name, width):
    """What every page is held to: it fits, it mirrors, and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    assert violations(page) == []
    shot(page, f"{name}-{language}-{width}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in_for_the_first_time(open_desk, served_desk, language):
    words = served_desk.desk.pages.words
    account, _ = served_desk.account(
        Role.COUNSELLOR, name="Leïla", password_hash=KEPT, totp_secret=None, language=language
    )
    open_desk.allowed.append("403")  # the browser tells of the refused form below
    for name, (width, height) in WIDTHS.items():
        page = open_desk(language, None, "/account", width=width, height=height)
        settled(page, language, "sign-in", name)
    page.locator("#email").fill(account.email)
    page.locator("#password").fill("wrong")
    page.get_by_role("button", name=words.text("sign_in", language), exact=True).click()
    expect(page.get_by_role("alert")).to_have_text(words.text("signin_wrong", language))
    expect(page.locator("#email")).to_have_value(account.email)
    settled(page, language, "sign-in-wrong", "desk")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/account/second-step")
    settled(page, language, "second-step", "desk")
    secret = page.locator("code").inner_text().replace(" ", "")
    page.locator("#code").fill(pyotp.TOTP(secret).now())
    page.locator("#code").press("Enter")
    expect(page.locator(".codes li")).to_have_count(10)
    settled(page, language, "recovery", "desk")
    recovery = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name=words.text("recovery_kept", language)).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Leïla")
    for name, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        settled(page, language, "home", name)
    page.locator(".menu summary").click()
    settled(page, language, "menu", "desk")
    page.locator(".menu").get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text(words.text("signed_out", language))
    # And once more, with the telephone lost.
    page.locator("#email").fill(account.email)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/sign-in/code")
    settled(page, language, "code", "desk")
    page.locator("#code").fill(recovery)
    page.locator("#code").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Leïla")
    page.goto(f"{served_desk.address}/desk/account")
    for name, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        settled(page, language, "account", name)
    page.get_by_role("link", name=words.text("password_change", language)).click()
    settled(page, language, "password", "desk")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_administrator_adds_an_account_and_reads_what_was_done(open_desk, served_desk, language):
    words = served_desk.desk.pages.words
    with served_desk.database.write() as session:
        for text in STRANGE:
            trail.record(session, trail.Actor("x", text), text[:48], ("page", text), said=text)
    for text in STRANGE:
        served_desk.account(Role.COUNSELLOR, name=text)
    page = open_desk(language, Role.ADMINISTRATOR, "/users", name="Nour")
    for name, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        settled(page, language, "users", name)
    for text in STRANGE:
        expect(page.get_by_role("link", name=text)).to_be_visible()
    page.get_by_role("link", name=words.text("user_add", language)).click()
    settled(page, language, "user-new", "desk")
    page.locator("#name").fill("سلمى ب.")
    page.locator("#email").fill("salma@test.example")
    page.get_by_role("radio").nth(1).check()
    page.locator("#content").get_by_role("button").click()
    link = page.locator("code", has_text=re.compile("reset")).inner_text()
    settled(page, language, "user-link", "desk")
    page.get_by_role("button", name=words.text("user_disable", language)).click()  # asks first
    expect(page.get_by_text(words.text("user_disabled", language))).to_be_visible()
    settled(page, language, "user", "desk")
    page.goto(f"{served_desk.address}/desk/audit")
    for name, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        settled(page, language, "audit", name)
    for text in STRANGE:
        expect(page.locator("tbody").get_by_text(text).first).to_be_visible()
    page.goto(link)  # of a disabled account
    page.wait_for_url("**/desk/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_another_role_says_so_kindly(open_desk, language):
    open_desk.allowed += ["403", "404"]
    page = open_desk(language, Role.COUNSELLOR, "/users")
    settled(page, language, "refused", "desk")
    expect(page.get_by_role("link", name="/desk/users")).to_have_count(0)
    page.goto(page.url.replace("/users", "/nowhere"))
    settled(page, language, "nothing", "desk")


def test_the_language_is_changed_where_one_is(open_desk):
    page = open_desk("fr", Role.SUPERVISOR, "/users")
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.url.endswith("/desk/users")


def test_the_keyboard_alone_is_enough_to_sign_in_and_the_menu_closes(open_desk, served_desk):
    served_desk.account(email="k@test.example", password_hash=KEPT)
    page = open_desk("fr", None, "/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#email")).to_be_focused()
    page.keyboard.type("k@test.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code")
    expect(page.locator("#code")).to_be_focused()
    page = open_desk("fr", Role.COUNSELLOR)
    page.locator(".menu summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sheet")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".sheet")).not_to_be_visible()
    expect(page.locator(".menu summary")).to_be_focused()


def test_dark_mode_can_be_read(open_desk, served_desk):
    page = open_desk("fr", Role.ADMINISTRATOR, "/users")
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    shot(page, "users-fr-dark")
    page.goto(f"{served_desk.address}/desk/account")
    assert violations(page) == []


def test_pages_are_small(open_desk, served_desk):
    page = open_desk("fr", None, "/sign-in")
    sizes = page.evaluate(
        """() => performance.getEntriesByType("resource").concat(
            performance.getEntriesByType("navigation")).map((e) => [e.name, e.encodedBodySize])"""
    )
    first = sum(size for name, size in sizes if not name.endswith(".js") and ".js?" not in name)
    assert 0 < first < 50_000, sizes
