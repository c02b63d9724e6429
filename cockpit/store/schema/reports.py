"""The tables of reports, and of rules and alerts on figures. A change here needs a migration beside it."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, String, Table, Text, UniqueConstraint

from cockpit.store.database import UtcDateTime
from cockpit.store.schema.names import metadata

#: 报告: one row for each report that was asked for; its files lie in the data directory under its id
reports = Table(
    "reports",
    metadata,
    Column("id", String(32), primary_key=True),
    #: what makes a scheduled one the same whoever thinks of it; a random text for one that somebody asked for
    Column("key", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    #: `2026-11-21`, `2026-W47`, `2026-11`
    Column("name", String(16), nullable=False),
    #: a local day of it
    Column("day", String(10), nullable=False),
    Column("code", String(15), nullable=False),
    Column("lang", String(8), nullable=False),
    #: empty for the schedule
    Column("asked_by", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    #: names between commas; empty for those of every screen
    Column("indicators", Text, nullable=False, server_default=""),
    Column("state", String(16), nullable=False),
    Column("step", String(16), nullable=False),
    Column("tries", BigInteger, nullable=False),
    Column("holder", Text, nullable=False),
    Column("held_until", UtcDateTime, nullable=False),
    Column("as_of", UtcDateTime),
    Column("made_at", UtcDateTime),
    Column("pages", BigInteger, nullable=False),
    Column("error", Text, nullable=False),
    UniqueConstraint("key"),
    Index(None, "state", "asked_at"),
    Index(None, "asked_at"),
)

#: 数字预警: one row for each breach of a rule; the number makes it one however many processes look
figure_alerts = Table(
    "figure_alerts",
    metadata,
    Column("rule", String(60), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("indicator", String(64), nullable=False),
    Column("code", String(15), nullable=False),
    Column("source", String(32), nullable=False),
    Column("value", Float(53), nullable=False),
    Column("crossed", Float(53), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index(None, "since"),
)

#: 数字预警规则: rules that people made; what was deleted stays, so that it can be taken back and who did it is known
figure_rules = Table(
    "figure_rules",
    metadata,
    Column("id", String(32), primary_key=True),
    #: rises with every change: who changes says which one was read
    Column("version", BigInteger, nullable=False),
    Column("name", String(60), nullable=False),
    #: the name while the rule is there, so that no two have the same
    Column("held_name", String(60)),
    Column("indicator", String(64), nullable=False),
    Column("test", String(16), nullable=False),
    Column("limit", Float(53), nullable=False),
    Column("sigmas", Float(53), nullable=False),
    Column("weeks", BigInteger, nullable=False),
    Column("code", String(15), nullable=False),
    Column("source", String(32), nullable=False),
    Column("least", BigInteger, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("deleted_at", UtcDateTime),
    UniqueConstraint("held_name"),
)
