"""Marks of attendance by time, so that who was on duty at an instant of the past is found among all facts."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_MARKS = "type = 'AttendanceMarked'"


def upgrade() -> None:
    op.create_index(
        "ix_facts_attendance", "facts", ["received_at"], sqlite_where=sa.text(_MARKS), postgresql_where=sa.text(_MARKS)
    )


def downgrade() -> None:
    op.drop_index("ix_facts_attendance", "facts")
