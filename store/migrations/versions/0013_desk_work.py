"""Appointments, follow-ups, hours and holidays, ratings of the quality sample, prepared answers.

Revision: 0013, after 0012
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from store.base import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLES = (
    "prepared_answer",
    "quality_review",
    "holiday",
    "desk_day",
    "follow_up",
    "appointment",
    "slot",
)


def upgrade() -> None:
    _slots()
    _appointments()
    _follow_ups()
    _desk()
    _answers()


def _slots() -> None:
    op.create_table(
        "slot",
        sa.Column("id", sa.Integer(), nullable=False),
        *_when_and_where(),
        sa.Column("contact_id", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_slot"),
        sa.UniqueConstraint("account_id", "starts_at", name="uq_slot_account_id_starts_at"),
        _of("slot", "contact", "SET NULL"),
    )
    op.create_index("ix_slot_starts_at", "slot", ["starts_at"])
    op.create_index("ix_slot_contact_id", "slot", ["contact_id"])


def _appointments() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(32), nullable=False),
        sa.Column("slot_id", sa.Integer()),
        *_when_and_where(),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("token", sa.String(43), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("booked_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        *(sa.Column(name, UtcDateTime()) for name in ("day_due_at", "hour_due_at", "opened_at")),
        sa.PrimaryKeyConstraint("id", name="pk_appointment"),
        sa.UniqueConstraint("token", name="uq_appointment_token"),
        _of("appointment", "contact"),
        _of("appointment", "slot", "SET NULL"),
    )
    for column in ("contact_id", "slot_id", "starts_at", "day_due_at", "hour_due_at"):
        op.create_index(f"ix_appointment_{column}", "appointment", [column])


def _when_and_where() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.Column("counsellor", sa.String(80), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("how", sa.String(8), nullable=False),
        sa.Column("place", sa.String(120)),
        sa.Column("languages", sa.JSON(), nullable=False),
    )


def _follow_ups() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.String(32), nullable=False),
        sa.Column("handoff_id", sa.Integer()),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("asked_at", UtcDateTime()),
        sa.Column("helped", sa.Integer()),
        sa.Column("situation", sa.String(16)),
        sa.Column("answered_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_follow_up"),
        sa.UniqueConstraint("contact_id", "handoff_id", "day", name="uq_follow_up_contact_id"),
        _of("follow_up", "contact"),
        _of("follow_up", "handoff", "SET NULL"),
    )
    op.create_index("ix_follow_up_due_at", "follow_up", ["due_at"])
    op.create_index("ix_follow_up_handoff_id", "follow_up", ["handoff_id"])


def _desk() -> None:
    op.create_table(
        "desk_day",
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("weekday", name="pk_desk_day"),
    )
    op.create_table(
        "holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_holiday"),
    )
    op.create_table(
        "quality_review",
        sa.Column("handoff_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("handoff_id", name="pk_quality_review"),
        _of("quality_review", "handoff"),
    )


def _answers() -> None:
    op.create_table(
        "prepared_answer",
        sa.Column("key", sa.String(48), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(32), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_prepared_answer"),
    )


def _of(table: str, other: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{other}_id_{other}"
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name, ondelete=ondelete)


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
