"""Grids that gridworkers visited, day by day, so that the patrol coverage of any instant is one look."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0025"  # which came first
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "walked_grids",
        sa.Column("walked_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("grid_number", sa.BigInteger, nullable=False),
        sa.Column("reached_ms", sa.BigInteger, nullable=False),
        sa.Column("known_from_ms", sa.BigInteger, nullable=False),
        sa.Column("known_until_ms", sa.BigInteger),
    )
    op.create_index("ix_walked_grids_day_grid_number", "walked_grids", ["day", "grid_number"])
    op.create_table(
        "walks_told",
        sa.Column("told_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("from_ms", sa.BigInteger, nullable=False),
        sa.Column("through_ms", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("walks_told")
    op.drop_table("walked_grids")
