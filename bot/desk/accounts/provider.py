"""Whom the organisation's own sign-in vouches for, and which account is theirs."""

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.desk.accounts import directory
from bot.desk.accounts.vouched import Person, ProviderError
from bot.desk.audit import trail
from bot.desk.audit.trail import Actor
from bot.desk.models import Account
from errors import SettingsError
from settings import Settings

if TYPE_CHECKING:
    from bot.desk.accounts.openid import Provider


def make_provider(settings: Settings) -> "Provider | None":
    """The provider, if one is set.

    Raises:
        SettingsError: the settings of it are not whole.
    """
    if not settings.oidc_issuer:
        return None
    for name in ("oidc_client_id", "oidc_roles"):
        if not getattr(settings, name):
            raise SettingsError(f"{name.upper()}: needed where OIDC_ISSUER is set")
    # Loaded here: a service without a provider need not hold Authlib in memory.
    from bot.desk.accounts.openid import Provider  # noqa: PLC0415

    return Provider(settings)


def account_of(session: Session, person: Person, address: str | None) -> str:
    """The id of somebody's account, which is made at the first time; name and role are as told.

    Raises:
        ProviderError: the account is disabled, or the address belongs to another.
    """
    account = session.scalar(select(Account).where(Account.subject == person.subject))
    account = account or _by_address(session, person) or _new(session, person, address)
    if account.disabled_at is not None:
        raise ProviderError("provider_disabled")
    if account.role != person.role:
        actor = Actor(account.id, person.name, address)
        told = {"before": account.role, "role": str(person.role), "by": "provider"}
        trail.record(session, actor, "account.change", ("account", account.id), **told)
    account.name, account.role = person.name, person.role
    return account.id


def _by_address(session: Session, person: Person) -> Account | None:
    """An account that was local until now: the provider signs it in from now on."""
    account = directory.by_email(session, person.email)
    if account is None:
        return None
    # An address that nobody has checked may be anybody's.
    if account.demo or account.subject or not person.verified:
        raise ProviderError("provider_email_taken")
    account.subject = person.subject
    account.password_hash = account.totp_secret = account.totp_step = None
    account.must_change, account.recovery = False, []
    return account


def _new(session: Session, person: Person, address: str | None) -> Account:
    account = Account(
        email=person.email, name=person.name, role=person.role, subject=person.subject
    )
    session.add(account)
    try:
        session.flush()
    except IntegrityError:  # they sign in twice at once: the other one made it
        raise ProviderError("provider_refused") from None
    actor = Actor(account.id, account.name, address)
    told = {"role": str(person.role), "by": "provider"}
    trail.record(session, actor, "account.add", ("account", account.id), **told)
    return account
