"""Appointments by telephone and by video; whether people are told a counsellor's name.

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_LINKED = ("slot", "appointment")
_NAMED = ("account", "presence")


def upgrade() -> None:
    for table in _LINKED:
        op.add_column(table, sa.Column("link", sa.String(500)))
    op.add_column("appointment", sa.Column("number", sa.String(24)))
    for table in _NAMED:
        op.add_column(
            table, sa.Column("named", sa.Boolean(), nullable=False, server_default=sa.true())
        )


def downgrade() -> None:
    for table in reversed(_NAMED):
        op.drop_column(table, "named")
    op.drop_column("appointment", "number")
    for table in reversed(_LINKED):
        op.drop_column(table, "link")
