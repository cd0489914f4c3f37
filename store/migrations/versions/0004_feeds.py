"""Runs of feeds.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

from store.base import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COUNTS = ("read", "added", "changed", "unchanged", "expired", "rejected", "repaired")


def upgrade() -> None:
    op.create_table(
        "feed_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.Column("leftovers", sa.JSON(), nullable=False),
        sa.Column("message", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_feed_run"),
    )
    op.create_index("ix_feed_run_feed", "feed_run", ["feed", "started_at"])
    op.create_table(
        "feed_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed_note"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["feed_run.id"], name="fk_feed_note_run_id_feed_run", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_feed_note_run_id", "feed_note", ["run_id"])
    op.create_table(
        "feed_state",
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(32)),
        sa.Column("held_until", UtcDateTime()),
        sa.Column("schedule", sa.String(64)),
        sa.Column("due_at", UtcDateTime()),
        sa.Column("definition", sa.String(64)),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.String(255)),
        sa.PrimaryKeyConstraint("feed", name="pk_feed_state"),
    )


def downgrade() -> None:
    for table in ("feed_state", "feed_note", "feed_run"):
        op.drop_table(table)
