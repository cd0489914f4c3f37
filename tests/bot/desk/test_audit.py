"""The audit trail: nobody changes it, administrators read it."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.desk.audit import reading, trail
from bot.desk.audit.reading import Wanted
from bot.desk.audit.trail import SYSTEM, Actor
from bot.desk.models import AuditRow
from bot.desk.permissions import Role
from store.base import now

FORMULA = "=HYPERLINK(1)"


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_or_delete_a_line(database, statement):
    with database.write() as session:
        trail.record(session, SYSTEM, "conversation.open", ("conversation", "7"))
    with pytest.raises(DBAPIError, match="only ever added to"), database.write() as session:
        session.execute(text(statement))
    with database.read() as session:
        assert session.query(AuditRow).one().action == "conversation.open"


def test_postgresql_refuses_to_empty_it(database):
    if database.is_sqlite:
        return  # SQLite knows no TRUNCATE
    with pytest.raises(DBAPIError, match="only ever added to"), database.write() as session:
        session.execute(text("TRUNCATE audit"))


def test_an_act_that_fails_leaves_no_line(database):
    def act(session):
        trail.record(session, SYSTEM, "account.add")
        session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), database.write() as session:
        act(session)
    with database.read() as session:
        assert session.query(AuditRow).count() == 0


def test_lines_are_found_by_whom_what_and_when(database):
    moment = now()
    with database.write() as session:
        for number in range(4):
            actor = Actor(str(number % 2), f"Nº {number % 2}")
            trail.record(session, actor, f"act.{number}", ("conversation", str(number)))
        session.flush()
    with database.read() as session:

        def acts(**wanted):
            return [row.action for row in reading.find(session, Wanted(**wanted))]

        assert acts() == ["act.3", "act.2", "act.1", "act.0"]
        assert acts(account="1") == ["act.3", "act.1"]
        assert acts(action="act.2") == ["act.2"]
        assert acts(subject="3") == ["act.3"]
        assert acts(since=moment - timedelta(days=1), until=now() + timedelta(days=1)) == acts()
        assert acts(since=now() + timedelta(days=1)) == acts(until=moment - timedelta(days=1)) == []
        third = reading.find(session, Wanted())[1].id
        assert acts(before=third) == ["act.1", "act.0"]


async def test_the_page_shows_who_did_what_in_three_languages(console):
    other = console.signed_in(name="Leïla <b>Benali</b>")
    await other.get("/users")
    for language, words in (("en", "Asked for what"), ("fr", "Accès refusé"), ("ar", "غير مسموح")):
        admin = console.signed_in(Role.ADMINISTRATOR, language)
        page = (await admin.get(f"/audit?account={other.account.id}")).text
        assert words in page
        assert "Leïla &lt;b&gt;Benali" in page
        assert "<b>Benali" not in page
    assert console.trail("audit.open")


async def test_days_are_those_of_the_deployment_and_nonsense_is_no_filter(console):
    admin = console.signed_in(Role.ADMINISTRATOR)
    today = now().astimezone(console.desk.zone).date()
    for query, found in (
        (f"since={today}&until={today}", True),
        (f"since={today + timedelta(days=1)}", False),
        (f"until={today - timedelta(days=1)}", False),
        ("since=yesterday&until=9999-12-31", True),
        ("since=0001-01-01", True),
    ):
        page = await admin.get(f"/audit?{query}")
        assert page.status_code == 200, query
        assert ("No line fits" not in page.text) is found, query
    for query in ("before=x", "before=0", "before=99999999999999999999", f"subject={'a' * 99}"):
        assert (await admin.get(f"/audit?{query}")).status_code == 400
    assert (await admin.get("/audit?subject=%00")).status_code == 404


async def test_older_lines_stand_on_further_pages(console):
    admin = console.signed_in(Role.ADMINISTRATOR)
    with console.database.write() as session:
        for number in range(reading.PAGE + 3):
            trail.record(session, SYSTEM, "sign_in", ("account", f"n{number}"))
    first = (await admin.get("/audit?action=sign_in")).text
    assert first.count("<tr>") == reading.PAGE + 1
    older = first.split("Older lines")[0].rsplit('href="/desk', 1)[1].split('"')[0]
    second = (await admin.get(older.replace("&amp;", "&"))).text
    assert second.count("<tr>") == 4
    assert "Older lines" not in second


async def test_the_file_holds_the_same_and_no_formula(console):
    admin = console.signed_in(Role.ADMINISTRATOR, name=FORMULA)
    await admin.post("/language", language="ar")
    await admin.get("/audit")
    response = await admin.get(f"/audit.csv?account={admin.account.id}")
    assert "attachment" in response.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))
    assert [row["action"] for row in rows] == ["audit.open"]
    assert rows[0]["account"] == f"'{FORMULA}"
    assert console.trail("audit.export")[-1].detail == {"rows": 1}
