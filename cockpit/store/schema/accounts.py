"""The tables of accounts: tokens, browsers' sessions, what was done with them, what was asked for twice."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from cockpit.store.database import UtcDateTime
from cockpit.store.schema.names import AUTO, metadata

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
    Column("id", AUTO, primary_key=True),
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
