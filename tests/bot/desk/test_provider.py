"""Signing in by the organisation's own provider, a real one on loopback."""

import subprocess
import sys

import httpx
import pytest
from pydantic import SecretStr

from bot.desk.accounts import directory
from bot.desk.accounts.passwords import known_to_everybody
from bot.desk.accounts.provider import make_provider
from bot.desk.permissions import Role
from errors import SettingsError
from settings import ROOT, Settings
from store.base import now
from tests.bot.desk.conftest import PASSWORD, console_of
from tests.bot.desk.idp import CLIENT, CLIENT_SECRET, Idp
from tests.bot.fake_dialogue import running

ROLES = "counsellor=conseil,supervisor=chefs,administrator=dsi"


@pytest.fixture(scope="module")
def served_idp():
    idp = Idp()
    with running(idp.app()) as address:
        idp.address = address
        yield idp


@pytest.fixture
def idp(served_idp):
    served_idp.reset()
    return served_idp


def with_provider(settings, idp, **more):
    return settings.model_copy(
        update={
            "oidc_issuer": idp.address,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SecretStr(CLIENT_SECRET),
            "oidc_roles": ROLES,
            **more,
        }
    )


@pytest.fixture
async def console(settings, idp):
    async with console_of(with_provider(settings, idp)) as console:
        yield console


async def sign_in(browser, then=""):
    """There and back, as the browser goes; the answer to coming back."""
    there = await browser.get(f"/oidc/go{then}")
    assert there.status_code == 302, there.text
    async with httpx.AsyncClient() as outside:
        sent = await outside.get(there.headers["location"])
    return await browser.get(sent.headers["location"].partition("/desk")[2])


async def refused(console, browser, said, then=None):
    response = then or await sign_in(browser)
    assert response.headers["location"] == "/desk/sign-in"
    assert said in (await browser.get("/sign-in")).text
    assert (await browser.get("/")).headers["location"] == "/desk/sign-in"


def account_of(console, email="ines@org.example"):
    with console.database.read() as session:
        return directory.by_email(session, email)


async def test_somebody_is_known_by_the_organisation_and_gets_their_role(console, idp):
    browser = console.browser()
    page = (await browser.get("/sign-in?next=/account")).text
    assert 'href="/desk/oidc/go?next=/account"' in page
    response = await sign_in(browser, "?next=/account")
    assert response.headers["location"] == "/desk/account"
    page = (await browser.get("/account")).text
    assert "Inès M." in page
    assert "Second step" not in page  # the provider sees to it
    account = account_of(console)
    assert (account.role, account.password_hash) == (Role.COUNSELLOR, None)
    assert account.subject == f"{idp.address}|u-1"
    assert idp.asked["redirect_uri"] == "http://localhost/desk/oidc/back"
    assert idp.asked["code_challenge_method"] == "S256"
    assert idp.asked["nonce"]
    assert [row.action for row in console.trail()[-2:]] == ["account.add", "sign_in.provider"]


async def test_the_highest_role_counts_and_follows_the_organisation(console, idp):
    for roles, role in ((["conseil", "dsi"], "administrator"), ("staff chefs", "supervisor")):
        idp.claims["roles"] = roles
        await sign_in(console.browser())
        assert account_of(console).role == role
    assert console.trail("account.change")[-1].detail["by"] == "provider"
    with console.database.read() as session:
        assert len([one for one in directory.everybody(session) if not one.demo]) == 1


@pytest.mark.parametrize("claim", ["realm_access.roles", "https://org.example/roles"])
async def test_roles_may_lie_deeper(settings, idp, claim):
    deep = with_provider(settings, idp, oidc_role_claim=claim)
    del idp.claims["roles"]
    idp.claims |= {
        "realm_access": {"roles": ["chefs"]},
        "https://org.example/roles": ["chefs"],
    }
    async with console_of(deep) as console:
        await sign_in(console.browser())
        assert account_of(console).role == "supervisor"


async def test_what_the_token_leaves_out_is_asked_for(console, idp):
    idp.only_userinfo = True
    assert (await sign_in(console.browser())).headers["location"] == "/desk/"
    idp.fault = "userinfo"
    await refused(console, console.browser(), "no role in the desk")


FAULTS = ("nonce", "aud", "iss", "expired", "signature", "unsigned", "state", "denied", "no token")


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_the_provider_did_not_sign_for_us_and_now_opens_nothing(console, idp, fault):
    idp.fault = fault
    await refused(console, console.browser(), "sign-in did not work")
    assert account_of(console) is None
    assert console.trail("sign_in.provider_refused")


async def test_a_provider_that_calls_itself_otherwise_is_not_gone_to(console, idp):
    idp.fault = "issuer"
    browser = console.browser()
    await refused(console, browser, "sign-in did not work", await browser.get("/oidc/go"))


async def test_coming_back_in_another_browser_or_twice_opens_nothing(console, idp):
    browser, thief = console.browser(), console.browser()
    there = await browser.get("/oidc/go")
    async with httpx.AsyncClient() as outside:
        sent = await outside.get(there.headers["location"])
    back = sent.headers["location"].partition("/desk")[2]
    await refused(console, thief, "did not work", await thief.get(back))
    assert (await browser.get(back)).headers["location"] == "/desk/"
    again = console.browser()
    await refused(console, again, "did not work", await again.get(back))
    for query in ("", "?code=x", "?state=%00", "?error=<script>"):
        assert (await console.browser().get(f"/oidc/back{query}")).status_code in {303, 404}


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"roles": ["staff"]}, "no role in the desk"),
        ({"roles": {"conseil": True}}, "no role in the desk"),
        ({"roles": None}, "no role in the desk"),
        ({"email": ""}, "no e-mail address"),
        ({"email": "a\nb@x.example"}, "no e-mail address"),
    ],
)
async def test_who_has_no_role_or_no_address_is_told(console, idp, claims, said):
    idp.claims |= claims
    await refused(console, console.browser(), said)


async def test_a_local_account_goes_over_if_its_address_was_checked(console, idp):
    kept = known_to_everybody(PASSWORD)
    account = console.account(email="ines@org.example", password_hash=kept)
    idp.claims["email_verified"] = "yes"
    await refused(console, console.browser(), "Another account of the desk")
    idp.claims["email_verified"] = True
    await sign_in(console.browser())
    found = account_of(console)
    assert (found.id, found.password_hash, found.totp_secret) == (account.id, None, None)
    browser = console.browser()
    await browser.get("/sign-in")
    local = await browser.post("/sign-in", email="ines@org.example", password=PASSWORD)
    assert local.status_code == 403


async def test_demonstration_accounts_and_disabled_ones_stay_shut(console, idp):
    idp.claims["email"] = "administrator@emploi.example"
    await refused(console, console.browser(), "Another account of the desk")
    console.account(
        email="ines@org.example", subject=f"{idp.address}|u-1", disabled_at=now(), totp_secret=None
    )
    idp.claims["email"] = "ines@org.example"
    await refused(console, console.browser(), "is disabled")


async def test_a_provider_that_is_away_is_told(settings, idp):
    gone = with_provider(settings, idp, oidc_issuer="http://127.0.0.1:9")
    async with console_of(gone) as console:
        browser = console.browser()
        await refused(console, browser, "does not answer", await browser.get("/oidc/go"))


async def test_without_a_provider_there_is_no_way_to_it(settings):
    async with console_of(settings) as console:
        browser = console.browser()
        assert "/oidc/go" not in (await browser.get("/sign-in")).text
        for path in ("/oidc/go", "/oidc/back?code=x&state=y"):
            assert (await browser.get(path)).status_code == 404


async def test_the_public_address_is_the_one_that_the_provider_sends_back_to(settings, idp):
    public = with_provider(settings, idp, public_url="https://chat.emploi.example/")
    async with console_of(public) as console:
        there = await console.browser().get("/oidc/go")
        assert "https%3A%2F%2Fchat.emploi.example%2Fdesk%2Foidc%2Fback" in there.headers["location"]


@pytest.mark.parametrize("name", ["oidc_client_id", "oidc_roles"])
def test_half_a_provider_stops_the_start(name):
    whole = {"oidc_issuer": "https://x.example", "oidc_client_id": "a", "oidc_roles": ROLES}
    with pytest.raises(SettingsError, match=name.upper()):
        make_provider(Settings(_env_file=None, **(whole | {name: ""})))


def test_nothing_is_said_when_a_provider_is_set():
    # Authlib has its warnings shown always, whatever the filters of a test say.
    command = [sys.executable, "-c", "import bot.desk.accounts.openid"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
