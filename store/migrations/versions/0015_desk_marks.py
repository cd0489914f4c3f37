"""Marks of the console's forms that were done, so that none is done twice.

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

from store.base import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_mark",
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name="pk_desk_mark"),
    )
    op.create_index("ix_desk_mark_at", "desk_mark", ["at"])


def downgrade() -> None:
    op.drop_table("desk_mark")
