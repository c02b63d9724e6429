"""Events, alarms and movers as items of answers. Text stays text: whoever shows it escapes it."""

from datetime import UTC, datetime
from typing import Any

from cockpit.domain.alarm import Alarm
from cockpit.domain.event import Event, Place
from cockpit.domain.overtime import colour_of, is_late, turning_points
from cockpit.domain.timing import Timing
from cockpit.situation.movers import Movers


def event_item(event: Event, now: datetime, timing: Timing) -> dict[str, Any]:
    """An event in a list. Who reported it is only in the detail."""
    report = event.report
    turning = turning_points(event, timing)
    return {
        "event_id": event.event_id,
        "source": report.source,
        "category": report.category,
        "category_text": report.category_text,
        "title": report.title,
        "severity": report.severity,
        **_place(report.place),
        "stage": event.stage,
        "level": event.level,
        "unit": event.unit,
        "colour": None if event.is_dismissed else colour_of(event, now, timing),
        "late": is_late(event, timing),
        "reported_at": report.reported_at,
        "due_at": report.due_at,
        "at_risk_at": turning.at_risk_at,
        "overtime_at": turning.overtime_at,
        "accepted_at": event.accepted_at,
        "assigned_at": event.assigned_at,
        "handled_at": event.handled_at,
        "closed_at": event.closed_at,
    }


def alarm_item(alarm: Alarm) -> dict[str, Any]:
    return {
        "alarm_id": alarm.alarm_id,
        "device_id": alarm.device_id,
        "kind": alarm.kind,
        "state": alarm.state,
        "severity": alarm.severity,
        **_place(alarm.place),
        "value": alarm.value,
        "unit": alarm.unit,
        "message": alarm.message,
        "raised_at": alarm.raised_at,
        "cleared_at": alarm.cleared_at,
    }


def mover_item(movers: Movers, row: int, now: datetime) -> dict[str, Any]:
    r = movers.rows[row]
    at = datetime.fromtimestamp(int(r["at_ms"]) / 1000, UTC)
    return {
        "subject_id": movers.subjects[row],
        "kind": movers.kinds[int(r["kind"])],
        "lon": float(r["lon"]),
        "lat": float(r["lat"]),
        "code": str(int(r["code"])),
        "at": at,
        "age_s": max(0.0, (now - at).total_seconds()),
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "lon": place.lon,
        "lat": place.lat,
        "code": place.code,
        "address": place.address,
        "flags": place.flags,
    }
