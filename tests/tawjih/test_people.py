"""`tawjih people …`, as whoever answers a person's request uses it."""

import json

import pytest

from bot import outbox
from bot.desk.models import AuditRow
from people.models import Contact
from store.engine import get_database
from store.migrate import upgrade
from tests.tawjih.test_cli import tawjih  # noqa: F401 - a fixture
from tests.tawjih.test_users import home  # noqa: F401 - a fixture


@pytest.fixture
def amal():
    upgrade(get_database())
    with get_database().write() as session:
        session.add(Contact(id="a1", channel="rest", address="amal", language="ar"))
        session.flush()
        outbox.put(session, "a1", [{"text": "مرحبا"}], "ar", purpose="notice")


def test_a_copy_of_all_that_is_held_is_written_once_and_noted(tawjih, amal, tmp_path):  # noqa: F811
    path = tmp_path / "amal.json"
    code, said = tawjih("people", "export", "a1", "--out", str(path))
    assert (code, said.strip()) == (0, f"2 entries in {path}")
    copy = json.loads(path.read_text("utf-8"))
    assert copy["contact"][0]["address"] == "amal"
    assert copy["reply"][0]["body"] == {"text": "مرحبا"}
    assert path.stat().st_mode & 0o077 == 0
    code, said = tawjih("people", "export", "a1", "--out", str(path))
    assert code == 1
    assert "File exists" in said
    with get_database().read() as session:
        assert [row.action for row in session.query(AuditRow)] == ["person.export"]


def test_nobody_has_no_copy(tawjih, amal, tmp_path):  # noqa: F811
    code, said = tawjih("people", "export", "nobody", "--out", str(tmp_path / "x"))
    assert code == 1
    assert "nobody has this code" in said
    assert not (tmp_path / "x").exists()
