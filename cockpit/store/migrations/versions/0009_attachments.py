"""Photos that people attach: who brought them and whose they are to see; the pictures are files."""

import sqlalchemy as sa
from alembic import op

from cockpit.store.database import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("photo_id", sa.String(32), nullable=False),
        sa.Column("code", sa.String(15), nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("photo_id", "code", "account", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_account_at"), "attachments", ["account", "at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_attachments_account_at"), table_name="attachments")
    op.drop_table("attachments")
