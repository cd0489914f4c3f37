"""Delivery: claims, retries, receipts.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

from store.base import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_CONTACT = ("heard_at", "gone_at", "held_by", "claimed_by")


def upgrade() -> None:
    op.create_table(
        "edge_process",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_edge_process"),
    )
    op.add_column("contact", sa.Column("heard_at", UtcDateTime()))
    op.add_column("contact", sa.Column("gone_at", UtcDateTime()))
    op.add_column("contact", sa.Column("held_by", sa.String(64)))
    op.add_column("contact", sa.Column("claimed_by", sa.String(32)))
    op.add_column("incoming", sa.Column("latitude", sa.Float()))
    op.add_column("incoming", sa.Column("longitude", sa.Float()))
    _replies()
    op.create_table(
        "dispatch",
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("platform_id", sa.String(255), nullable=False),
        sa.Column("reply_id", sa.Integer()),
        sa.Column("status", sa.String(16)),
        sa.Column("reason", sa.Text()),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "platform_id", name="pk_dispatch"),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["reply.id"], name="fk_dispatch_reply_id_reply", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_dispatch_reply_id", "dispatch", ["reply_id"])


def _replies() -> None:
    op.drop_index("ix_reply_status_incoming_id", "reply")
    op.add_column("reply", sa.Column("contact_id", sa.String(32)))
    op.execute(
        "UPDATE reply SET contact_id = "
        "(SELECT contact_id FROM incoming WHERE incoming.id = reply.incoming_id)"
    )
    with op.batch_alter_table("reply") as batch:
        batch.alter_column("incoming_id", existing_type=sa.Integer(), nullable=True)
        batch.alter_column("contact_id", existing_type=sa.String(32), nullable=False)
        batch.create_foreign_key(
            "fk_reply_contact_id_contact", "contact", ["contact_id"], ["id"], ondelete="CASCADE"
        )
        batch.add_column(sa.Column("language", sa.String(8)))
        batch.add_column(
            sa.Column("purpose", sa.String(16), nullable=False, server_default="answer")
        )
        batch.add_column(sa.Column("due_at", UtcDateTime()))
        batch.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("reason", sa.Text()))
    op.create_index("ix_reply_contact_id_status_id", "reply", ["contact_id", "status", "id"])
    due = sa.text("due_at IS NOT NULL")
    op.create_index("ix_reply_due_at", "reply", ["due_at"], sqlite_where=due, postgresql_where=due)
    failed = sa.text("status = 'failed'")
    op.create_index(
        "ix_reply_failed", "reply", ["created_at"], sqlite_where=failed, postgresql_where=failed
    )


def downgrade() -> None:
    op.drop_table("dispatch")
    # What we said unasked has no place in the older form.
    op.execute("DELETE FROM reply WHERE incoming_id IS NULL")
    op.drop_index("ix_reply_failed", "reply")
    op.drop_index("ix_reply_due_at", "reply")
    op.drop_index("ix_reply_contact_id_status_id", "reply")
    with op.batch_alter_table("reply") as batch:
        batch.drop_constraint("fk_reply_contact_id_contact", type_="foreignkey")
        for name in ("contact_id", "language", "purpose", "due_at", "attempts", "reason"):
            batch.drop_column(name)
        batch.alter_column("incoming_id", existing_type=sa.Integer(), nullable=False)
    op.create_index("ix_reply_status_incoming_id", "reply", ["status", "incoming_id"])
    with op.batch_alter_table("incoming") as batch:
        batch.drop_column("latitude")
        batch.drop_column("longitude")
    with op.batch_alter_table("contact") as batch:
        for name in _CONTACT:
            batch.drop_column(name)
    op.drop_table("edge_process")
