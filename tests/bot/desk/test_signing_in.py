"""Signing in, the second step, sessions and their end."""

import asyncio
import re
from datetime import timedelta

import pyotp
import pytest
from starlette.requests import Request

from bot.desk.accounts import second_step, securing, sessions, tries
from bot.desk.accounts.passwords import known_to_everybody
from bot.desk.accounts.sessions import Lasting
from bot.desk.accounts.signing_in import Browser, SigningIn, WrongError
from bot.desk.audit.trail import Actor
from bot.desk.keys import Keys
from bot.desk.models import Account, DeskSession, DeskTry
from bot.desk.permissions import Role
from bot.desk.shell.views import _visit
from bot.transactions import Transactions
from store.base import now
from tests.bot.desk.conftest import PASSWORD, SECRET, code_of, console_of, make_account

KEPT = known_to_everybody(PASSWORD)
EMAIL = "leila@test.example"


async def sign_in(browser, email=EMAIL, password=PASSWORD, then="/"):
    await browser.get("/sign-in")
    return await browser.post("/sign-in", email=email, password=password, next=then)


def local(console, **fields):
    return console.account(email=EMAIL, password_hash=KEPT, **fields)


def rows(console, model):
    with console.database.read() as session:
        return session.query(model).all()


async def test_password_and_code_lead_to_where_somebody_wanted_to_go(console):
    local(console)
    browser = console.browser()
    response = await sign_in(browser, email=" Leila@TEST.example ", then="/account")
    assert response.headers["location"] == "/desk/sign-in/code?next=/account"
    # Half-way, nothing is open yet.
    assert (await browser.get("/account")).headers["location"] == "/desk/sign-in/code"
    await browser.get("/sign-in/code?next=/account")
    response = await browser.post("/sign-in/code", code=code_of(), next="/account")
    assert response.headers["location"] == "/desk/account"
    assert (await browser.get("/account")).status_code == 200
    assert [line.action for line in console.trail()[-2:]] == ["sign_in", "sign_in.code"]


async def test_an_address_of_any_kind_is_come_back_to(console):
    local(console)
    browser = console.browser()
    then = "/audit?action=x&account=سلمى"
    there = (await sign_in(browser, then=then)).headers["location"]
    page = await browser.get(there.removeprefix("/desk"))
    assert f'name="next" value="{then.replace("&", "&amp;")}"' in page.text
    data = {"csrf": browser.csrf, "code": code_of(), "next": then}
    response = await browser.http.post(
        "/desk/sign-in/code", data=data, headers={"hx-request": "true"}
    )
    assert response.headers["hx-redirect"].startswith("/desk/audit?action=x&account=%D8")


@pytest.mark.parametrize("host", ["http://localhost", "https://desk.example"])
async def test_the_cookie_is_kept_from_scripts_and_from_other_sites(console, host):
    local(console)
    response = await sign_in(console.browser(host=host))
    cookies = response.headers.get_list("set-cookie")
    cookie = next(one for one in cookies if one.startswith("desk_session="))
    for part in ("HttpOnly", "SameSite=lax", "Path=/desk"):
        assert part in cookie
    assert ("Secure" in cookie) is host.startswith("https")


async def test_a_browser_without_cookies_is_told(console):
    local(console)
    # For a machine elsewhere the cookies want TLS, and so never come back over plain HTTP.
    response = await sign_in(console.browser(host="http://desk.example"))
    assert response.headers["location"] == "/desk/sign-in?why=form"
    page = await console.browser().get("/sign-in?why=form")
    assert "refuses cookies" in page.text


async def test_without_tls_the_page_says_so(console):
    page = await console.browser(host="http://desk.example").get("/sign-in")
    assert "https" in page.text
    assert "not encrypted" in page.text
    assert "not encrypted" not in (await console.browser().get("/sign-in")).text


async def test_every_step_gives_another_token_and_ends_the_one_before(console):
    local(console)
    browser = console.browser()
    tokens = [browser.http.cookies.get("desk_session")]
    await sign_in(browser)
    tokens.append(browser.http.cookies.get("desk_session"))
    await browser.get("/sign-in/code")
    await browser.post("/sign-in/code", code=code_of())
    tokens.append(browser.http.cookies.get("desk_session"))
    assert len(set(tokens)) == 3
    assert len(rows(console, DeskSession)) == 1
    kept = rows(console, DeskSession)[0]
    assert tokens[2] not in (kept.token_hash, kept.id)
    old = console.browser().sign_in(tokens[1])
    assert (await old.get("/account")).headers["location"].startswith("/desk/sign-in?next")


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "wrong"), ("nobody@test.example", PASSWORD), ("", ""), (EMAIL, ""), ("'; DROP", "x")],
)
async def test_what_is_wrong_is_not_said(console, email, password):
    local(console)
    response = await sign_in(console.browser(), email=email, password=password)
    assert response.status_code == 403
    assert "The address or the password is not right" in response.text
    assert "desk_session" not in response.headers.get("set-cookie", "")
    assert console.trail()[-1].action == "sign_in.failed"


async def test_strange_input_is_refused_or_wrong(console):
    browser = console.browser()
    for text in ("\0", "a" * 2000, "<script>alert(1)</script>", "\u202e", "%00", "'; DROP TABLE--"):
        for field in ("email", "password", "next", "csrf"):
            await browser.get("/sign-in")
            given = {"email": f"{field}@test.example", "password": "x", field: text}
            response = await browser.post("/sign-in", given)
            assert response.status_code in {303, 400, 403}
            assert "<script>alert" not in response.text


async def test_a_disabled_account_and_one_without_a_password_stay_outside(console):
    local(console, disabled_at=now())
    console.account(email="provider@test.example", subject="idp|7")
    assert (await sign_in(console.browser())).status_code == 403
    assert (await sign_in(console.browser(), "provider@test.example", "")).status_code == 403


async def test_a_wait_follows_too_many_tries_and_grows_for_addresses_of_nobody_too(console):
    local(console)
    for email in (EMAIL, "nobody@test.example"):
        browser = console.browser()
        said = [(await sign_in(browser, email, "wrong")).text for _ in range(tries.FREE + 1)]
        assert "Too many tries" not in said[tries.FREE - 1]
        assert "Please wait a minute" in said[tries.FREE]
        # The right password opens nothing meanwhile, and so tells nothing.
        assert "Too many tries" in (await sign_in(browser, email)).text


def test_waits_double_up_to_a_quarter_of_an_hour(database):
    moment, waits = now(), []
    with database.write() as session:
        for _ in range(tries.FREE - 1):
            assert tries.count(session, "k", moment) is None
        for _ in range(8):
            assert tries.count(session, "k", moment) is None
            left = tries.count(session, "k", moment)
            waits.append(left.total_seconds())
            moment += left
        assert waits == [30, 60, 120, 240, 480, 900, 900, 900]
        assert tries.count(session, "k", moment + timedelta(days=2)) is None
        assert tries.count(session, "k", moment + timedelta(days=2)) is None
        tries.forget_old(session, moment + timedelta(days=9))
        assert session.query(DeskTry).count() == 0


async def test_many_tries_at_once_are_no_way_around_the_wait(console):
    local(console)
    browser = console.browser()
    await browser.get("/sign-in")
    posts = [
        browser.http.post(
            "/desk/sign-in", data={"csrf": browser.csrf, "email": EMAIL, "password": f"guess {n}"}
        )
        for n in range(12)
    ]
    said = [response.text for response in await asyncio.gather(*posts)]
    assert sum("is not right" in text for text in said) == tries.FREE
    assert sum("Too many tries" in text for text in said) == 12 - tries.FREE


async def test_after_the_right_password_the_count_begins_anew(console):
    local(console)
    for _ in range(3):
        for _ in range(tries.FREE - 1):
            assert (await sign_in(console.browser(), password="wrong")).status_code == 403
        assert (await sign_in(console.browser())).status_code == 303


# The second step


async def half_way(console, **fields):
    account = local(console, **fields)
    browser = console.browser()
    await sign_in(browser)
    await browser.get("/sign-in/code")
    return account, browser


async def test_a_code_serves_once(console):
    _, browser = await half_way(console)
    code = code_of()
    assert (await browser.post("/sign-in/code", code=f" {code[:3]} {code[3:]} ")).status_code == 303
    other = console.browser()
    await sign_in(other)
    await other.get("/sign-in/code")
    assert (await other.post("/sign-in/code", code=code)).status_code == 403


async def test_a_wrong_code_opens_nothing(console):
    _, browser = await half_way(console)
    for code in ("000000", "é", "1" * 300, "aaaaa-aaaaa"):
        assert (await browser.post("/sign-in/code", code=code)).status_code == 403
        assert (await browser.get("/")).headers["location"] == "/desk/sign-in/code"


async def test_codes_are_not_to_be_guessed(console):
    account, browser = await half_way(console)
    for _ in range(tries.FREE):
        assert "Wait for the next one" in (await browser.post("/sign-in/code", code="0")).text
    assert "Too many tries" in (await browser.post("/sign-in/code", code=code_of())).text
    # Signing in anew with the password does not set the count back.
    again = console.browser()
    await sign_in(again)
    await again.get("/sign-in/code")
    assert "Too many tries" in (await again.post("/sign-in/code", code=code_of())).text
    assert console.trail("sign_in.code_failed")[-1].subject_id == account.id


async def test_a_recovery_code_opens_once(console):
    kept = [second_step.hashed_code("abcde-fghjk")]
    _, browser = await half_way(console, recovery=kept)
    assert (await browser.post("/sign-in/code", code=" ABCDE FGHJK ")).status_code == 303
    other = console.browser()
    await sign_in(other)
    await other.get("/sign-in/code")
    assert (await other.post("/sign-in/code", code="abcde-fghjk")).status_code == 403


async def test_a_secret_of_another_key_opens_nothing_and_breaks_nothing(console):
    strange = Keys("another secret").encrypt(SECRET)
    _, browser = await half_way(console, totp_secret=strange)
    assert (await browser.post("/sign-in/code", code=code_of())).status_code == 403


@pytest.mark.parametrize(("late", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])  # fmt: skip
def test_a_clock_may_be_half_a_minute_off(late, fits):
    moment = now()
    code = pyotp.TOTP(SECRET).at(moment + timedelta(seconds=late))
    assert (second_step.step_of(SECRET, code, moment, None) is not None) is fits


async def test_a_local_account_must_set_the_second_step_up_first(console):
    local(console, totp_secret=None)
    browser = console.browser()
    await sign_in(browser)
    assert (await browser.get("/")).headers["location"] == "/desk/account/setup"
    assert (await browser.get("/users")).headers["location"] == "/desk/account/setup"
    assert (await browser.get("/account/setup")).headers["location"] == "/desk/account/second-step"
    page = await browser.get("/account/second-step")
    assert "<svg" in page.text
    signed = re.search(r'name="secret" value="([^"]+)"', page.text)[1]
    secret = re.search(r"<code[^>]*>([A-Z2-7 ]+)<", page.text)[1].replace(" ", "")
    wrong = await browser.post("/account/second-step", secret=signed, code="000000")
    assert "Wait for the next one" in wrong.text
    assert signed not in console.trail()[-1].detail
    page = await browser.post("/account/second-step", secret=signed, code=pyotp.TOTP(secret).now())
    codes = re.findall(r"<li>([a-z2-9]{5}-[a-z2-9]{5})</li>", page.text)
    assert len(set(codes)) == 10
    assert (await browser.get("/")).status_code == 200
    account = next(one for one in rows(console, Account) if one.email == EMAIL)
    assert secret not in account.totp_secret
    assert not set(codes) & set(account.recovery)
    assert len(account.recovery) == 10


async def test_a_secret_that_we_did_not_make_for_this_session_is_not_taken(console):
    browser, other = (console.signed_in(totp_secret=None, password_hash=KEPT) for _ in range(2))
    theirs = re.search(
        r'name="secret" value="([^"]+)"', (await other.get("/account/second-step")).text
    )[1]
    for secret in (SECRET, theirs, ""):
        response = await browser.post("/account/second-step", secret=secret, code=code_of())
        assert response.headers["location"] == "/desk/account/second-step"
    assert all(a.totp_secret is None for a in rows(console, Account) if not a.demo)


async def test_an_open_browser_is_not_enough_to_take_an_account_over(console):
    browser = console.signed_in(password_hash=KEPT)
    page = await browser.get("/account/second-step")
    signed = re.search(r'name="secret" value="([^"]+)"', page.text)[1]
    secret = re.search(r"<code[^>]*>([A-Z2-7 ]+)<", page.text)[1].replace(" ", "")
    code = pyotp.TOTP(secret).now()
    for password in ("", "wrong"):
        response = await browser.post(
            "/account/second-step", secret=signed, code=code, password=password
        )
        assert "not your present password" in response.text
    done = await browser.post("/account/second-step", secret=signed, code=code, password=PASSWORD)
    assert done.status_code == 200
    refused = await browser.post("/account/recovery", password="wrong")
    assert refused.headers["location"] == "/desk/account"
    assert "abcde" not in (await browser.post("/account/recovery", password=PASSWORD)).text
    assert console.trail("second_step.recovery")


async def test_the_second_step_can_be_left_to_people(settings):
    async with console_of(settings.model_copy(update={"desk_totp": False})) as console:
        local(console, totp_secret=None)
        browser = console.browser()
        assert (await sign_in(browser)).headers["location"] == "/desk/"
        assert (await browser.get("/")).status_code == 200


# On both databases


@pytest.fixture
async def transactions(database):
    transactions = Transactions(database)
    yield transactions
    await transactions.settle()


async def test_all_of_it_on_each_database(database, transactions):
    keys, lasting = Keys("secret"), Lasting(timedelta(hours=1), timedelta(hours=12))
    signing_in = SigningIn(transactions, keys, lasting, demo=False)
    browser = Browser("Test browser", "127.0.0.1")
    with database.write() as session:
        kept = [second_step.hashed_code("abcde-fghjk")]
        account = make_account(session, keys, email=EMAIL, password_hash=KEPT, recovery=kept)
    with pytest.raises(WrongError):
        await signing_in.with_password(EMAIL, "wrong", browser)
    with pytest.raises(WrongError):
        await signing_in.with_password("\u202e😀@x", PASSWORD, browser)
    begun = await signing_in.with_password(EMAIL, PASSWORD, browser)
    assert begun.stage == "code"
    codes = [signing_in.with_code(account.id, "abcde-fghjk", browser) for _ in range(4)]
    done = await asyncio.gather(*codes, return_exceptions=True)
    [full] = [one for one in done if not isinstance(one, WrongError)]  # one code, one way in
    found = await transactions.read(sessions.find, full.token, lasting, now())
    assert (found.who.id, found.stage) == (account.id, "full")
    token = await transactions.write(
        securing.set_password, Actor(account.id, "L"), found.session_id, "hash"
    )
    assert await transactions.read(sessions.find, full.token, lasting, now()) is None
    assert await transactions.read(sessions.find, token, lasting, now())
    with database.read() as session:
        assert session.query(DeskSession).count() == 1


async def test_tries_at_once_are_counted_on_each_database(transactions):
    counted = [transactions.write(tries.count, "k", now()) for _ in range(12)]
    done = await asyncio.gather(*counted)
    assert done.count(None) == tries.FREE


# Passwords


async def test_a_password_is_changed_and_other_sessions_end(console):
    browser = console.signed_in(password_hash=KEPT, email=EMAIL)
    other = console.browser()
    await sign_in(other)
    await other.get("/sign-in/code")
    await other.post("/sign-in/code", code=code_of())
    fresh = "sept poissons dans la cour"
    for given, said in (
        ({"current": "wrong", "fresh": fresh, "again": fresh}, "not your present password"),
        ({"current": PASSWORD, "fresh": "court", "again": "court"}, "too short"),
        ({"current": PASSWORD, "fresh": fresh, "again": fresh + "!"}, "not the same"),
    ):
        response = await browser.post("/account/password", given)
        assert response.status_code == 400
        assert said in response.text
    before = browser.http.cookies.get("desk_session")
    response = await browser.post("/account/password", current=PASSWORD, fresh=fresh, again=fresh)
    assert response.status_code == 303
    assert browser.http.cookies.get("desk_session") != before
    assert (await browser.get("/account")).status_code == 200
    assert (await other.get("/account")).status_code == 303
    assert (await sign_in(console.browser())).status_code == 403
    assert (await sign_in(console.browser(), password=fresh)).status_code == 303
    assert console.trail("password.change")


async def test_a_temporary_password_is_changed_before_anything_else(console):
    local(console, must_change=True)
    browser = console.browser()
    await sign_in(browser)
    await browser.get("/sign-in/code")
    await browser.post("/sign-in/code", code=code_of())
    for path in ("/", "/account", "/account/second-step"):
        assert (await browser.get(path)).headers["location"] == "/desk/account/setup"
    assert (await browser.get("/account/setup")).headers["location"] == "/desk/account/password"
    await browser.get("/account/password")
    fresh = "sept poissons dans la cour"
    await browser.post("/account/password", current=PASSWORD, fresh=fresh, again=fresh)
    assert (await browser.get("/")).status_code == 200


# Sessions


async def test_a_session_ends_when_unused_and_at_last(console):
    for change in (
        {"seen_at": now() - timedelta(minutes=61)},
        {"expires_at": now() - timedelta(seconds=1)},
    ):
        browser = console.signed_in()
        assert (await browser.get("/account")).status_code == 200
        with console.database.write() as session:
            row = session.query(DeskSession).filter_by(account_id=browser.account.id).one()
            for name, value in change.items():
                setattr(row, name, value)
        assert (await browser.get("/account")).status_code == 303


async def test_what_somebody_does_keeps_a_session_and_what_the_page_does_not(console):
    browser = console.signed_in()

    def used():
        return rows(console, DeskSession)[0].seen_at

    with console.database.write() as session:
        session.query(DeskSession).one().seen_at = now() - timedelta(minutes=30)
    before = used()
    await browser.get("/accent.css")  # a passive view
    assert used() == before
    await browser.get("/account")
    assert used() > before


async def test_sessions_are_listed_and_ended_one_by_one_ones_own_alone(console):
    browser = console.signed_in(password_hash=KEPT, email=EMAIL)
    other = console.signed_in()
    await sign_in(console.browser())
    [mine] = [
        row.id for row in rows(console, DeskSession)
        if row.account_id == browser.account.id and row.stage == "code"
    ]  # fmt: skip
    [theirs] = [r.id for r in rows(console, DeskSession) if r.account_id == other.account.id]
    page = (await browser.get("/account")).text
    assert f"/account/sessions/{mine}/end" in page
    assert theirs not in page
    assert (await browser.post(f"/account/sessions/{theirs}/end")).status_code == 404
    assert console.trail("denied")[-1].account_id == browser.account.id
    assert (await browser.post(f"/account/sessions/{mine}/end")).status_code == 303
    assert (await other.get("/account")).status_code == 200


async def test_a_stream_learns_that_its_session_is_over(console):
    browser = console.signed_in()
    token = browser.http.cookies.get("desk_session")
    visit = await _visit(request_of(console, token), passive=True)
    assert await visit.holds()
    with console.database.write() as session:
        session.get(Account, browser.account.id).role = Role.SUPERVISOR
    assert not await visit.holds()
    visit = await _visit(request_of(console, token), passive=True)
    with console.database.write() as session:
        session.get(Account, browser.account.id).disabled_at = now()
    assert not await visit.holds()


def request_of(console, token):
    """A request of a page, as the edge gives it to a view."""
    app = next(r.app for r in console.app.routes if getattr(r, "path", "") == "/desk")
    return Request(
        {
            "type": "http", "method": "GET", "path": "/desk/", "query_string": b"", "app": app,
            "headers": [(b"cookie", f"desk_session={token}".encode())], "state": {},
        }
    )  # fmt: skip


async def test_signing_out_ends_the_session_on_our_side_too(console):
    browser = console.signed_in()
    token = browser.http.cookies.get("desk_session")
    assert (await browser.post("/sign-out")).headers["location"] == "/desk/sign-in"
    assert rows(console, DeskSession) == []
    assert (await console.browser().sign_in(token).get("/account")).status_code == 303
    assert "signed out" in (await browser.get("/sign-in")).text


# The demonstration


async def test_the_demonstration_has_three_accounts_and_says_so(console):
    page = (await console.browser().get("/sign-in")).text
    assert "accounts and their passwords are public" in page
    for role in Role:
        email, password = f"{role}@emploi.example", f"demo-{role}"
        assert email in page
        browser = console.browser()
        assert (await sign_in(browser, email, password)).headers["location"] == "/desk/"
        assert "accounts and their passwords are public" in (await browser.get("/")).text


async def test_elsewhere_there_are_none_and_those_left_behind_are_shut(settings, tmp_path):
    async with console_of(settings) as console:
        browser = console.browser()
        await sign_in(browser, "administrator@emploi.example", "demo-administrator")
        token = browser.http.cookies.get("desk_session")
    profile = settings.profile.read_text(encoding="utf-8").replace("demo: true", "demo: false")
    (tmp_path / "profile.yml").write_text(profile, encoding="utf-8")
    update = {"profile": tmp_path / "profile.yml", "rest_token": settings.dialogue_secret}
    async with console_of(settings.model_copy(update=update)) as console:
        browser = console.browser()
        page = (await browser.get("/sign-in")).text
        assert "public" not in page
        assert "demo-" not in page
        refused = await sign_in(browser, "administrator@emploi.example", "demo-administrator")
        assert refused.status_code == 403
        assert (await console.browser().sign_in(token).get("/")).status_code == 303
        assert all(one.disabled_at for one in rows(console, Account))
