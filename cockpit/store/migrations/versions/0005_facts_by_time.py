"""Facts by the time when they were received: an instant before all of them is answered at once."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_facts_received_at"), "facts", ["received_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_facts_received_at"), table_name="facts")
