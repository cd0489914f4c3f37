"""Tables of the console's accounts, their sessions, and the audit trail."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, ForeignKey, Index, String, true
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, now


class Account(Base):
    """Somebody who works in the console.

    `email` signs them in, in lower case. `role` is one of permissions.Role. `password_hash`:
    Argon2; None for an account that the organisation's own provider signs in, whose issuer and
    subject stand in `subject`. `totp_secret` is encrypted; `totp_step` is the last time step that
    was used, so that no code serves twice; `recovery` holds hashes of unused recovery codes.
    `reset_hash`: of the one-time link by which a password is set, until `reset_until`. `demo`: made
    by the demonstration. `named`: whether people are told the name. `disabled_at`: since when the
    account signs in no more; none is deleted, because conversations and the audit trail name it.
    """

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid4().hex)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(16))
    language: Mapped[str | None] = mapped_column(String(8))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    must_change: Mapped[bool] = mapped_column(default=False)
    subject: Mapped[str | None] = mapped_column(String(512), unique=True)
    totp_secret: Mapped[str | None] = mapped_column(String(255))
    totp_step: Mapped[int | None]
    recovery: Mapped[list[str]] = mapped_column(JSON, default=list)
    reset_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    reset_until: Mapped[datetime | None]
    demo: Mapped[bool] = mapped_column(default=False)
    named: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime] = mapped_column(default=now)
    signed_in_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]


class DeskSession(Base):
    """One browser in which somebody is signed in. The cookie's token is kept hashed.

    `stage` is "code" while the second step is due, else "full". `seen_at` is renewed once a
    minute at most; `expires_at` is the end, used or not. `device` is what the browser calls itself,
    shortened; `address` the IP address that it came from.
    """

    __tablename__ = "desk_session"
    __table_args__ = (Index("ix_desk_session_account_id", "account_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid4().hex)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    device: Mapped[str | None] = mapped_column(String(120))
    address: Mapped[str | None] = mapped_column(String(64))


class DeskTry(Base):
    """Tries to sign in since the last right one, by whatever was tried: an account or none.

    `key` is a hash of the e-mail address, so that one of nobody is counted, and locked, alike.
    """

    __tablename__ = "desk_try"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int]
    locked_until: Mapped[datetime | None]
    at: Mapped[datetime]


class AuditRow(Base):
    """One look or act in the console. The database refuses to change or delete it (0011).

    `account_id` and `account` (the name then) say who; both are None for a visitor. `action` is a
    word such as "conversation.open", `subject_kind` and `subject_id` what it was done to.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_at", "at"),
        Index("ix_audit_account_id_id", "account_id", "id"),
        Index("ix_audit_subject_kind_subject_id", "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    account_id: Mapped[str | None] = mapped_column(String(32))
    account: Mapped[str | None] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(48))
    subject_kind: Mapped[str | None] = mapped_column(String(24))
    subject_id: Mapped[str | None] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    address: Mapped[str | None] = mapped_column(String(64))
