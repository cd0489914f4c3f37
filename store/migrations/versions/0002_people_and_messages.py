"""People, what they wrote, what they were answered.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

from store.base import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("language", sa.String(8)),
        sa.Column("language_chosen", sa.Boolean(), nullable=False),
        sa.Column("introduced_at", UtcDateTime()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.UniqueConstraint("channel", "address", name="uq_contact_channel_address"),
    )
    op.create_table(
        "incoming",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("contact_id", sa.String(32), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("payload", sa.Text()),
        sa.Column("media", sa.String(32)),
        sa.Column("sent_at", UtcDateTime()),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("told_slow", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incoming"),
        sa.UniqueConstraint("channel", "message_id", name="uq_incoming_channel_message_id"),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name="fk_incoming_contact_id_contact",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_incoming_contact_id_status_id", "incoming", ["contact_id", "status", "id"])
    op.create_index("ix_incoming_status_attempts", "incoming", ["status", "attempts"])
    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incoming_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_reply"),
        sa.UniqueConstraint("incoming_id", "position", name="uq_reply_incoming_id_position"),
        sa.ForeignKeyConstraint(
            ["incoming_id"],
            ["incoming.id"],
            name="fk_reply_incoming_id_incoming",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_reply_status_incoming_id", "reply", ["status", "incoming_id"])


def downgrade() -> None:
    op.drop_table("reply")
    op.drop_table("incoming")
    op.drop_table("contact")
