"""The tables as they are now. A change here needs a migration beside it; a test compares the two."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from cockpit.store.database import UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    }
)

#: counts up by itself on both databases; SQLite does that only for INTEGER
_AUTO = BigInteger().with_variant(Integer, "sqlite")

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
    Column("id", _AUTO, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("position", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index(None, "kind", "received_at"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("role", String(32), nullable=False),
    Column("scope", String(15), nullable=False),
    Column("name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    UniqueConstraint("hash"),
)

browser_sessions = Table(
    "browser_sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("token_id", String(32), ForeignKey("tokens.id"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index(None, "token_id"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", _AUTO, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index(None, "at"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("account", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("command_id", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

standards = Table(
    "standards",
    metadata,
    Column("id", _AUTO, primary_key=True),
    Column("version", Text, nullable=False),
    Column("valid_from", UtcDateTime, nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
    Column("category", String(32), nullable=False),
    Column("class_name", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("condition", Text, nullable=False),
    Column("limit_amount", Float(53), nullable=False),
    Column("limit_unit", String(32), nullable=False),
    Column("unit", Text, nullable=False),
    UniqueConstraint("version", "category", "condition"),
)
