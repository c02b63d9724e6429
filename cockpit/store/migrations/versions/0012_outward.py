"""Subscriptions of other systems, and the facts that they have not acknowledged yet."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=15), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filled", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered", sa.BigInteger(), nullable=False),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
    )
    op.create_table(
        "outward_facts",
        sa.Column("subscription", sa.String(length=32), nullable=False),
        sa.Column("stream_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stream_n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fact_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_outward_facts_subscription_subscriptions")
        ),
        sa.PrimaryKeyConstraint("subscription", "stream_ms", "stream_n", name=op.f("pk_outward_facts")),
    )
    op.create_index(
        op.f("ix_outward_facts_subscription_state_stream_ms_stream_n"),
        "outward_facts",
        ["subscription", "state", "stream_ms", "stream_n"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_outward_facts_subscription_state_stream_ms_stream_n"), table_name="outward_facts")
    op.drop_table("outward_facts")
    op.drop_table("subscriptions")
