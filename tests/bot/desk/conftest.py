"""The console in a test: browsers with cookies of their own on one edge in this very loop."""

import re
from contextlib import asynccontextmanager

import httpx
import pytest
from argon2 import PasswordHasher

from bot.app import create_app
from bot.desk.accounts import passwords, second_step, sessions
from bot.desk.keys import Keys
from bot.desk.models import Account, AuditRow, DeskSession
from bot.desk.permissions import Role
from store.base import now
from store.engine import Database

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "clementine sur la table"


def make_account(session, keys, role=Role.COUNSELLOR, **fields):
    """An account with a second step, so that nothing has to be set up before it is used."""
    account = Account(
        name=fields.pop("name", f"Test {role}"),
        email=fields.pop("email", f"{role}{len(session.query(Account).all())}@test.example"),
        role=role,
        totp_secret=fields.pop("totp_secret", keys.encrypt(SECRET)),
        **fields,
    )
    session.add(account)
    session.flush()
    return account


def make_session(session, app_desk, account, stage="full"):
    """The token of a session that has begun."""
    return sessions.begin(session, account, stage, app_desk.lasting, ("Test browser", "127.0.0.1"))


class Browser:
    """One browser: cookies, and the CSRF token of the page that it saw last."""

    def __init__(self, app, language="en", host="http://localhost"):
        self.desk = desk_of(app)
        self.account = None
        self.csrf = ""
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url=host,
            headers={"accept-language": language},
            timeout=60,
        )

    async def get(self, path, **options):
        return self._seen(await self.http.get(f"/desk{path}", **options))

    async def post(self, path, data=None, headers=None, **fields):
        data = {"csrf": self.csrf} | (data or {}) | fields
        return self._seen(await self.http.post(f"/desk{path}", data=data, headers=headers))

    def _seen(self, response):
        if found := re.search(r'name="csrf" value="([^"]+)"', response.text):
            self.csrf = found[1]
        return response

    def sign_in(self, token):
        self.http.cookies.set("desk_session", token, domain="localhost.local", path="/desk")
        return self


def desk_of(app):
    """The console's parts of an edge."""
    mounts = [route.app for route in app.routes if getattr(route, "path", "") == "/desk"]
    return mounts[0].state.desk


class Console:
    """The edge with its console, for as many browsers as a test wants."""

    def __init__(self, app, database):
        self.app, self.database = app, database
        self.desk = desk_of(app)
        self.keys: Keys = self.desk.keys
        self._browsers = []

    def browser(self, language="en", host="http://localhost"):
        """A browser in which nobody is signed in."""
        browser = Browser(self.app, language, host)
        self._browsers.append(browser)
        return browser

    def signed_in(self, role=Role.COUNSELLOR, language="en", **fields):
        """A browser in which a new account of a role is signed in."""
        browser = self.browser(language)
        with self.database.write() as session:
            browser.account = make_account(session, self.keys, role, **fields)
            token = make_session(session, self.desk, browser.account)
            session.flush()
            of_account = session.query(DeskSession).filter_by(account_id=browser.account.id)
            browser.csrf = self.keys.csrf(of_account.one().id)
        return browser.sign_in(token)

    def account(self, **fields):
        """A new account, which nobody has signed in to."""
        with self.database.write() as session:
            return make_account(session, self.keys, **fields)

    def trail(self, action=None):
        """The lines of the audit trail, the last one last."""
        with self.database.read() as session:
            rows = session.query(AuditRow).order_by(AuditRow.id).all()
        return [row for row in rows if action is None or row.action == action]

    async def close(self):
        for browser in self._browsers:
            await browser.http.aclose()


@asynccontextmanager
async def console_of(settings):
    app = create_app(settings)
    database = Database(settings.database)
    async with app.router.lifespan_context(app):
        console = Console(app, database)
        yield console
        await console.close()
    database.close()


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    """Argon2 at its least cost: what it costs in earnest is no part of what is tested here."""
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    passwords._nobody.cache_clear()  # noqa: SLF001
    yield
    passwords._nobody.cache_clear()  # noqa: SLF001


@pytest.fixture
async def console(settings):
    async with console_of(settings) as console:
        yield console


def code_of(secret=SECRET):
    """The code that the app on the telephone shows now."""
    return second_step.pyotp.TOTP(secret).at(now())
