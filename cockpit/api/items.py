"""Events, alarms and movers as items of answers. Text stays text: whoever shows it escapes it."""

from datetime import UTC, datetime
from typing import Any

from cockpit.domain.alarm import Alarm, AlarmActKind
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
    """An alarm in a list."""
    acknowledged = alarm.find_act(AlarmActKind.ACKNOWLEDGED)
    return {
        "alarm_id": alarm.alarm_id,
        "device_id": alarm.device_id,
        "kind": alarm.kind,
        "rule": alarm.rule,
        "state": alarm.state,
        "severity": alarm.severity,
        **_place(alarm.place),
        "value": alarm.value,
        "unit": alarm.unit,
        "message": alarm.message,
        "raised_at": alarm.raised_at,
        "cleared_at": alarm.cleared_at,
        "told_at": alarm.told_at,
        "ended_at": alarm.ended_at,
        "acknowledged_at": acknowledged.at if acknowledged else None,
        "acknowledged_by": acknowledged.by if acknowledged else "",
        "assigned_to": alarm.unit_assigned,
        "event_id": alarm.event_id,
        "group_id": alarm.group_id,
    }


def alarm_detail(alarm: Alarm) -> dict[str, Any]:
    """An alarm with everything that was said and done, in the order in which it became known."""
    told = [
        {
            "what": "told_raised" if t.is_raised else "told_cleared", "at": t.at, "known_at": t.received_at,
            "severity": t.severity, "value": t.value, "note": t.message, "by": "", "unit": "", "event_id": "",
        }
        for t in alarm.tellings
    ]  # fmt: skip
    acts = [
        {
            "what": a.kind, "at": a.at, "known_at": a.at, "severity": None, "value": None, "note": a.note, "by": a.by,
            "unit": a.unit, "event_id": a.report.event_id if a.report else "",
        }
        for a in alarm.acts
    ]  # fmt: skip
    return {**alarm_item(alarm), "history": sorted([*told, *acts], key=lambda line: (line["known_at"], line["at"]))}


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
