"""What was understood of each message, for review.

Revision: 0003, after 0002
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "intent": sa.String(64),
    "confidence": sa.Float(),
    "guesses": sa.JSON(),
    "variety": sa.String(16),
    "language": sa.String(8),
}


def upgrade() -> None:
    for name, kind in _COLUMNS.items():
        op.add_column("incoming", sa.Column(name, kind))


def downgrade() -> None:
    for name in reversed(_COLUMNS):
        op.drop_column("incoming", name)
