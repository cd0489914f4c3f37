"""What an administrator does to accounts, in the console or at the command line."""

import re
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.desk.accounts import sessions, tries
from bot.desk.audit import trail
from bot.desk.audit.trail import Actor
from bot.desk.keys import hashed, new_token
from bot.desk.models import Account
from bot.desk.permissions import Role
from errors import BadInput
from store.base import now

LINK_HOURS = 72
"""How long a link to set a password can be used."""

_ADDRESS = re.compile(r"[^\s@<>\"',;:\\]+@[^\s@<>\"',;:\\]+\.[^\s@<>\"',;:\\.]+")
_NAME, _EMAIL = 80, 254


class RefusalError(BadInput):
    """It cannot be done. `key`: of the words that say why (words/accounts.yml)."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def everybody(session: Session) -> list[Account]:
    """All accounts, those that sign in first, by name."""
    query = select(Account).order_by(Account.disabled_at.isnot(None), func.lower(Account.name))
    return list(session.scalars(query))


def by_email(session: Session, email: str) -> Account | None:
    """The account of an e-mail address."""
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))


def add(session: Session, actor: Actor, email: str, name: str, role: Role) -> Account:
    """Add an account, which signs in once its password is set by a link.

    Raises:
        RefusalError: no address, no name, or the address has an account.
    """
    email = email.strip().lower()
    if not _ADDRESS.fullmatch(email) or len(email) > _EMAIL:
        raise RefusalError("user_no_address")
    if by_email(session, email):
        raise RefusalError("user_exists")
    account = Account(email=email, name=_clean(name), role=role)
    session.add(account)
    try:
        session.flush()
    except IntegrityError:  # somebody else was quicker
        raise RefusalError("user_exists") from None
    trail.record(session, actor, "account.add", ("account", account.id), role=str(role))
    return account


def _clean(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > _NAME or not name.isprintable():
        raise RefusalError("user_no_name")
    return name


def new_link(session: Session, actor: Actor, account_id: str) -> str:
    """A token by which the account sets a password, once; the old password ends here.

    Raises:
        RefusalError: the account is not there, disabled, or of the organisation's provider.
    """
    account = _usable(session, account_id)
    token = new_token()
    account.password_hash = None
    account.reset_hash = hashed(token)
    account.reset_until = now() + timedelta(hours=LINK_HOURS)
    _begin_anew(session, account)
    trail.record(session, actor, "account.link", ("account", account.id))
    return token


def set_temporary(session: Session, actor: Actor, account_id: str, password_hash: str) -> None:
    """Give the account a password that it must change as soon as it signs in.

    Raises:
        RefusalError: as for `new_link`.
    """
    account = _usable(session, account_id)
    account.password_hash = password_hash
    account.must_change = True
    account.reset_hash = account.reset_until = None
    _begin_anew(session, account)
    trail.record(session, actor, "account.temporary", ("account", account.id))


def _usable(session: Session, account_id: str) -> Account:
    account = _locked(session, account_id)
    if account.disabled_at is not None:
        raise RefusalError("user_is_disabled")
    if account.subject is not None:
        raise RefusalError("user_of_provider")
    if account.demo:
        raise RefusalError("user_is_demo")
    return account


def _locked(session: Session, account_id: str) -> Account:
    account = session.scalar(select(Account).where(Account.id == account_id).with_for_update())
    if account is None:
        raise RefusalError("user_unknown")
    return account


def _begin_anew(session: Session, account: Account) -> None:
    sessions.end_all(session, account.id)
    sessions.leave(session, account.id)
    tries.forget(session, tries.key_of(account.email))
    tries.forget(session, f"code {account.id}")


def of_link(session: Session, token: str, moment: datetime) -> Account | None:
    """Whose link a token is; None for one that was used, is too old, or never was."""
    query = select(Account).where(
        Account.reset_hash == hashed(token),
        Account.reset_until > moment,
        Account.disabled_at.is_(None),
    )
    return session.scalar(query.with_for_update())


def use_link(
    session: Session, token: str, password_hash: str, address: str | None = None
) -> bool:  # fmt: skip
    """Set the password of a link; whether the link still held."""
    account = of_link(session, token, now())
    if account is None:
        return False
    account.password_hash = password_hash
    account.must_change = False
    account.reset_hash = account.reset_until = None
    _begin_anew(session, account)
    trail.record(session, Actor(account.id, account.name, address), "password.set")
    return True


def change(session: Session, actor: Actor, account_id: str, name: str, role: Role) -> None:
    """Rename an account, or give it another role; its next page has it.

    Raises:
        RefusalError: there would be no administrator left, or no name.
    """
    account = _locked(session, account_id)
    if role != Role.ADMINISTRATOR:
        _keep_an_administrator(session, account)
    before, account.name, account.role = account.role, _clean(name), role
    detail = {"before": before, "role": str(role)} if before != role else {}
    trail.record(session, actor, "account.change", ("account", account.id), **detail)


def disable(session: Session, actor: Actor, account_id: str) -> None:
    """Sign an account out everywhere, and in no more.

    Raises:
        RefusalError: it is the last administrator.
    """
    account = _locked(session, account_id)
    _keep_an_administrator(session, account)
    account.disabled_at = account.disabled_at or now()
    account.reset_hash = account.reset_until = None
    sessions.end_all(session, account.id)
    sessions.leave(session, account.id, for_good=True)
    trail.record(session, actor, "account.disable", ("account", account.id))


def enable(session: Session, actor: Actor, account_id: str) -> None:
    """Let a disabled account sign in again."""
    account = _locked(session, account_id)
    account.disabled_at = None
    trail.record(session, actor, "account.enable", ("account", account.id))


def forget_second_step(session: Session, actor: Actor, account_id: str) -> None:
    """For whoever lost telephone and recovery codes: they set the second step up anew."""
    account = _locked(session, account_id)
    account.totp_secret = account.totp_step = None
    account.recovery = []
    _begin_anew(session, account)
    trail.record(session, actor, "account.second_step_off", ("account", account.id))


def end_sessions(session: Session, actor: Actor, account_id: str) -> None:
    """Sign an account out everywhere."""
    account = _locked(session, account_id)
    sessions.end_all(session, account.id)
    sessions.leave(session, account.id)
    trail.record(session, actor, "account.sessions_end", ("account", account.id))


def _keep_an_administrator(session: Session, leaving: Account) -> None:
    if leaving.role != Role.ADMINISTRATOR or leaving.disabled_at is not None:
        return
    # All of them are locked: two that leave at once would each see the other.
    query = select(Account.id).where(
        Account.role == Role.ADMINISTRATOR, Account.disabled_at.is_(None)
    )
    if not set(session.scalars(query.with_for_update())) - {leaving.id}:
        raise RefusalError("user_last_administrator")
