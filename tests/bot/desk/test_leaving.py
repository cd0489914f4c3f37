"""Who signs out, or is signed out, leaves nobody waiting for them."""

import pytest

from bot.desk.accounts import directory
from bot.desk.audit.trail import SYSTEM
from bot.desk.permissions import Role
from bot.handoff import presence
from bot.handoff.models import Handoff, HandoffStep, Presence
from bot.handoff.views import Actor
from tests.bot.conftest import texts, until
from tests.bot.desk.talking import held


def states(console, *people):
    return [(one.handoff.state, one.handoff.account_id is not None) for one in people]


@pytest.fixture
async def two(console):
    """A counsellor with two conversations: one person waits for a word, one has theirs."""
    salma = console.signed_in(name="Salma")
    waits, answered = await held(console, salma, "amal"), await held(console, salma, "badr")
    await salma.post(f"{answered.act}/say", text="Bonjour Badr")
    return salma, waits, answered


async def test_signing_out_gives_back_whoever_waits_and_tells_them(console, two):
    salma, waits, answered = two
    await salma.post("/sign-out")
    await until(lambda: waits.handoff.state == "waiting")
    assert states(console, waits, answered) == [("waiting", False), ("held", True)]
    with console.database.read() as session:
        kinds = session.query(HandoffStep.kind).filter_by(handoff_id=waits.handoff.id)
        assert [kind for (kind,) in kinds.order_by(HandoffStep.id)][-1] == "left"
        assert not presence.colleagues(session)[0].here
        assert waits.handoff.vanished == 0
    told = texts(await waits.says("vous êtes là ?"))
    assert any("a dû partir" in text for text in told)
    # Who has their answer is left in peace, and meets somebody else when they write again.
    await answered.says("encore une question")
    await until(lambda: answered.handoff.state == "waiting")


async def test_a_second_browser_keeps_her_there(console, two):
    salma, waits, _ = two
    with console.database.write() as session:
        account = session.get(directory.Account, salma.account.id)
        directory.sessions.begin(session, account, "full", console.desk.lasting)
    await salma.post("/sign-out")
    await console.app.state.handoff.watch.look()
    assert waits.handoff.state == "held"
    with console.database.read() as session:
        assert session.get(Presence, salma.account.id).status == "here"


@pytest.mark.parametrize("act", ["sessions", "second-step", "link"])
async def test_an_administrator_who_signs_her_out_gives_back_too(console, two, act):
    salma, waits, answered = two
    chief = console.signed_in(Role.ADMINISTRATOR)
    await chief.post(f"/users/{salma.account.id}/{act}")
    await until(lambda: waits.handoff.state == "waiting")
    assert answered.handoff.state == "held"


async def test_what_a_disabled_account_holds_goes_back_whatever_the_profile_says(console, two):
    salma, waits, answered = two
    watch = console.app.state.handoff.watch
    watch._leaving = ("gone",)  # noqa: SLF001 - a profile with sign_out: keep
    await salma.post("/sign-out")
    await watch.look()
    assert states(console, waits, answered) == [("held", True), ("held", True)]
    with console.database.write() as session:  # at the command line: no bell rings
        directory.disable(session, SYSTEM, salma.account.id)
    await watch.look()
    assert states(console, waits, answered) == [("waiting", False), ("waiting", False)]


async def test_who_is_gone_for_good_is_offered_to_nobody(console, two):
    salma, waits, _ = two
    chief = console.signed_in(Role.SUPERVISOR)
    option = f'value="{salma.account.id}"'
    nadia = console.signed_in(name="Nadia")
    with console.database.write() as session:
        actor = Actor(nadia.account.id, "Nadia", "fr")
        presence.here(session, actor, ["fr"], 5, "here")
        session.get(Handoff, waits.handoff.id).account_id = nadia.account.id
    assert option in (await chief.get("/team")).text
    with console.database.write() as session:
        directory.disable(session, SYSTEM, salma.account.id)
    assert option not in (await chief.get("/team")).text
