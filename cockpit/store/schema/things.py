"""The tables of what is registered: resources, devices and what these measure, photos."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table, Text

from cockpit.store.database import UtcDateTime
from cockpit.store.schema.names import metadata

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
    #: when it came into the registry; empty for rows of a time before that was kept
    Column("added_at", UtcDateTime),
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
