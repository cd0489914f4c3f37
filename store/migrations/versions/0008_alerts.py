"""Profiles, alerts, saved and dismissed listings, the wish to be deleted.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

from store.base import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TABLES = ("alert_mark", "alert_find", "alert_key", "alert", "verdict", "person_profile")


def upgrade() -> None:
    op.add_column("contact", sa.Column("erase_at", UtcDateTime()))
    op.create_table(
        "person_profile",
        sa.Column("contact_id", sa.String(32), nullable=False),
        *(sa.Column(name, sa.String(80)) for name in ("occupation", "place")),
        *(sa.Column(name, sa.String(80)) for name in ("education", "experience")),
        sa.Column("age_band", sa.String(8)),
        sa.Column("consented_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", name="pk_person_profile"),
        _of_a_contact("person_profile"),
    )
    op.create_table(
        "verdict",
        sa.Column("contact_id", sa.String(32), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", "listing_id", name="pk_verdict"),
        _of_a_contact("verdict"),
    )
    _alerts()
    _finds()


def _of_a_contact(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_contact_id_contact"
    return sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=name, ondelete="CASCADE")


def _alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(32), nullable=False),
        sa.Column("signature", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("what", sa.String(80)),
        sa.Column("place", sa.String(80)),
        sa.Column("contract", sa.String(16)),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("every", sa.String(8), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime()),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.UniqueConstraint("contact_id", "signature", name="uq_alert_contact_id_signature"),
        _of_a_contact("alert"),
    )
    op.create_index("ix_alert_due_at", "alert", ["due_at"])
    op.create_table(
        "alert_key",
        sa.Column("work", sa.String(96), nullable=False),
        sa.Column("place", sa.String(96), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("work", "place", "alert_id", name="pk_alert_key"),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name="fk_alert_key_alert_id_alert", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_alert_key_alert_id", "alert_key", ["alert_id"])


def _finds() -> None:
    op.create_table(
        "alert_find",
        sa.Column("contact_id", sa.String(32), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("alert_id", sa.Integer()),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("contact_id", "listing_id", name="pk_alert_find"),
        sa.UniqueConstraint(
            "contact_id", "fingerprint", name="uq_alert_find_contact_id_fingerprint"
        ),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name="fk_alert_find_alert_id_alert", ondelete="SET NULL"
        ),
        _of_a_contact("alert_find"),
    )
    op.create_index("ix_alert_find_alert_id", "alert_find", ["alert_id"])
    op.create_table(
        "alert_mark",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_alert_mark"),
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    with op.batch_alter_table("contact") as batch:
        batch.drop_column("erase_at")
