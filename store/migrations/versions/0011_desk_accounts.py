"""Accounts of the desk, their sessions, an audit trail that nobody changes.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

from store.base import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _accounts()
    _sessions()
    _tries()
    _audit()
    _seal_postgresql() if op.get_bind().dialect.name == "postgresql" else _seal_sqlite()


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8)),
        sa.Column("password_hash", sa.String(255)),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(512)),
        sa.Column("totp_secret", sa.String(255)),
        sa.Column("totp_step", sa.Integer()),
        sa.Column("recovery", sa.JSON(), nullable=False),
        sa.Column("reset_hash", sa.String(64)),
        sa.Column("reset_until", UtcDateTime()),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("signed_in_at", UtcDateTime()),
        sa.Column("disabled_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("email", name="uq_account_email"),
        sa.UniqueConstraint("subject", name="uq_account_subject"),
        sa.UniqueConstraint("reset_hash", name="uq_account_reset_hash"),
    )


def _sessions() -> None:
    op.create_table(
        "desk_session",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.Column("stage", sa.String(8), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("device", sa.String(120)),
        sa.Column("address", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_desk_session"),
        sa.UniqueConstraint("token_hash", name="uq_desk_session_token_hash"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name="fk_desk_session_account_id_account",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_desk_session_account_id", "desk_session", ["account_id"])


def _tries() -> None:
    op.create_table(
        "desk_try",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("locked_until", UtcDateTime()),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_desk_try"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("account_id", sa.String(32)),
        sa.Column("account", sa.String(80)),
        sa.Column("action", sa.String(48), nullable=False),
        sa.Column("subject_kind", sa.String(24)),
        sa.Column("subject_id", sa.String(64)),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_account_id_id", "audit", ["account_id", "id"])
    op.create_index("ix_audit_subject_kind_subject_id", "audit", ["subject_kind", "subject_id"])


def _seal_sqlite() -> None:
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER audit_refuses_{act} BEFORE {act.upper()} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END"
        )


def _seal_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'the audit trail is only ever added to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()"
    )


def downgrade() -> None:
    op.drop_table("audit")  # its triggers go with it
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_refuses()")
    op.drop_table("desk_try")
    op.drop_table("desk_session")
    op.drop_table("account")
