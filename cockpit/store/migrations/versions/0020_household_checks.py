"""Every check of a door, and when a door or device came into its book: so freshness is known at a past instant."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("devices", sa.Column("added_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("households", sa.Column("added_ms", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("households", sa.Column("version", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index(op.f("ix_households_version"), "households", ["version"], unique=False)
    op.create_table(
        "household_checks",
        sa.Column("household_id", sa.Text(), nullable=False),
        sa.Column("checked_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("known_ms", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("household_id", "checked_ms", name=op.f("pk_household_checks")),
    )
    op.create_index(op.f("ix_household_checks_version"), "household_checks", ["version"], unique=False)
    op.create_table(
        "book_versions",
        sa.Column("book", sa.String(length=32), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("book", name=op.f("pk_book_versions")),
    )
    _keep_what_is_known()


def downgrade() -> None:
    op.drop_table("book_versions")
    op.drop_index(op.f("ix_household_checks_version"), table_name="household_checks")
    op.drop_table("household_checks")
    op.drop_index(op.f("ix_households_version"), table_name="households")
    op.drop_column("households", "version")
    op.drop_column("households", "added_ms")
    op.drop_column("devices", "added_at")


def _keep_what_is_known() -> None:
    """The last check of each door; the ones before it are gone, so a book that said anything is kept from now on."""
    connection = op.get_bind()

    def ms(column: str) -> str:
        if connection.dialect.name == "sqlite":
            # strftime's seconds have three decimals behind the point
            millis = f"CAST(substr(strftime('%f', {column}), 4) AS INTEGER)"
            return f"CAST(strftime('%s', {column}) AS INTEGER) * 1000 + {millis}"
        return f"CAST(floor(extract(epoch FROM {column}) * 1000) AS BIGINT)"

    op.execute(f"UPDATE households SET added_ms = {ms('imported_at')}")
    op.execute(
        "INSERT INTO household_checks (household_id, checked_ms, known_ms, version) "
        f"SELECT household_id, {ms('visited_at')}, {ms('visited_at')}, 0 FROM household_visits"
    )
    said = "SELECT 1 WHERE EXISTS (SELECT 1 FROM households) OR EXISTS (SELECT 1 FROM household_visits)"
    if connection.execute(sa.text(said)).first():
        books = sa.table("book_versions", sa.column("book"), sa.column("version"), sa.column("since_ms"))
        op.execute(books.insert().values(book="households", version=0, since_ms=int(time.time() * 1000)))
