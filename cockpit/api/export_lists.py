"""可导出的清单: which lists can be taken away as a table, and how each field of their items is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cockpit.situation.indicators import Subject

#: how a field is written: as it is, a local time, a division's name, or the catalogue's word for it
Kind = Literal["plain", "time", "code", "word", "share"]


@dataclass(frozen=True, slots=True)
class Column:
    """`field` may lead inwards (`recipient.name`); its title is `exports.column.FIELD`, words are `PREFIX.VALUE`."""

    field: str
    kind: Kind = "plain"
    prefix: str = ""

    @property
    def title(self) -> str:
        return f"exports.column.{self.field.replace('.', '_')}"


@dataclass(frozen=True, slots=True)
class ExportList:
    """`path` of the list below `/api/v1/`; what stands in braces is a parameter of its own."""

    path: str
    columns: tuple[Column, ...]


def _plain(*fields: str) -> tuple[Column, ...]:
    return tuple(Column(field) for field in fields)


def _times(*fields: str) -> tuple[Column, ...]:
    return tuple(Column(field, "time") for field in fields)


_WHERE = (Column("code", "code"), *_plain("address", "lon", "lat"))
_EVENT = (
    Column("event_id"), Column("title"), Column("source", "word", "source"), *_plain("category", "category_text"),
    Column("severity", "word", "severity"), Column("colour", "word", "colour"), Column("stage", "word", "stage"),
    Column("level", "word", "level"), Column("unit"), *_WHERE,
    *_times("reported_at", "due_at", "overtime_at", "accepted_at", "assigned_at", "handled_at", "closed_at"),
)  # fmt: skip

_ALARM = (
    Column("alarm_id"), Column("kind", "word", "alarm_kind"), Column("state", "word", "alarm_state"),
    Column("severity", "word", "severity"), *_plain("device_id", "message", "value", "unit"), *_WHERE,
    *_times("raised_at", "acknowledged_at", "cleared_at"),
    *_plain("acknowledged_by", "assigned_to", "event_id"),
)  # fmt: skip

#: the columns of a list behind an indicator, by what it is a list of
OF_SUBJECT: Mapping[Subject, tuple[Column, ...]] = {
    Subject.EVENTS: _EVENT,
    Subject.HANDOVERS: (
        *_plain("event_id", "title"), Column("source", "word", "source"), Column("code", "code"),
        Column("from_level", "word", "level"), Column("to_level", "word", "level"), *_times("at"),
        Column("stage", "word", "stage"), *_plain("unit", "by", "note"),
    ),
    Subject.ALARMS: _ALARM,
    Subject.GRIDWORKERS: (
        *_plain("subject_id", "name"), Column("grid_code", "code"), *_plain("shift", "on_duty", "by"),
        *_times("located_at"),
    ),
    Subject.GRIDS: (*_plain("grid_code"), Column("code", "code"), *_plain("on_duty", "present")),
    Subject.WALKED_GRIDS: (*_plain("grid_code"), Column("code", "code"), *_times("visited_at"), *_plain("days")),
    Subject.RECORDS: (*_plain("record_id", "kind", "name"), Column("code", "code"), *_times("checked_at"),
                      Column("fresh_for_s")),
}  # fmt: skip

LISTS: Mapping[str, ExportList] = {
    "events": ExportList("events", _EVENT),
    "records": ExportList("indicators/{indicator}/records", _EVENT),
    "alarms": ExportList("alarms", _ALARM),
    "orders": ExportList(
        "orders",
        (
            Column("order_id"), Column("event_id"), Column("title"), Column("recipient.name"), Column("task"),
            Column("state", "word", "rung"), Column("place.code", "code"), Column("place.address"), Column("by"),
            *_times("issued_at", "accept_by", "reminded_at", "escalated_at", "ended_at"),
        ),
    ),
    "findings": ExportList(
        "patrol/findings",
        (
            *_plain("event_id", "title", "kind"), Column("confidence", "share"), *_plain("camera_id", "model"),
            *_WHERE, *_times("found_at"),
        ),
    ),
    "devices": ExportList(
        "devices",
        (
            *_plain("device_id", "name"), Column("kind", "word", "alarm_kind"), *_plain("owner", "status"), *_WHERE,
            *_times("heard_at"), Column("open_alarms"),
        ),
    ),
    "notices": ExportList(
        "notices",
        (
            *_plain("id", "channel", "kind", "event_id"), Column("code", "code"),
            *_plain("title", "body", "state", "tries"), *_times("created_at", "sent_at"), Column("error"),
        ),
    ),
    "on-duty": ExportList(
        "gridworkers/on-duty", (*_plain("subject_id", "name"), Column("grid_code", "code"), *_plain("shift", "by"))
    ),
    "unplaced": ExportList("gridworkers/unplaced", (*_plain("subject_id", "name"), Column("grid_code", "code"))),
    "gridworkers": ExportList(
        "gridworkers", (*_plain("subject_id", "kind"), Column("code", "code"), *_plain("lon", "lat"), *_times("at"))
    ),
    "resources": ExportList(
        "resources",
        (
            *_plain("id", "kind_title", "name"), Column("code", "code"),
            *_plain("lon", "lat", "phone", "capacity", "status"),
        ),
    ),
    "forecast": ExportList(
        "forecast/events",
        (
            *_plain("event_id", "title"), Column("stage", "word", "stage"), Column("unit"), Column("code", "code"),
            Column("probability", "share"), Column("used", "share"), *_times("due_at", "push_by"), Column("reason"),
        ),
    ),
}  # fmt: skip
