"""`tawjih users …`, as whoever installs the service uses it."""

import re

import pytest

from bot.desk.accounts import directory
from bot.desk.models import AuditRow
from settings import get_settings
from store.engine import get_database
from tests.tawjih.test_cli import tawjih  # noqa: F401 - a fixture

EMAIL = "leila@test.example"


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("TAWJIH_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    get_settings.cache_clear()
    get_database.cache_clear()
    yield
    get_database().close()
    get_settings.cache_clear()
    get_database.cache_clear()


@pytest.fixture
def users(tawjih):  # noqa: F811
    return lambda *words: tawjih("users", *words)


def account():
    with get_database().read() as session:
        return directory.by_email(session, EMAIL)


def test_the_first_administrator_is_added_with_a_link(users):
    code, said = users("add", EMAIL, "--name", "Leïla B.", "--role", "administrator")
    assert code == 0
    assert re.search(r"http://localhost:8000/desk/reset\?token=[\w-]{43}\n", said)
    assert (account().role, account().password_hash) == ("administrator", None)
    with get_database().read() as session:
        assert session.query(AuditRow).first().account == "tawjih"


def test_a_link_is_of_the_public_address(users, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "https://chat.emploi.example/")
    get_settings.cache_clear()
    _, said = users("add", EMAIL, "--name", "L")
    assert "https://chat.emploi.example/desk/reset?token=" in said


def test_a_temporary_password_must_be_changed(users):
    users("add", EMAIL, "--name", "L")
    code, said = users("reset", EMAIL, "--temporary")
    assert code == 0
    password = re.search(r"^([a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5})$", said, re.MULTILINE)[1]
    assert account().must_change
    assert account().password_hash.startswith("$argon2id$")
    assert password not in account().password_hash


def test_a_disabled_account_is_let_in_again_by_a_reset(users):
    users("add", EMAIL, "--name", "L")
    assert users("disable", EMAIL)[0] == 0
    assert account().disabled_at
    assert "disabled" in users("list")[1]
    assert users("reset", EMAIL)[0] == 0
    assert account().disabled_at is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "nobody", "--name", "L"), "no e-mail address"),
        (("add", EMAIL, "--name", " "), "A name is needed"),
        (("add", EMAIL, "--name", "L"), "this address already"),
        (("reset", "other@test.example"), "no such account"),
        (("disable", "other@test.example"), "no such account"),
        (("disable", EMAIL), "last administrator"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(users, words, said):
    users("add", EMAIL, "--name", "L", "--role", "administrator")
    if words == ("add", EMAIL, "--name", " "):
        words = ("add", "new@test.example", "--name", " ")
    code, output = users(*words)
    assert code == 1
    assert said in output
    assert "Traceback" not in output


def test_a_role_that_there_is_not_is_a_usage_error(users):
    assert users("add", EMAIL, "--name", "L", "--role", "emperor")[0] == 2
