"""Breaches of rules on figures."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_alerts",
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("indicator", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=15), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=False),
        sa.Column("crossed", sa.Float(precision=53), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("rule", "number", name=op.f("pk_figure_alerts")),
    )
    op.create_index(op.f("ix_figure_alerts_since"), "figure_alerts", ["since"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_figure_alerts_since"), table_name="figure_alerts")
    op.drop_table("figure_alerts")
