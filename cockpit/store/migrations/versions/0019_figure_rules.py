"""Rules on figures that people made."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_rules",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("held_name", sa.String(length=60), nullable=True),
        sa.Column("indicator", sa.String(length=64), nullable=False),
        sa.Column("test", sa.String(length=16), nullable=False),
        sa.Column("limit", sa.Float(precision=53), nullable=False),
        sa.Column("sigmas", sa.Float(precision=53), nullable=False),
        sa.Column("weeks", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=15), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("least", sa.BigInteger(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_rules")),
        sa.UniqueConstraint("held_name", name=op.f("uq_figure_rules_held_name")),
    )


def downgrade() -> None:
    op.drop_table("figure_rules")
