"""What two do at once, what is sent twice, what is killed in the middle: on both databases."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.desk.conversation import once
from bot.desk.conversation.once import DeskMark
from bot.desk.models import AuditRow
from bot.desk.permissions import Role
from bot.handoff.models import Handoff, HandoffStep
from store.base import now
from tests.bot.conftest import settings_for
from tests.bot.desk.conftest import console_of
from tests.bot.desk.talking import PARTIAL, Person, held, here

ROOT = Path(__file__).parents[3]


@pytest.fixture
def settings(tmp_path, dialogue, database):
    url = database.engine.url.render_as_string(hide_password=False)
    return settings_for(tmp_path, dialogue, url)


@pytest.fixture
async def edges(settings, database):
    """Two edges on one database; SQLite takes one, to which everything comes then."""
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(console_of(settings))
        if database.is_sqlite:
            yield one, one
        else:
            yield one, await stack.enter_async_context(console_of(settings))


def there_too(browser, console):
    """The same browser, whose forms go to another edge."""
    twin = console.browser()
    twin.account, twin.csrf = browser.account, browser.csrf
    return twin.sign_in(browser.http.cookies["desk_session"])


async def test_a_form_that_comes_twice_is_done_once_whichever_edge_it_comes_to(edges):
    here_, there = edges
    salma, omar = here_.signed_in(name="Salma"), here_.signed_in(name="Omar")
    await here(omar)
    amal = await held(here_, salma)
    browsers = (salma, there_too(salma, there))

    async def twice(path, **fields):
        forms = (one.post(f"{amal.act}/{path}", headers=PARTIAL, **fields) for one in browsers)
        answers = await asyncio.gather(*forms)
        assert [one.status_code for one in answers] == [204, 204], path

    for number in range(5):
        await twice("say", text=f"Bonjour {number}", mark=f"m{number}")
    # A page with an old mark, to which somebody went back: other words are another message.
    await twice("say", text="Encore", mark="m0")
    assert amal.told() == [*(f"Bonjour {number}" for number in range(5)), "Encore"]
    await twice("say", text="Parle bien", kind="note", mark="n")
    # The second comes when the conversation is hers no more, and is no trespass.
    await twice("transfer", to=f"account:{omar.account.id}", mark="t")
    assert amal.handoff.account_id == omar.account.id
    browsers = (omar, there_too(omar, there))
    await twice("close", outcome="helped", mark="c")
    acts = Counter(row.action for row in here_.trail() if row.action.startswith("conversation"))
    assert acts == {
        "conversation.take": 1,
        "conversation.send": 6,
        "conversation.note": 1,
        "conversation.transfer": 1,
        "conversation.close": 1,
    }
    assert here_.trail("denied") == []


async def test_a_conversation_is_taken_by_one_of_two(edges):
    one, other = edges
    salma, omar = one.signed_in(name="Salma"), other.signed_in(name="Omar")
    await here(salma)
    people = [Person(one, f"p{number}") for number in range(6)]
    for person in people:
        await person.says("asked")
        both = (browser.post(f"{person.act}/take", headers=PARTIAL) for browser in (salma, omar))
        answers = await asyncio.gather(*both)
        assert sorted(answer.status_code for answer in answers) == [204, 409]
    assert len(one.trail("conversation.take")) == len(people)


async def test_transfer_close_and_vanishing_at_once_leave_one_truth(edges):
    one, other = edges
    salma = one.signed_in(name="Salma")
    chief = other.signed_in(Role.SUPERVISOR, name="Nadia")
    await here(chief)
    for number in range(4):
        person = await held(one, salma, f"p{number}")
        acts = one.app.state.handoff.watch
        with one.database.write() as session:
            late = now() - timedelta(hours=1)
            values = {"unanswered_since": late, "acted_at": late}
            session.execute(update(Handoff).where(Handoff.state == "held").values(**values))
        to = f"account:{chief.account.id}"
        passed, closed, _ = await asyncio.gather(
            salma.post(f"{person.act}/transfer", headers=PARTIAL, to=to),
            chief.post(f"{person.act}/close", headers=PARTIAL, outcome="helped"),
            acts.look(),
        )
        won = {passed.status_code, closed.status_code} & {204}
        with one.database.read() as session:
            query = select(HandoffStep.kind).where(HandoffStep.handoff_id == person.handoff.id)
            steps = list(session.scalars(query.order_by(HandoffStep.id)))
        state = person.handoff.state
        assert (state == "closed") == (closed.status_code == 204), steps
        assert person.contact.held_by == (person.handoff.account_id if state == "held" else None)
        assert steps.count("vanished") + len(won) >= 1, steps
        assert steps.count("closed") <= 1
        assert steps.count("vanished") == person.handoff.vanished


@pytest.mark.parametrize(("point", "lines"), [("before", 0), ("after", 1)])
async def test_an_act_and_its_audit_line_are_there_both_or_neither(
    settings, database, point, lines
):
    async with console_of(settings) as console:
        salma = console.signed_in(name="Salma")
        await here(salma)
        amal = Person(console)
        await amal.says("asked")
        form = (f"{amal.act}/take", salma.http.cookies["desk_session"], salma.csrf)
    environment = os.environ | {
        "TAWJIH_HOME": str(settings.tawjih_home),
        "DATABASE_URL": settings.database,
        "RASA_URL": settings.dialogue,
        "ACTIONS_URL": settings.actions,
        "DIALOGUE_SECRET": settings.secret,
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "tests.bot.desk.dying", point, *form]
    died = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    with database.read() as session:
        audit = select(func.count()).where(AuditRow.action == "conversation.take")
        taken = select(func.count()).where(Handoff.state == "held")
        marks = select(func.count()).select_from(DeskMark)
        assert [session.scalar(one) for one in (audit, taken, marks)] == [lines] * 3


def test_marks_are_forgotten_when_nobody_can_send_them_again(database):
    with database.write() as session:
        old = now() - timedelta(days=3)
        session.add(DeskMark(account_id="a", key=once.key_of("m", 1), at=old))
        once.claim(session, "a", once.key_of("m", 2))
        once.forget_old(session)
    with database.read() as session:
        assert list(session.scalars(select(DeskMark.key))) == [once.key_of("m", 2)]
