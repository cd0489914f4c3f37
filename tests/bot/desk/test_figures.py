"""Figures by week: counted right, and nothing shown that tells of single persons."""

import csv
import io
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.figures.counting import count
from bot.desk.figures.disclosure import LEAST, share, shares, shown
from bot.desk.permissions import Role
from bot.handoff.models import Handoff
from bot.models import IncomingRow
from people.followup_models import FollowUp
from people.models import Contact
from store.base import now


def wrote(console, names, intent="search_offers", weeks=0, language="ar", channel="web", times=1):
    """People who wrote, each so many times, weeks ago."""
    at = now() - timedelta(weeks=weeks)
    with console.database.write() as session:
        for name in names:
            if session.get(Contact, name) is None:
                session.add(Contact(id=name, channel=channel, address=name, language=language))
                session.flush()
            session.add_all(
                IncomingRow(
                    channel=channel, message_id=f"{name}-{intent}-{weeks}-{n}", contact_id=name,
                    text="x", status="answered", intent=intent, received_at=at,
                )
                for n in range(times)
            )  # fmt: skip


def handed(console, names, helped=None, reason="asked"):
    with console.database.write() as session:
        session.add_all(
            Handoff(
                contact_id=name, state="closed", reason=reason, language="ar", outcome="helped",
                asked_at=now(), held_at=now(), closed_at=now(), helped=helped,
            )
            for name in names
        )  # fmt: skip


def people(prefix, many):
    return [f"{prefix}{n}" for n in range(many)]


async def lines_of(console, weeks=4):
    """The file, by (week, figure, group): (cases, of)."""
    browser = console.signed_in(Role.SUPERVISOR, "en")
    answer = await browser.get(f"/figures.csv?weeks={weeks}")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in list(rows)[1:]}


async def test_conversations_hand_offs_and_what_was_not_understood_are_counted(console):
    wrote(console, people("a", 12), times=3)
    wrote(console, people("a", 6), "nlu_fallback")
    wrote(console, people("b", 8), "faq/cv", weeks=1, language="fr", channel="telegram")
    handed(console, people("a", 7), helped=3)
    handed(console, people("b", 5), helped=1)
    told = await lines_of(console)
    assert told["", "conversations", ""] == ("20", "")
    assert told["", "asked for a counsellor", ""] == ("7", "20")
    assert told["", "messages not understood", ""] == ("6", "50")
    assert told["", "said that a counsellor helped", ""] == ("7", "12")
    assert told["", "Conversations by language", "Arabic"] == ("12", "")
    assert told["", "Conversations by channel", "Telegram"] == ("8", "")
    assert told["", "What they were about", "questions on the service and on rights"] == ("8", "")
    weeks = [
        cases for (week, what, _), (cases, _) in told.items() if week and what == "conversations"
    ]
    assert weeks == ["not shown", "not shown", "8", "12"]
    assert [line.detail for line in console.trail("figures.export")] == [{"weeks": 4}]


async def test_what_became_of_people_is_told_of_those_who_answered(console):
    wrote(console, people("a", 20))
    with console.database.write() as session:
        for number, name in enumerate(people("a", 20)):
            situation = "work" if number < 9 else "training" if number < 16 else None
            session.add(
                FollowUp(
                    contact_id=name, day=30, due_at=now(), asked_at=now(), helped=3,
                    situation=situation, answered_at=now() if situation else None,
                )
            )  # fmt: skip
    told = await lines_of(console)
    assert told["", "After 30 days", "in work"] == ("9", "16")
    assert told["", "After 30 days", "in training"] == ("7", "16")
    assert told["", "After 30 days", "neither yet"] == ("0", "16")
    assert told["", "After 90 days", "in work"] == ("not shown", "not shown")


def test_counting_is_the_same_on_both_databases(database):
    """Of 3 people over 3 weeks; each week is another group, and PostgreSQL is strict on groups."""
    with database.write() as session:
        for number in range(3):
            session.add(Contact(id=f"p{number}", channel="web", address=f"p{number}"))
            session.flush()
            at = now() - timedelta(weeks=number)
            session.add(
                IncomingRow(
                    channel="web", message_id=f"p{number}", contact_id=f"p{number}", text="x",
                    status="answered", intent="faq/cv", received_at=at,
                )
            )  # fmt: skip
            session.add(
                Handoff(
                    contact_id=f"p{number}", state="closed", reason="asked", language="ar",
                    asked_at=at, held_at=at, closed_at=at, helped=3,
                )
            )  # fmt: skip
    with database.read() as session:
        told = count(session, 4, now().date(), ZoneInfo("UTC"))
    weeks = [(w.conversations, w.handed, w.messages, w.rated, w.helped) for w in told.weeks]
    assert weeks == [(0,) * 5, (1,) * 5, (1,) * 5, (1,) * 5]
    assert (told.subjects["questions"], told.languages["unknown"], told.reasons["asked"]) == (
        3,
    ) * 3


async def test_few_people_are_not_shown_on_the_page_either(console):
    wrote(console, people("a", 3))
    for language in ("en", "fr", "ar"):
        page = (await console.signed_in(Role.SUPERVISOR, language).get("/figures?weeks=12")).text
        assert "3</dd>" not in page
        assert 'class="bar"' not in page


@pytest.mark.parametrize("path", ["/figures", "/figures.csv"])
async def test_a_counsellor_sees_none_of_it(console, path):
    assert (await console.signed_in().get(path)).status_code == 403


async def test_a_strange_period_is_the_usual_one(console):
    page = (await console.signed_in(Role.SUPERVISOR).get("/figures?weeks=%27;--")).text
    assert '<option value="12" selected>' in page


@given(st.dictionaries(st.integers(), st.integers(0, 30), max_size=8))
def test_what_is_hidden_cannot_be_told_from_the_sum(counts):
    told = shown(counts)
    assert all(count is None or count >= LEAST for count in told.values())
    hidden = [counts[key] for key, count in told.items() if count is None]
    assert sum(hidden) == 0 or sum(hidden) >= LEAST or len(hidden) == len(counts)


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_share_tells_of_no_few(part, rest):
    told = share(part, part + rest)
    if told.percent is not None:
        assert not 0 < part < LEAST
        assert not 0 < rest < LEAST
        assert part + rest >= LEAST


@given(
    st.dictionaries(st.integers(), st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=6)
)
def test_shares_hide_no_less_than_each_alone(given_parts):
    parts = {key: (part, part + rest) for key, (part, rest) in given_parts.items()}
    for key, told in shares(parts).items():
        alone = share(*parts[key])
        assert told.part in (None, alone.part)
        assert told.whole in (None, alone.whole)
