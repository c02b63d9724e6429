"""事件台账: the table of events, and of the standards and responsibilities that they are judged by."""

from sqlalchemy import BigInteger, Column, Float, Index, String, Table, Text, UniqueConstraint

from cockpit.store.database import UtcDateTime
from cockpit.store.schema.names import AUTO, metadata

#: 事件台账: one row for each event that was ever known. Times are milliseconds since 1970, so that a million rows
#: become columns without a detour; what has no column of its own is JSON in `body`
event_records = Table(
    "event_records",
    metadata,
    Column("record_id", AUTO, primary_key=True),
    Column("event_id", Text, nullable=False),
    #: grows with every transaction that writes here, in the order of the commits
    Column("revision", BigInteger, nullable=False),
    #: null while only steps are known and the report has not come
    Column("reported_ms", BigInteger),
    Column("due_ms", BigInteger),
    Column("at_risk_ms", BigInteger),
    Column("overtime_ms", BigInteger),
    Column("accepted_ms", BigInteger),
    Column("assigned_ms", BigInteger),
    Column("handled_ms", BigInteger),
    Column("closed_ms", BigInteger),
    Column("evaluated_ms", BigInteger),
    #: when it was closed, rejected or voided; null while it is open
    Column("ended_ms", BigInteger),
    #: from this instant on it is past: the midnight after its end, or when we learnt of that if it was later
    Column("settled_ms", BigInteger),
    #: when a table brought it; null for what was only ever reported live
    Column("imported_ms", BigInteger),
    #: from when on its facts are in the stream; null for what was over before it was imported
    Column("live_from_ms", BigInteger),
    Column("stage", String(16), nullable=False),
    Column("level", String(16), nullable=False),
    Column("unit", Text, nullable=False),
    Column("source", String(32), nullable=False),
    Column("severity", String(4), nullable=False),
    Column("category", Text, nullable=False),
    Column("category_text", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("code", String(15), nullable=False),
    Column("code_number", BigInteger, nullable=False),
    Column("lon", Float(53)),
    Column("lat", Float(53)),
    Column("flags", Text, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("event_id"),
    Index(None, "revision"),
)

standards = Table(
    "standards",
    metadata,
    Column("id", AUTO, primary_key=True),
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

responsibilities = Table(
    "responsibilities",
    metadata,
    Column("id", AUTO, primary_key=True),
    Column("category", String(32), nullable=False),
    Column("code", String(15), nullable=False),
    Column("unit", Text, nullable=False),
    Column("level", String(16), nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
)
