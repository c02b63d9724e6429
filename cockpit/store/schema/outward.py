"""The tables of what is told outside: notices to people, facts to other systems."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from cockpit.store.database import UtcDateTime
from cockpit.store.schema.names import AUTO, metadata

#: 通知: one row for each fact and channel; `sending` before the first byte goes out
notices = Table(
    "notices",
    metadata,
    Column("id", AUTO, primary_key=True),
    Column("fact_id", Text, nullable=False),
    Column("channel", String(200), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("code", String(15), nullable=False),
    Column("event_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("tries", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("begun_at", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("sender", Text, nullable=False),
    Column("error", Text, nullable=False),
    UniqueConstraint("fact_id", "channel"),
    Index(None, "state", "channel", "due_at"),
)

#: 订阅: another system that is told the facts of a scope. The secret signs; it is never given out again
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("code", String(15), nullable=False),
    #: names of kinds of facts as JSON; none for all
    Column("kinds", Text, nullable=False),
    #: whether it may read what is personal
    Column("personal", Boolean, nullable=False),
    Column("secret", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    #: facts up to this stream position are in `outward_facts`, or do not concern it
    Column("filled", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("tries", BigInteger, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("delivered", BigInteger, nullable=False),
    Column("succeeded_at", UtcDateTime),
    Column("failed_at", UtcDateTime),
    Column("error", Text, nullable=False),
    #: the process that delivers, and until when nobody else may
    Column("holder", Text, nullable=False),
    Column("held_until", UtcDateTime, nullable=False),
)

#: 待推送: one row for each fact that a subscription has not acknowledged; gone once it has
outward_facts = Table(
    "outward_facts",
    metadata,
    Column("subscription", String(32), ForeignKey("subscriptions.id"), primary_key=True),
    Column("stream_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("stream_n", BigInteger, primary_key=True, autoincrement=False),
    Column("fact_id", Text, nullable=False),
    Column("body", Text, nullable=False),
    #: the message that it goes out with; the same at every try
    Column("message", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Index(None, "subscription", "state", "stream_ms", "stream_n"),
)
