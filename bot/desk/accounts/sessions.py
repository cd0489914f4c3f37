"""Sessions: rows behind a cookie's token; idle ones end, old ones too, any can be ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.desk.keys import hashed, new_token
from bot.desk.models import Account, DeskSession
from bot.desk.permissions import Role
from bot.handoff import presence
from store.base import now

_SEEN_EVERY = timedelta(minutes=1)
_DEVICE = 120  # characters
_HALF_WAY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a session lasts: unused, and at all."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True, slots=True)
class Who:
    """The account that is signed in, as views see it. `totp`: whether a second step is set up.

    `named`: whether people may be told the name.
    """

    id: str
    name: str
    email: str
    role: Role
    language: str | None
    demo: bool
    totp: bool
    local: bool
    must_change: bool
    named: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that holds. `stage`: "code" while the second step is due, else "full"."""

    session_id: str
    stage: str
    stale: bool
    who: Who


def who(account: Account) -> Who:
    """What views see of an account."""
    return Who(
        account.id,
        account.name,
        account.email,
        Role(account.role),
        account.language,
        account.demo,
        account.totp_secret is not None,
        account.password_hash is not None,
        account.must_change,
        account.named,
    )


def find(session: Session, token: str, lasting: Lasting, moment: datetime) -> SignedIn | None:
    """Whose session a cookie's token is; None when there is none or it has ended."""
    query = (
        select(DeskSession, Account)
        .join(Account, Account.id == DeskSession.account_id)
        .where(
            DeskSession.token_hash == hashed(token),
            DeskSession.expires_at > moment,
            DeskSession.seen_at > moment - lasting.idle,
            Account.disabled_at.is_(None),
        )
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    kept, account = row
    stale = moment - kept.seen_at > _SEEN_EVERY
    return SignedIn(kept.id, kept.stage, stale, who(account))


def seen(session: Session, session_id: str, moment: datetime) -> None:
    """Note that a session was used."""
    if kept := session.get(DeskSession, session_id):
        kept.seen_at = moment


def begin(
    session: Session,
    account: Account,
    stage: str,
    lasting: Lasting,
    browser: tuple[str, str] = ("", ""),
) -> str:
    """Begin a session and return its token; the caller ends the one before it.

    Args:
        session: of the database.
        account: whose it is.
        stage: "code" or "full".
        lasting: how long it lasts.
        browser: what it calls itself, and its IP address.
    """
    token, moment = new_token(), now()
    # Whoever does not finish the second step leaves no open door behind.
    whole = _HALF_WAY if stage == "code" else lasting.whole
    session.add(
        DeskSession(
            token_hash=hashed(token),
            account_id=account.id,
            stage=stage,
            created_at=moment,
            seen_at=moment,
            expires_at=moment + whole,
            device=browser[0][:_DEVICE] or None,
            address=browser[1] or None,
        )
    )
    return token


def of_account(session: Session, account_id: str, moment: datetime) -> list[DeskSession]:
    """The sessions of an account that have not run out, the last used first."""
    query = (
        select(DeskSession)
        .where(DeskSession.account_id == account_id, DeskSession.expires_at > moment)
        .order_by(DeskSession.seen_at.desc())
    )
    return list(session.scalars(query))


def end(session: Session, account_id: str, session_id: str) -> bool:
    """End one session of an account; whether there was one."""
    kept = session.get(DeskSession, session_id)
    if kept is None or kept.account_id != account_id:
        return False
    session.delete(kept)
    return True


def end_all(session: Session, account_id: str, but: str | None = None) -> None:
    """End every session of an account, `but` the one given."""
    query = delete(DeskSession).where(DeskSession.account_id == account_id)
    session.execute(query.where(DeskSession.id != but) if but else query)


def leave(session: Session, account_id: str, *, for_good: bool = False) -> None:
    """After sessions were ended: whoever is signed in nowhere any more has left the desk.

    Args:
        session: of the database, in the transaction that ended them.
        account_id: whose they were.
        for_good: the account signs in no more.
    """
    if for_good or not of_account(session, account_id, now()):
        presence.leave(session, account_id, for_good=for_good)


def forget_ended(session: Session, lasting: Lasting, moment: datetime) -> None:
    """Delete the rows of sessions that have ended by themselves."""
    over = (DeskSession.expires_at <= moment) | (DeskSession.seen_at <= moment - lasting.idle)
    session.execute(delete(DeskSession).where(over))
