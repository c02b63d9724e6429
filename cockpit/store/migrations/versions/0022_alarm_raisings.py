"""Each raising of an alarm, so that figures of the past need not read the journal."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TIMES = ("acted_ms", "false_ms", "promoted_ms", "closed_ms", "cleared_ms", "cleared_heard_ms")


def upgrade() -> None:
    op.create_table(
        "alarm_raisings",
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("alarm_id", sa.Text(), nullable=False),
        sa.Column("known_from_ms", sa.BigInteger(), nullable=False),
        sa.Column("known_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("code_number", sa.BigInteger(), nullable=False),
        sa.Column("told_ms", sa.BigInteger(), nullable=True),
        sa.Column("raised_ms", sa.BigInteger(), nullable=True),
        sa.Column("heard_ms", sa.BigInteger(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in _TIMES),
        sa.Column("newest_of", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_alarm_raisings")),
    )
    op.create_index(op.f("ix_alarm_raisings_revision"), "alarm_raisings", ["revision"])
    op.create_index(op.f("ix_alarm_raisings_newest_of"), "alarm_raisings", ["newest_of"], unique=True)


def downgrade() -> None:
    op.drop_table("alarm_raisings")
