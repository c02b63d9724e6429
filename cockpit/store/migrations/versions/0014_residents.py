"""Who lives behind which door, the grid of each door, and when somebody last checked it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("households", sa.Column("code", sa.String(length=15), server_default="", nullable=False))
    op.create_index(op.f("ix_households_building_code"), "households", ["building_code"], unique=False)
    op.create_index(op.f("ix_households_code"), "households", ["code"], unique=False)
    op.create_table(
        "residents",
        sa.Column("resident_id", sa.Text(), nullable=False),
        sa.Column("household_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("tenure", sa.Text(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_residents")),
    )
    for column in ("household_id", "name", "initials", "id_number", "phone"):
        op.create_index(op.f(f"ix_residents_{column}"), "residents", [column], unique=False)
    op.create_table(
        "household_visits",
        sa.Column("household_id", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=15), nullable=False),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("household_id", name=op.f("pk_household_visits")),
    )
    op.create_index(op.f("ix_household_visits_code"), "household_visits", ["code"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_household_visits_code"), table_name="household_visits")
    op.drop_table("household_visits")
    for column in ("phone", "id_number", "initials", "name", "household_id"):
        op.drop_index(op.f(f"ix_residents_{column}"), table_name="residents")
    op.drop_table("residents")
    op.drop_index(op.f("ix_households_code"), table_name="households")
    op.drop_index(op.f("ix_households_building_code"), table_name="households")
    op.drop_column("households", "code")
