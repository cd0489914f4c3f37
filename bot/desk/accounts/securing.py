"""What somebody changes of their own account. Each change gives the session another token."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.accounts import sessions
from bot.desk.audit import trail
from bot.desk.audit.trail import Actor
from bot.desk.keys import hashed, new_token
from bot.desk.models import Account, DeskSession
from bot.handoff.models import Presence
from people import appointments
from store.base import now


def set_password(session: Session, actor: Actor, session_id: str, password_hash: str) -> str:
    """Keep a new password, end all other sessions; the token of this one from now on."""
    account = _own(session, actor)
    account.password_hash = password_hash
    account.must_change = False
    account.reset_hash = account.reset_until = None
    sessions.end_all(session, account.id, but=session_id)
    trail.record(session, actor, "password.change")
    return _another_token(session, session_id)


def set_second_step(
    session: Session, actor: Actor, session_id: str, kept: tuple[str, int, list[str]]
) -> str:
    """Keep a second step: encrypted secret, time step used, hashes of recovery codes."""
    account = _own(session, actor)
    account.totp_secret, account.totp_step, account.recovery = kept
    sessions.end_all(session, account.id, but=session_id)
    trail.record(session, actor, "second_step.set")
    return _another_token(session, session_id)


def set_named(session: Session, actor: Actor, *, named: bool) -> None:
    """Keep whether people are told the name; what is still to come tells it likewise."""
    account = _own(session, actor)
    account.named = named
    if (present := session.get(Presence, account.id)) is not None:
        present.named = named
    appointments.rename(session, account.id, account.name if named else "", now())
    trail.record(session, actor, "account.named", named=named)


def set_recovery(session: Session, actor: Actor, hashes: list[str]) -> None:
    """Keep new recovery codes in place of the old ones."""
    _own(session, actor).recovery = hashes
    trail.record(session, actor, "second_step.recovery")


def end_session(session: Session, actor: Actor, session_id: str) -> bool:
    """End one of one's own sessions; whether there was such a one."""
    ended = sessions.end(session, actor.account_id or "", session_id)
    if ended:
        sessions.leave(session, actor.account_id or "")
        trail.record(session, actor, "session.end")
    return ended


def password_of(session: Session, account_id: str) -> str | None:
    """The hash that is kept of an account's password."""
    return session.scalar(select(Account.password_hash).where(Account.id == account_id))


def overview(session: Session, account_id: str, moment: datetime) -> tuple[int, list[DeskSession]]:
    """How many recovery codes are left, and which sessions hold."""
    account = session.get_one(Account, account_id)
    return len(account.recovery), sessions.of_account(session, account_id, moment)


def _own(session: Session, actor: Actor) -> Account:
    return session.get_one(Account, actor.account_id, with_for_update=True)


def _another_token(session: Session, session_id: str) -> str:
    token = new_token()
    session.get_one(DeskSession, session_id).token_hash = hashed(token)
    return token
