"""What is read out of a listing text, and which listings are copies of one another.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

from store.base import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NEW = (
    ("occupation_confidence", sa.Float(), None),
    ("text_language", sa.String(8), None),
    ("flags", sa.JSON(), "[]"),
    ("salary_min", sa.Float(), None),
    ("salary_max", sa.Float(), None),
    ("salary_currency", sa.String(3), None),
    ("salary_period", sa.String(8), None),
    ("salary_monthly", sa.Float(), None),
    ("copy_group", sa.Integer(), None),
    ("open_until", UtcDateTime(), None),
)


def upgrade() -> None:
    for name, kind, default in _NEW:
        op.add_column(
            "listing", sa.Column(name, kind, nullable=default is None, server_default=default)
        )
    told = sa.text("copy_group IS NOT NULL")
    op.create_index(
        "ix_listing_copies", "listing", ["copy_group"], sqlite_where=told, postgresql_where=told
    )
    op.create_table(
        "listing_band",
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("band", "listing_id", name="pk_listing_band"),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name="fk_listing_band_listing_id_listing",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_listing_band_listing_id", "listing_band", ["listing_id"])


def downgrade() -> None:
    op.drop_table("listing_band")
    # What was hidden as a copy shows again.
    op.execute("UPDATE listing SET visible_until = open_until WHERE open_until IS NOT NULL")
    op.drop_index("ix_listing_copies", "listing")
    for name, _, _ in reversed(_NEW):
        op.drop_column("listing", name)
