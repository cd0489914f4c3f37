"""Fifty conversations and twenty counsellors at once: nothing lost, nothing doubled."""

import asyncio
from collections import Counter

import pytest

from tests.bot.conftest import settings_for
from tests.bot.desk.talking import PARTIAL, Person, here

PEOPLE, COUNSELLORS, LINES = 50, 20, 4


@pytest.fixture
def settings(tmp_path, dialogue, database):
    return settings_for(
        tmp_path, dialogue, database.engine.url.render_as_string(hide_password=False)
    )


async def test_fifty_conversations_and_twenty_counsellors(console):
    browsers = [console.signed_in(name=f"C{number}") for number in range(COUNSELLORS)]
    await asyncio.gather(*map(here, browsers))
    people = [Person(console, f"p{number}") for number in range(PEOPLE)]
    await asyncio.gather(*(person.says("asked") for person in people))
    acts = [person.act for person in people]
    # Each conversation is wanted by three at once.
    wanted = [
        (act, browsers[(n + k) % COUNSELLORS]) for n, act in enumerate(acts) for k in range(3)
    ]
    taken = await asyncio.gather(
        *(browser.post(f"{act}/take", headers=PARTIAL) for act, browser in wanted)
    )
    got = Counter(act for (act, _), r in zip(wanted, taken, strict=True) if r.status_code == 204)
    assert got == dict.fromkeys(acts, 1)
    holders = {
        act: browser
        for (act, browser), response in zip(wanted, taken, strict=True)
        if response.status_code == 204
    }

    async def talk(person, act):
        for line in range(LINES):
            mark = f"{person.name} {line}"
            # The second is the first, sent again on a bad line.
            answers = await asyncio.gather(
                person.says(f"question {line}"),
                holders[act].post(f"{act}/say", headers=PARTIAL, text=mark, mark=mark),
                holders[act].post(f"{act}/say", headers=PARTIAL, text=mark, mark=mark),
            )
            assert [one.status_code for one in answers[1:]] == [204, 204]

    await asyncio.gather(*(talk(p, a) for p, a in zip(people, acts, strict=True)))
    for person, act in zip(people, acts, strict=True):
        assert person.told() == [f"{person.name} {line}" for line in range(LINES)]
        shown = (await holders[act].get(f"{person.page}/lines")).text
        for line in range(LINES):
            assert shown.count(f">question {line}<") == 1
            assert shown.count(f">{person.name} {line}<") == 1
