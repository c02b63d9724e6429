"""The tables of thematic layers: versions, the ones in use, edits."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, String, Table, Text

from cockpit.store.database import UtcDateTime
from cockpit.store.schema.names import metadata

#: 图层版本: one row for each import of a thematic layer; its things lie in `folder` of the data directory's layers
layer_versions = Table(
    "layer_versions",
    metadata,
    Column("layer", String(40), primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("folder", String(80), nullable=False),
    #: of the file's bytes and of how it was read: the same once more is no new version
    Column("digest", String(64), nullable=False),
    Column("source_file", Text, nullable=False),
    Column("crs", String(40), nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
)

#: which version of a layer is shown; 0 for what came with the city
layers_in_use = Table(
    "layers_in_use",
    metadata,
    Column("layer", String(40), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

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
