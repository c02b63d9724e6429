"""The table of what was learned from past events about the ones to come."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from cockpit.store.database import UtcDateTime
from cockpit.store.schema_names import metadata

forecasts = Table(
    "forecasts",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    #: overtime, demand
    Column("kind", String(16), nullable=False),
    Column("trained_at", UtcDateTime, nullable=False),
    #: records there were to learn from
    Column("cases", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
