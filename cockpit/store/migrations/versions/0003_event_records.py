"""The records of all events that were ever known, for every question about the past."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIMES = (
    "reported_ms", "due_ms", "at_risk_ms", "overtime_ms", "accepted_ms", "assigned_ms", "handled_ms", "closed_ms",
    "evaluated_ms", "ended_ms", "settled_ms", "imported_ms", "live_from_ms",
)  # fmt: skip
_TEXTS = ("category", "category_text", "title", "description", "address")


def upgrade() -> None:
    op.create_table(
        "event_records",
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in _TIMES),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=4), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _TEXTS),
        sa.Column("code", sa.String(length=15), nullable=False),
        sa.Column("code_number", sa.BigInteger(), nullable=False),
        sa.Column("lon", sa.Float(precision=53), nullable=True),
        sa.Column("lat", sa.Float(precision=53), nullable=True),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_event_records")),
        sa.UniqueConstraint("event_id", name=op.f("uq_event_records_event_id")),
    )
    op.create_index(op.f("ix_event_records_revision"), "event_records", ["revision"], unique=False)


def downgrade() -> None:
    op.drop_table("event_records")
