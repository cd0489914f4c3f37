"""Files that persons and counsellors send each other.

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

from store.base import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(32), nullable=False),
        sa.Column("incoming_id", sa.Integer()),
        sa.Column("reply_id", sa.Integer()),
        sa.Column("source", sa.Text()),
        sa.Column("source_key", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(16)),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(16)),
        sa.Column("media_type", sa.String(80)),
        sa.Column("size", sa.Integer()),
        sa.Column("token", sa.String(43), nullable=False),
        sa.Column("open_until", UtcDateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime()),
        sa.Column("deletes_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        sa.UniqueConstraint("token", name="uq_attachment_token"),
        sa.UniqueConstraint(
            "incoming_id", "source_key", name="uq_attachment_incoming_id_source_key"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name="fk_attachment_contact_id_contact",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_attachment_contact_id", "attachment", ["contact_id"])
    op.create_index("ix_attachment_reply_id", "attachment", ["reply_id"])
    op.create_index("ix_attachment_state_due_at", "attachment", ["state", "due_at"])
    op.create_index("ix_attachment_state_deletes_at", "attachment", ["state", "deletes_at"])
    op.create_table(
        "attachment_content",
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("preview", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("attachment_id", name="pk_attachment_content"),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name="fk_attachment_content_attachment_id_attachment",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("attachment_content")
    op.drop_table("attachment")
