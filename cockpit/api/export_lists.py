"""可导出的清单: which lists can be taken away as a table, and how each field of their items is written."""

from collections.abc import Mapping

from cockpit.api.export_base import BASE
from cockpit.api.export_figures import FIGURES
from cockpit.api.export_parts import EVENT, WHERE, Column, ExportList, plain, times
from cockpit.api.export_response import RESPONSE
from cockpit.situation.indicators import Subject

_ALARM = (
    Column("alarm_id"), Column("kind", "word", "alarm_kind"), Column("state", "word", "alarm_state"),
    Column("severity", "word", "severity"), *plain("device_id", "message", "value", "unit"), *WHERE,
    *times("raised_at", "acknowledged_at", "cleared_at"),
    *plain("acknowledged_by", "assigned_to", "event_id"),
)  # fmt: skip

#: the columns of a list behind an indicator, by what it is a list of
OF_SUBJECT: Mapping[Subject, tuple[Column, ...]] = {
    Subject.EVENTS: EVENT,
    Subject.HANDOVERS: (
        *plain("event_id", "title"), Column("source", "word", "source"), Column("code", "code"),
        Column("from_level", "word", "level"), Column("to_level", "word", "level"), *times("at"),
        Column("stage", "word", "stage"), *plain("unit", "by", "note"),
    ),
    Subject.ALARMS: _ALARM,
    Subject.GRIDWORKERS: (
        *plain("subject_id", "name"), Column("grid_code", "code"), *plain("shift", "on_duty", "by"),
        *times("located_at"),
    ),
    Subject.GRIDS: (*plain("grid_code"), Column("code", "code"), *plain("on_duty", "present")),
    Subject.WALKED_GRIDS: (*plain("grid_code"), Column("code", "code"), *times("visited_at"), *plain("days")),
    Subject.RECORDS: (*plain("record_id", "kind", "name"), Column("code", "code"), *times("checked_at"),
                      Column("fresh_for_s")),
}  # fmt: skip

LISTS: Mapping[str, ExportList] = {
    "events": ExportList("events", EVENT),
    "records": ExportList("indicators/{indicator}/records", EVENT),
    "alarms": ExportList("alarms", _ALARM),
    "orders": ExportList(
        "orders",
        (
            Column("order_id"), Column("event_id"), Column("title"), Column("recipient.name"), Column("task"),
            Column("state", "word", "rung"), Column("place.code", "code"), Column("place.address"), Column("by"),
            *times("issued_at", "accept_by", "reminded_at", "escalated_at", "ended_at"),
        ),
    ),
    "findings": ExportList(
        "patrol/findings",
        (
            *plain("event_id", "title", "kind"), Column("confidence", "share"), *plain("camera_id", "model"),
            *WHERE, *times("found_at"),
        ),
    ),
    "devices": ExportList(
        "devices",
        (
            *plain("device_id", "name"), Column("kind", "word", "alarm_kind"), *plain("owner", "status"), *WHERE,
            *times("heard_at"), Column("open_alarms"),
        ),
    ),
    "notices": ExportList(
        "notices",
        (
            *plain("id", "channel", "kind", "event_id"), Column("code", "code"),
            *plain("title", "body", "state", "tries"), *times("created_at", "sent_at"), Column("error"),
        ),
    ),
    "on-duty": ExportList(
        "gridworkers/on-duty", (*plain("subject_id", "name"), Column("grid_code", "code"), *plain("shift", "by"))
    ),
    "unplaced": ExportList("gridworkers/unplaced", (*plain("subject_id", "name"), Column("grid_code", "code"))),
    "gridworkers": ExportList(
        "gridworkers", (*plain("subject_id", "kind"), Column("code", "code"), *plain("lon", "lat"), *times("at"))
    ),
    "resources": ExportList(
        "resources",
        (
            *plain("id", "kind_title", "name"), Column("code", "code"),
            *plain("lon", "lat", "phone", "capacity", "status"),
        ),
    ),
    "forecast": ExportList(
        "forecast/events",
        (
            *plain("event_id", "title"), Column("stage", "word", "stage"), Column("unit"), Column("code", "code"),
            Column("probability", "share"), Column("used", "share"), *times("due_at", "push_by"), Column("reason"),
        ),
    ),
    **FIGURES,
    **RESPONSE,
    **BASE,
}  # fmt: skip
