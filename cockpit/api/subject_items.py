"""The items of a list behind an indicator whose subject is no event: hand-over, alarm, gridworker, grid, record."""

from typing import Any

from cockpit.api.items import alarm_item
from cockpit.api.own import masked
from cockpit.domain.alarm import Alarm
from cockpit.domain.role import Role
from cockpit.services.subjects.force import GridLine, Worker
from cockpit.services.subjects.records import Record
from cockpit.services.subjects.walked import WalkedGrid
from cockpit.situation.handovers import Handover

#: who may read names in full
_NAMED = frozenset({Role.DUTY, Role.ADMIN})


def subject_item(record: Any, role: Role) -> dict[str, Any]:
    """One line. TypeError for what no list has."""
    match record:
        case Handover():
            return _handover_item(record)
        case Alarm():
            return alarm_item(record)
        case Worker():
            return _worker_item(record, role)
        case GridLine():
            return {"grid_code": record.code, "code": record.code, "on_duty": record.on_duty, "present": record.present}
        case WalkedGrid():
            return {"grid_code": record.code, "code": record.code, "visited_at": record.visited_at, "days": record.days}
        case Record():
            return {
                "record_id": record.record_id, "kind": record.kind, "name": record.name, "code": record.code,
                "checked_at": record.checked_at, "fresh_for_s": record.fresh_for_s,
                "fresh": record.fresh,
            }  # fmt: skip
    raise TypeError(type(record).__name__)


def _handover_item(move: Handover) -> dict[str, Any]:
    """An event's move between two levels: from, to, when, by whom."""
    report, step = move.event.report, move.step
    return {
        "event_id": report.event_id, "title": report.title, "source": report.source, "code": report.place.code,
        "from_level": move.from_level, "to_level": move.to_level, "at": step.at, "stage": step.stage,
        "unit": step.unit, "by": step.by, "note": step.note,
    }  # fmt: skip


def _worker_item(worker: Worker, role: Role) -> dict[str, Any]:
    entry = worker.entry
    return {
        "subject_id": entry.subject_id,
        "name": entry.name if role in _NAMED else masked(entry.name),
        "grid_code": entry.grid_code,
        "code": entry.grid_code,
        "shift": entry.shift,
        "on_duty": worker.on,
        "by": worker.by,
        "located_at": worker.located_at,
    }
