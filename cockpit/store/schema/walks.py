"""巡查: which gridworker had visited which grid, as it was known from one instant to another."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from cockpit.store.schema.names import AUTO, metadata

#: times are milliseconds since 1970, days local ones as `date.toordinal`
walked_grids = Table(
    "walked_grids",
    metadata,
    Column("walked_id", AUTO, primary_key=True),
    Column("day", Integer, nullable=False),
    #: empty once positions of that day are kept no longer: then nobody can tell who it was
    Column("subject_id", Text, nullable=False),
    Column("grid_number", BigInteger, nullable=False),
    #: when their minute in it was full
    Column("reached_ms", BigInteger, nullable=False),
    Column("known_from_ms", BigInteger, nullable=False),
    #: null for what is known now
    Column("known_until_ms", BigInteger),
    Index(None, "day", "grid_number"),
)

#: one row: since when walks are told, and which arrivals are in them
walks_told = Table(
    "walks_told",
    metadata,
    Column("told_id", Integer, primary_key=True, autoincrement=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("through_ms", BigInteger, nullable=False),
)
