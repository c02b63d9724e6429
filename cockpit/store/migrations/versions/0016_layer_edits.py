"""How features of thematic layers are since somebody edited them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "layer_edits",
        sa.Column("layer", sa.String(length=40), nullable=False),
        sa.Column("feature_id", sa.String(length=500), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("layer", "feature_id", name=op.f("pk_layer_edits")),
    )
    op.create_index(op.f("ix_layer_edits_number"), "layer_edits", ["number"])


def downgrade() -> None:
    op.drop_index(op.f("ix_layer_edits_number"), table_name="layer_edits")
    op.drop_table("layer_edits")
