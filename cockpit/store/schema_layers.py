"""The tables of thematic layers' edits."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, String, Table, Text

from cockpit.store.database import UtcDateTime
from cockpit.store.schema_names import metadata

#: 图层修订: how a feature of a thematic layer is since somebody edited it; the last one counts, until the next import
layer_edits = Table(
    "layer_edits",
    metadata,
    Column("layer", String(40), primary_key=True),
    Column("feature_id", String(500), primary_key=True),
    #: another one after every edit of any layer
    Column("number", BigInteger, nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    Column("attributes", Text, nullable=False),
    Column("edited_at", UtcDateTime, nullable=False),
    Column("edited_by", Text, nullable=False),
    Index(None, "number"),
)
