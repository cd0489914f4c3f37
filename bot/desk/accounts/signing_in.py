"""Signing in: password, second step, the end of it. Each step writes its line in the audit trail.

A try is counted in one transaction, the password is checked outside of any (it takes a tenth of a
second of a core), and the session begins in another.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.accounts import passwords, second_step, securing, sessions, tries
from bot.desk.accounts.passwords import Passwords
from bot.desk.accounts.sessions import Lasting
from bot.desk.audit import trail
from bot.desk.audit.trail import Actor
from bot.desk.conversation import once
from bot.desk.keys import Keys
from bot.desk.models import Account
from bot.transactions import Transactions
from errors import BadInput, TooMany
from store.base import now


class WrongError(BadInput):
    """The e-mail address, the password or the code is not right."""


class WaitError(TooMany):
    """Too many tries to sign in; `after`: seconds to wait."""


@dataclass(frozen=True, slots=True)
class Browser:
    """From where somebody signs in: what the browser calls itself, its address, its session."""

    device: str
    address: str
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A session that began. `stage` is "code" when the second step is due."""

    token: str
    stage: str


class SigningIn:
    """Signs people in with what the database holds.

    Args:
        transactions: the database.
        keys: what second steps are encrypted with.
        lasting: how long sessions last.
        demo: whether accounts of the demonstration may sign in.
    """

    def __init__(
        self, transactions: Transactions, keys: Keys, lasting: Lasting, *, demo: bool
    ) -> None:
        self._db = transactions
        self._keys = keys
        self._lasting = lasting
        self._demo = demo
        self.passwords = Passwords()

    async def with_password(self, email: str, password: str, browser: Browser) -> Begun:
        """First step, and the only one where there is no second.

        Raises:
            WrongError: not right; whether the address or the password is not said.
            WaitError: too many tries.
        """
        email = email.strip().lower()
        await self._count(tries.key_of(email))
        account = await self._db.read(_by_email, email)
        usable = account if account and self._usable(account) else None
        right = await self.passwords.fits(usable.password_hash if usable else None, password)
        if usable is None or not right:
            await self._db.write(_failed, email, browser, "sign_in.failed")
            raise WrongError
        fresh = await self._fresh_hash(usable, password)
        step = _Step("sign_in", "code" if usable.totp_secret else "full", fresh)
        return await self._db.write(self._begin, usable.id, step, browser)

    async def _fresh_hash(self, account: Account, password: str) -> str | None:
        outdated = passwords.is_outdated(account.password_hash or "") and not account.demo
        return await self.passwords.hash(password) if outdated else None

    def _usable(self, account: Account) -> bool:
        return account.disabled_at is None and (self._demo or not account.demo)

    async def with_code(self, account_id: str, code: str, browser: Browser) -> Begun:
        """Second step: a code of the app, or a recovery code.

        Raises:
            WrongError: not right, or used before.
            WaitError: too many tries.
        """
        await self._count(f"code {account_id}")
        if not await self._db.write(self._use, account_id, "".join(code.split())):
            await self._db.write(_failed, account_id, browser, "sign_in.code_failed")
            raise WrongError
        return await self._db.write(self._begin, account_id, _Step("sign_in.code"), browser)

    async def knows(self, account_id: str, password: str) -> bool:
        """Whether somebody who is signed in types their own password; tries are counted.

        Raises:
            WaitError: too many tries.
        """
        key = f"own {account_id}"
        await self._count(key)
        kept = await self._db.read(securing.password_of, account_id)
        right = await self.passwords.fits(kept, password)
        if right:
            await self._db.write(tries.forget, key)
        return right

    async def from_provider(self, account_id: str, browser: Browser) -> Begun:
        """Signed in by the organisation's own provider."""
        return await self._db.write(self._begin, account_id, _Step("sign_in.provider"), browser)

    async def _count(self, key: str) -> None:
        left = await self._db.write(tries.count, key, datetime.now(UTC))
        if left is not None:
            raise WaitError("too many tries", left.total_seconds())

    def _use(self, session: Session, account_id: str, code: str) -> bool:
        account = session.scalar(select(Account).where(Account.id == account_id).with_for_update())
        if account is None or account.totp_secret is None:
            return False
        secret = self._keys.decrypt(account.totp_secret)
        step = secret and second_step.step_of(secret, code, datetime.now(UTC), account.totp_step)
        if step:
            account.totp_step = step
            return True
        kept = second_step.hashed_code(code)
        if kept not in account.recovery:
            return False
        account.recovery = [one for one in account.recovery if one != kept]
        return True

    def _begin(self, session: Session, account_id: str, step: "_Step", browser: Browser) -> Begun:
        account = session.get_one(Account, account_id)
        account.password_hash = step.fresh or account.password_hash
        if step.stage == "full":
            account.signed_in_at = now()
            tries.forget(session, f"code {account_id}")
        tries.forget(session, tries.key_of(account.email))
        sessions.forget_ended(session, self._lasting, now())
        tries.forget_old(session, now())
        once.forget_old(session)
        # Another token at each step: one that was planted before is worth nothing after.
        if browser.session_id:
            sessions.end(session, account_id, browser.session_id)
        seen_from = (browser.device, browser.address)
        token = sessions.begin(session, account, step.stage, self._lasting, seen_from)
        trail.record(session, Actor(account.id, account.name, browser.address), step.action)
        return Begun(token, step.stage)


@dataclass(frozen=True, slots=True)
class _Step:
    """What was done: its word for the audit trail, what follows, a hash to keep from now on."""

    action: str
    stage: str = "full"
    fresh: str | None = None


def _by_email(session: Session, email: str) -> Account | None:
    return session.scalar(select(Account).where(Account.email == email))


def _failed(session: Session, whom: str, browser: Browser, action: str) -> None:
    account = session.get(Account, whom) or _by_email(session, whom)
    subject = ("account", account.id) if account else None
    trail.record(session, Actor(None, None, browser.address), action, subject)


def sign_out(session: Session, account_id: str, session_id: str, actor: Actor) -> None:
    """End a session."""
    sessions.end(session, account_id, session_id)
    sessions.leave(session, account_id)
    trail.record(session, actor, "sign_out")
