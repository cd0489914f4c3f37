"""One person on several channels.

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

from store.base import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_code",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("contact_id", sa.String(32), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name="pk_link_code"),
        sa.UniqueConstraint("contact_id", name="uq_link_code_contact_id"),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name="fk_link_code_contact_id_contact",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("link_code")
