"""A camera's own address, beside the template of all."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("resources", sa.Column("stream_url", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("resources", "stream_url")
