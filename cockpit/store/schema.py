"""The tables as they are now. A change here needs a migration beside it; a test compares the two."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from cockpit.store.database import UtcDateTime
from cockpit.store.schema_houses import household_visits as household_visits
from cockpit.store.schema_houses import households as households
from cockpit.store.schema_houses import residents as residents
from cockpit.store.schema_layers import layer_edits as layer_edits
from cockpit.store.schema_learned import forecasts as forecasts
from cockpit.store.schema_names import metadata as metadata
from cockpit.store.schema_reports import figure_alerts as figure_alerts
from cockpit.store.schema_reports import reports as reports

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
    Index(None, "received_at"),
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

#: 事件台账: one row for each event that was ever known. Times are milliseconds since 1970, so that a million rows
#: become columns without a detour; what has no column of its own is JSON in `body`
event_records = Table(
    "event_records",
    metadata,
    Column("record_id", _AUTO, primary_key=True),
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

classifiers = Table(
    "classifiers",
    metadata,
    Column("id", _AUTO, primary_key=True),
    Column("trained_at", UtcDateTime, nullable=False),
    #: closed events there were to learn from
    Column("cases", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

responsibilities = Table(
    "responsibilities",
    metadata,
    Column("id", _AUTO, primary_key=True),
    Column("category", String(32), nullable=False),
    Column("code", String(15), nullable=False),
    Column("unit", Text, nullable=False),
    Column("level", String(16), nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
)

#: 资源: registered things, one row each; times and revisions as in event_records
resources = Table(
    "resources",
    metadata,
    Column("resource_id", Text, primary_key=True),
    #: grows with every transaction that writes here
    Column("revision", BigInteger, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("lon", Float(53), nullable=False),
    Column("lat", Float(53), nullable=False),
    Column("code", String(15), nullable=False),
    Column("phone", Text, nullable=False),
    Column("capacity", BigInteger),
    Column("skills", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("stream_url", Text, nullable=False, server_default=""),
    Index(None, "revision"),
)

#: 设备台账; `is_known` is 0 for a device that was only ever heard of
devices = Table(
    "devices",
    metadata,
    Column("device_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("lon", Float(53)),
    Column("lat", Float(53)),
    Column("code", String(15), nullable=False),
    Column("address", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("interval_s", Float(53)),
    Column("limits", Text, nullable=False),
    Column("maintenance", Text, nullable=False),
    Column("is_known", Integer, nullable=False),
    Column("first_heard_at", UtcDateTime),
    Column("changed_at", UtcDateTime, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column("device_id", Text, primary_key=True),
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("quantity", Text, primary_key=True),
    Column("value", Float(53), nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Index(None, "at_ms"),
)

last_readings = Table(
    "last_readings",
    metadata,
    Column("device_id", Text, primary_key=True),
    Column("quantity", Text, primary_key=True),
    Column("value", Float(53), nullable=False),
    Column("unit", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

#: photos that people attach; the pictures themselves are files of the data directory, named by `photo_id`
attachments = Table(
    "attachments",
    metadata,
    Column("photo_id", String(32), primary_key=True),
    #: whoever's scope covers this may see it
    Column("code", String(15), primary_key=True),
    Column("account", String(32), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "account", "at"),
)

#: 通知: one row for each fact and channel; `sending` before the first byte goes out
notices = Table(
    "notices",
    metadata,
    Column("id", _AUTO, primary_key=True),
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
