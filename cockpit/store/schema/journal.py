"""The tables of the journal: facts and positions as the streams had them, and the fold at times."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from cockpit.store.database import UtcDateTime
from cockpit.store.schema.names import AUTO, metadata

facts = Table(
    "facts",
    metadata,
    Column("stream_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("stream_n", BigInteger, primary_key=True, autoincrement=False),
    Column("fact_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("code", Text, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("fact_id"),
    Index(None, "received_at"),
    #: marks of attendance are few among facts, and each instant of the past asks for those of the hours before
    Index(
        "ix_facts_attendance",
        "received_at",
        sqlite_where=text("type = 'AttendanceMarked'"),
        postgresql_where=text("type = 'AttendanceMarked'"),
    ),
)

fix_batches = Table(
    "fix_batches",
    metadata,
    Column("stream_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("stream_n", BigInteger, primary_key=True, autoincrement=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("to_ms", BigInteger, nullable=False),
    Column("n", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index(None, "to_ms"),
)

fix_minutes = Table(
    "fix_minutes",
    metadata,
    Column("minute_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("batches", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

last_fixes = Table(
    "last_fixes",
    metadata,
    Column("subject_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("lon", Float(53), nullable=False),
    Column("lat", Float(53), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("accuracy_m", Float(53)),
    Column("speed_mps", Float(53)),
    Column("heading_deg", Float(53)),
    Column("battery", Float(53)),
    Column("flags", Integer, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("id", AUTO, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("position", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index(None, "kind", "received_at"),
)

#: 报警台账: each raising of an alarm as it was known from one instant to another. Times are milliseconds since 1970
alarm_raisings = Table(
    "alarm_raisings",
    metadata,
    Column("record_id", AUTO, primary_key=True),
    #: grows with every transaction that writes here, in the order of the commits
    Column("revision", BigInteger, nullable=False),
    Column("alarm_id", Text, nullable=False),
    Column("known_from_ms", BigInteger, nullable=False),
    #: null for what is known of it now
    Column("known_until_ms", BigInteger),
    Column("code_number", BigInteger, nullable=False),
    #: null while only its end is known: the device's words may come in any order
    Column("told_ms", BigInteger),
    Column("raised_ms", BigInteger),
    Column("heard_ms", BigInteger),
    Column("acted_ms", BigInteger),
    Column("false_ms", BigInteger),
    Column("promoted_ms", BigInteger),
    Column("closed_ms", BigInteger),
    Column("cleared_ms", BigInteger),
    Column("cleared_heard_ms", BigInteger),
    #: the alarm's newest raising, which what is told next is about; null for all others
    Column("newest_of", Text),
    #: what was told and done, as JSON
    Column("body", Text, nullable=False),
    Index(None, "revision"),
    Index(None, "newest_of", unique=True),
)
