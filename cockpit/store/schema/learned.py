"""The tables of what was learned from past events: classifiers, and forecasts of the ones to come."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from cockpit.store.database import UtcDateTime
from cockpit.store.schema.names import AUTO, metadata

classifiers = Table(
    "classifiers",
    metadata,
    Column("id", AUTO, primary_key=True),
    Column("trained_at", UtcDateTime, nullable=False),
    #: closed events there were to learn from
    Column("cases", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

forecasts = Table(
    "forecasts",
    metadata,
    Column("id", AUTO, primary_key=True),
    #: overtime, demand
    Column("kind", String(16), nullable=False),
    Column("trained_at", UtcDateTime, nullable=False),
    #: records there were to learn from
    Column("cases", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
