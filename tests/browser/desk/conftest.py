"""The console in Chromium. Anything that the browser complains about fails the test."""

from pathlib import Path

import pytest

from bot.app import create_app
from bot.desk.permissions import Role
from settings import ROOT
from store.engine import Database
from tests.bot.conftest import settings_for
from tests.bot.desk.conftest import desk_of, make_account, make_session
from tests.bot.fake_dialogue import running

AXE = ROOT / "tests/node/node_modules/axe-core/axe.min.js"
SHOTS = Path(__file__).parents[1] / "shots" / "desk"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class ServedDesk:
    """An edge that is served, and what a test writes into its database."""

    def __init__(self, app, database, address):
        self.app, self.database, self.address = app, database, address
        self.desk = desk_of(app)
        self.settings = self.desk.settings

    def account(self, role=Role.COUNSELLOR, **fields):
        """An account and the cookie of a session of its own."""
        with self.database.write() as session:
            account = make_account(session, self.desk.keys, role, **fields)
            return account, make_session(session, self.desk, account)


@pytest.fixture
def served_desk(tmp_path, dialogue):
    settings = settings_for(tmp_path, dialogue, f"sqlite:///{tmp_path}/edge.db")
    app = create_app(settings)
    database = Database(settings.database)
    with running(app) as address:
        yield ServedDesk(app, database, address)
    database.close()


@pytest.fixture
def open_desk(browser, served_desk):
    """Opens a page of the console, signed in as a new account of `role` (None: a visitor).

    A dialog that opens by itself is a script that somebody smuggled in: it fails the test, as
    anything on the console does that is not in `allowed`.
    """
    contexts, complaints, allowed = [], [], []

    def opened(language="fr", role=Role.COUNSELLOR, path="/", width=1280, height=800, **fields):
        context = browser.new_context(viewport={"width": width, "height": height}, locale=language)
        contexts.append(context)
        account = None
        if role is not None:
            account, token = served_desk.account(role, language=language, **fields)
            cookie = {"name": "desk_session", "value": token, "httpOnly": True, "sameSite": "Lax"}
            host = served_desk.address.split("//")[1].split(":")[0]
            context.add_cookies([cookie | {"domain": host, "path": "/desk"}])
        page = context.new_page()
        page.account = account
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", _canary(complaints))
        page.goto(f"{served_desk.address}/desk{path}")
        return page

    opened.allowed = allowed
    yield opened
    for context in contexts:
        context.close()
    left = [one for one in complaints if not any(words in one for words in allowed)]
    assert left == []


def _canary(complaints):
    def seen(dialog):
        if dialog.type != "confirm":
            complaints.append(f"a dialog opened: {dialog.message}")
        dialog.accept()

    return seen


def violations(page):
    """What axe finds against WCAG 2.2 AA and good practice on a page, as it stands now."""
    # The policy of the console runs nobody else's scripts in the page: axe goes into a world apart.
    session = page.context.new_cdp_session(page)
    frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})
    where = {"contextId": world["executionContextId"], "returnByValue": True}
    session.send("Runtime.evaluate", where | {"expression": AXE.read_text(encoding="utf-8")})
    run = f"axe.run(document, {{runOnly: {RULES}}}).then((r) => r.violations)"
    result = session.send("Runtime.evaluate", where | {"expression": run, "awaitPromise": True})
    session.detach()
    assert "exceptionDetails" not in result, result
    return [
        (one["id"], [node["html"] for node in one["nodes"]]) for one in result["result"]["value"]
    ]


def shot(page, name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
