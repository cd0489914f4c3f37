"""Hand-offs to counsellors.

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

from store.base import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLES = (
    "reading",
    "handoff_step",
    "handoff_note",
    "handoff_message",
    "handoff",
    "presence",
    "membership",
    "team",
)
_OPEN = sa.text("state IN ('offered', 'waiting', 'held')")


def upgrade() -> None:
    _desk()
    _handoff()
    _said()
    _reading()


def _desk() -> None:
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("languages", "places", "topics")),
        sa.PrimaryKeyConstraint("id", name="pk_team"),
        sa.UniqueConstraint("name", name="uq_team_name"),
    )
    op.create_table(
        "membership",
        sa.Column("team_id", sa.Integer(), nullable=False),
        _account(nullable=False),
        sa.PrimaryKeyConstraint("team_id", "account_id", name="pk_membership"),
        _of("membership", "team"),
    )
    op.create_index("ix_membership_account_id", "membership", ["account_id"])
    op.create_table(
        "presence",
        _account(nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_presence"),
    )


def _handoff() -> None:
    op.create_table(
        "handoff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(16)),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("place", sa.String(80)),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("callback", sa.JSON()),
        sa.Column("team_id", sa.Integer()),
        sa.Column("suggested_to", sa.String(32)),
        _account(nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        *(sa.Column(name, UtcDateTime()) for name in ("held_at", "first_answer_at", "acted_at")),
        sa.Column("unanswered_since", UtcDateTime()),
        sa.Column("seen_incoming", sa.Integer()),
        sa.Column("vanished", sa.Integer(), nullable=False),
        sa.Column("closed_at", UtcDateTime()),
        sa.Column("closed_by", sa.String(32)),
        sa.Column("outcome", sa.String(32)),
        *(sa.Column(name, sa.Integer()) for name in ("helped", "easy")),
        sa.PrimaryKeyConstraint("id", name="pk_handoff"),
        _of("handoff", "contact"),
        _of("handoff", "team", "SET NULL"),
    )
    op.create_index("ix_handoff_contact_id_state", "handoff", ["contact_id", "state"])
    op.create_index("ix_handoff_account_id_state", "handoff", ["account_id", "state"])
    op.create_index(
        "ix_handoff_open",
        "handoff",
        ["priority", "due_at", "id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def _said() -> None:
    op.create_table(
        "handoff_message",
        sa.Column("reply_id", sa.Integer(), nullable=False),
        _part_of_handoff(),
        _account(nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("reply_id", name="pk_handoff_message"),
        _of("handoff_message", "reply"),
        _of("handoff_message", "handoff"),
    )
    op.create_table(
        "handoff_note",
        sa.Column("id", sa.Integer(), nullable=False),
        _part_of_handoff(),
        _account(nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handoff_note"),
        _of("handoff_note", "handoff"),
    )
    op.create_table(
        "handoff_step",
        sa.Column("id", sa.Integer(), nullable=False),
        _part_of_handoff(),
        sa.Column("kind", sa.String(16), nullable=False),
        _account(nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handoff_step"),
        _of("handoff_step", "handoff"),
    )
    for table in ("handoff_message", "handoff_note", "handoff_step"):
        op.create_index(f"ix_{table}_handoff_id", table, ["handoff_id"])


def _reading() -> None:
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incoming_id", sa.Integer()),
        sa.Column("reply_id", sa.Integer()),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reading"),
        sa.UniqueConstraint("incoming_id", "language", name="uq_reading_incoming_id_language"),
        sa.UniqueConstraint("reply_id", "language", name="uq_reading_reply_id_language"),
        _of("reading", "incoming"),
        _of("reading", "reply"),
    )


def _account(*, nullable: bool) -> sa.Column[str]:
    return sa.Column("account_id", sa.String(32), nullable=nullable)


def _part_of_handoff() -> sa.Column[int]:
    return sa.Column("handoff_id", sa.Integer(), nullable=False)


def _of(table: str, other: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{other}_id_{other}"
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name, ondelete=ondelete)


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
