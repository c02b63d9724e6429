"""The newest fix of everybody in each minute, so that who was where once is read from a few rows."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fix_minutes",
        sa.Column("minute_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("batches", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("minute_ms", name=op.f("pk_fix_minutes")),
    )


def downgrade() -> None:
    op.drop_table("fix_minutes")
