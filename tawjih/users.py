"""What `tawjih users …` does, with the console's own words for what cannot be done."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from bot.desk.accounts import directory
from bot.desk.accounts.directory import LINK_HOURS, RefusalError
from bot.desk.audit.trail import SYSTEM
from bot.desk.models import Account
from bot.desk.permissions import Role
from bot.desk.shell import words
from bot.desk.shell.pages import ROOT_PATH
from errors import BadInput
from languages.profile import get_profile
from settings import get_settings
from store.engine import get_database
from store.migrate import upgrade

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another


def add(console: Console, email: str, name: str, role: Role, *, temporary: bool) -> None:
    """Add an account and tell how its password is chosen.

    Raises:
        BadInput: it cannot be added; the text says why.
    """
    with _writing() as session:
        account = directory.add(session, SYSTEM, email, name, role)
        told = _way_in(session, account, temporary=temporary)
    console.print(f"{account.email} is added as {role}.", highlight=False, markup=False)
    _tell(console, told)


def reset(console: Console, email: str, *, temporary: bool) -> None:
    """End an account's password and sessions, and tell how another is chosen."""
    with _writing() as session:
        account = _account(session, email)
        if account.disabled_at is not None:
            directory.enable(session, SYSTEM, account.id)
        told = _way_in(session, account, temporary=temporary)
    _tell(console, told)


def disable(console: Console, email: str) -> None:
    """Sign an account out everywhere, and in no more."""
    with _writing() as session:
        account = _account(session, email)
        directory.disable(session, SYSTEM, account.id)
    console.print(f"{account.email} is signed out and disabled.", highlight=False, markup=False)


def show(console: Console) -> None:
    """Show all accounts."""
    with _writing() as session:
        accounts = directory.everybody(session)
    table = Table("e-mail", "name", "role", "state", "second step", "last sign-in")
    for one in accounts:
        last = f"{one.signed_in_at:%Y-%m-%d %H:%M} UTC" if one.signed_in_at else "never"
        step = "yes" if one.totp_secret else "no"
        table.add_row(one.email, one.name, one.role, _state(one), step, last)
    console.print(table if accounts else "No account yet: tawjih users add")


def _state(account: Account) -> str:
    if account.disabled_at:
        return "disabled"
    if account.subject:
        return "organisation's sign-in"
    state = "active" if account.password_hash else "no password yet"
    return f"{state} (demonstration)" if account.demo else state


@contextmanager
def _writing() -> Iterator[Session]:
    database = get_database()
    upgrade(database)
    try:
        with database.write() as session:
            yield session
    except RefusalError as error:
        raise BadInput(words.load(get_profile()).text(error.key, "en")) from None


def _account(session: Session, email: str) -> Account:
    account = directory.by_email(session, email)
    if account is None:
        raise RefusalError("user_unknown")
    return account


def _way_in(session: Session, account: Account, *, temporary: bool) -> tuple[str, str]:
    """What to tell, and the link or password, which stands on a line of its own."""
    if temporary:
        password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3))
        kept = PasswordHasher().hash(password)
        directory.set_temporary(session, SYSTEM, account.id, kept)
        return "Password, to be changed at the first sign-in:", password
    token = directory.new_link(session, SYSTEM, account.id)
    settings = get_settings()
    base = settings.public_url.rstrip("/") or f"http://localhost:{settings.port}"
    link = f"{base}{ROOT_PATH}/reset?token={token}"
    return f"Link to choose a password, once, within {LINK_HOURS} hours:", link


def _tell(console: Console, told: tuple[str, str]) -> None:
    for line in told:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
