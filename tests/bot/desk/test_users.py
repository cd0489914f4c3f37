"""What administrators do to accounts, on both databases where it is the database that decides."""

import re

import pytest

from bot.desk.accounts import directory
from bot.desk.accounts.directory import RefusalError
from bot.desk.accounts.passwords import known_to_everybody
from bot.desk.audit.trail import SYSTEM
from bot.desk.models import Account, DeskSession
from bot.desk.permissions import Role
from store.base import now
from tests.bot.desk.conftest import PASSWORD

FRESH = "sept poissons dans la cour"
KEPT = known_to_everybody(PASSWORD)


def link_in(page):
    return re.search(r"http://localhost(/desk/reset\?token=[\w-]+)", page.text)[1][5:]


def account_of(console, email):
    with console.database.read() as session:
        return directory.by_email(session, email)


async def test_an_account_is_added_and_its_person_chooses_the_password(console):
    admin = console.signed_in(Role.ADMINISTRATOR)
    page = await admin.post(
        "/users", email="Sami@Test.Example", name=" Sami  K. ", role="supervisor"
    )
    assert page.status_code == 200
    link = link_in(page)
    account = account_of(console, "sami@test.example")
    assert (account.name, account.role, account.password_hash) == ("Sami K.", "supervisor", None)
    assert link.split("=")[1] not in account.reset_hash
    browser = console.browser()
    form = await browser.get(link)
    assert "sami@test.example" in form.text
    token = link.split("=")[1]
    weak = await browser.post("/reset", token=token, fresh="motdepasse123", again="motdepasse123")
    assert (weak.status_code, "easily guessed" in weak.text) == (400, True)
    done = await browser.post("/reset", token=token, fresh=FRESH, again=FRESH)
    assert done.headers["location"] == "/desk/sign-in"
    assert "new password holds" in (await browser.get("/sign-in")).text
    entered = await browser.post("/sign-in", email="sami@test.example", password=FRESH)
    assert entered.headers["location"] == "/desk/"
    # The link is spent.
    assert (await console.browser().get(link)).headers["location"] == "/desk/sign-in"
    other = console.browser()
    await other.get("/sign-in")
    spent = await other.post("/reset", token=token, fresh=FRESH + "x", again=FRESH + "x")
    assert spent.headers["location"] == "/desk/sign-in"
    assert "was used already" in (await other.get("/sign-in")).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "no address"}, "no e-mail address"),
        ({"email": "a@b"}, "no e-mail address"),
        ({"email": "<script>@x.example"}, "no e-mail address"),
        ({"email": "taken@test.example"}, "this address already"),
        ({"name": "  "}, "A name is needed"),
        ({"name": "a" * 81}, "A name is needed"),
        ({"name": "a\u202eb"}, "A name is needed"),
    ],
)
async def test_what_is_no_account_is_not_added_and_what_was_typed_stays(console, fields, said):
    console.account(email="taken@test.example")
    admin = console.signed_in(Role.ADMINISTRATOR)
    given = {"email": "new@test.example", "name": "New One", "role": "counsellor"} | fields
    page = await admin.post("/users", given)
    assert page.status_code == 400
    assert said in page.text
    assert "<script>@" not in page.text
    assert account_of(console, "new@test.example") is None
    assert (await admin.post("/users", given | {"role": "emperor"})).status_code == 400


async def test_a_new_link_ends_password_and_sessions(console):
    admin = console.signed_in(Role.ADMINISTRATOR)
    other = console.signed_in(password_hash=KEPT)
    page = await admin.post(f"/users/{other.account.id}/link")
    assert "Pass it on" in page.text
    assert (await other.get("/account")).status_code == 303
    assert account_of(console, other.account.email).password_hash is None
    assert console.trail("account.link")[-1].account_id == admin.account.id
    # The link itself stands nowhere.
    assert link_in(page).split("=")[1] not in str([row.detail for row in console.trail()])


async def test_a_disabled_account_is_signed_out_at_once_and_may_come_back(console):
    admin, other = console.signed_in(Role.ADMINISTRATOR), console.signed_in()
    path = f"/users/{other.account.id}"
    assert (await admin.post(f"{path}/disable")).status_code == 303
    assert (await other.get("/account")).status_code == 303
    assert "Disabled" in (await admin.get("/users")).text
    assert "is disabled" in (await admin.post(f"{path}/link")).text
    assert (await admin.post(f"{path}/enable")).status_code == 303
    assert account_of(console, other.account.email).disabled_at is None


async def test_a_role_holds_from_the_next_page_on(console):
    admin, other = console.signed_in(Role.ADMINISTRATOR), console.signed_in()
    assert (await other.get("/users")).status_code == 403
    await admin.post(f"/users/{other.account.id}", name="Nadia", role="supervisor")
    assert (await other.get("/users")).status_code == 200
    line = console.trail("account.change")[-1]
    assert line.detail == {"before": "counsellor", "role": "supervisor"}


async def test_the_second_step_can_be_set_up_anew(console):
    admin = console.signed_in(Role.ADMINISTRATOR)
    other = console.signed_in(password_hash=KEPT, recovery=["x"])
    await admin.post(f"/users/{other.account.id}/second-step")
    account = account_of(console, other.account.email)
    assert (account.totp_secret, account.recovery) == (None, [])
    assert (await other.get("/account")).status_code == 303


async def test_sessions_of_another_are_ended(console):
    admin, other = console.signed_in(Role.ADMINISTRATOR), console.signed_in()
    await admin.post(f"/users/{other.account.id}/sessions")
    assert (await other.get("/account")).status_code == 303
    assert (await admin.get("/account")).status_code == 200


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.SUPERVISOR])
async def test_direct_addresses_of_another_role_are_refused_and_recorded(console, role):
    browser, victim = console.signed_in(role), console.account(password_hash=KEPT)
    path = f"/users/{victim.id}"
    sees = role is Role.SUPERVISOR
    for address, may in (("/users", sees), (path, sees), ("/users/new", False), ("/audit", False),
                         ("/audit.csv", False)):  # fmt: skip
        assert (await browser.get(address)).status_code == (200 if may else 403), address
    await browser.get("/account")
    for address in (path, f"{path}/link", f"{path}/disable", f"{path}/second-step", "/users"):
        refused = await browser.post(address, name="x", role="administrator", email="a@b.example")
        assert refused.status_code == 403
    assert account_of(console, victim.email).disabled_at is None
    denied = console.trail("denied")
    assert {row.account_id for row in denied} == {browser.account.id}
    assert {"/desk/audit", f"/desk{path}/link"[:64]} <= {row.subject_id for row in denied}


async def test_what_is_not_there_is_404_and_recorded(console):
    admin = console.signed_in(Role.ADMINISTRATOR)
    for path in ("/users/nobody", "/users/%00", "/users/..%2f..%2fetc", f"/users/{'9' * 500}"):
        assert (await admin.get(path)).status_code == 404
    await admin.get("/users")
    assert (await admin.post(f"/users/{admin.account.id}/explode")).status_code == 404
    assert (await admin.post("/users/nobody/disable")).status_code == 404
    assert len(console.trail("denied")) >= 4


def make(session, email, role=Role.COUNSELLOR):
    return directory.add(session, SYSTEM, email, "Somebody", role)


def test_the_last_administrator_stays(database):
    with database.write() as session:
        first = make(session, "a@test.example", Role.ADMINISTRATOR)
        for act in (
            lambda: directory.disable(session, SYSTEM, first.id),
            lambda: directory.change(session, SYSTEM, first.id, "A", Role.SUPERVISOR),
        ):
            with pytest.raises(RefusalError, match="user_last_administrator"):
                act()
        second = make(session, "b@test.example", Role.ADMINISTRATOR)
        directory.disable(session, SYSTEM, first.id)
        with pytest.raises(RefusalError, match="user_last_administrator"):
            directory.disable(session, SYSTEM, second.id)


def test_a_link_holds_for_its_hours_and_for_accounts_that_may_sign_in(database):
    with database.write() as session:
        account = make(session, "a@test.example")
        token = directory.new_link(session, SYSTEM, account.id)
        assert directory.of_link(session, token, now()).id == account.id
        assert directory.of_link(session, token, account.reset_until) is None
        assert directory.of_link(session, token[:-1], now()) is None
        newer = directory.new_link(session, SYSTEM, account.id)
        assert not directory.use_link(session, token, "hash")
        assert directory.use_link(session, newer, "hash")
        assert not directory.use_link(session, newer, "other")
        assert session.query(Account).one().password_hash == "hash"
        assert session.query(DeskSession).count() == 0
