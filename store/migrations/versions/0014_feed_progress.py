"""How far a run of a feed is.

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed_run", sa.Column("phase", sa.String(16)))
    op.add_column("feed_run", sa.Column("done", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("feed_run", sa.Column("expected", sa.Integer()))


def downgrade() -> None:
    for column in ("expected", "done", "phase"):
        op.drop_column("feed_run", column)
