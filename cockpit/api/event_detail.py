"""`GET events/{id}`: one event with its whole process, its clocks, and what the person who asks may do about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cockpit.api.items import event_item
from cockpit.api.wording import rule_text
from cockpit.catalogue import Texts
from cockpit.domain.act import Act
from cockpit.domain.event import Event
from cockpit.domain.event_clocks import clocks_of
from cockpit.domain.moves import MOVES, Move
from cockpit.domain.officer import Officer
from cockpit.domain.process import Entry, process_of
from cockpit.domain.refusal import Refusal
from cockpit.domain.role import Role
from cockpit.domain.rule_assignment import RULE
from cockpit.domain.rulings import find_refusal
from cockpit.domain.running_clock import RunningClock
from cockpit.domain.scope import Scope
from cockpit.domain.timing import Timing
from cockpit.situation.similar import find_duplicates
from cockpit.situation.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who asks. `may_act`: it is about now; `personal`: may see who reported it."""

    role: Role
    scope: Scope
    officer: Officer
    words: Texts
    may_act: bool
    personal: bool


def event_detail(situation: Situation, event: Event, now: datetime, reader: Reader) -> dict[str, Any]:
    """Everything about one event. Text stays text: whoever shows it escapes it."""
    report, docket, timing = event.report, event.docket, situation.timing
    merged = situation.links.merged_into(event.event_id)
    claim = docket.claim_at(now)
    detail = event_item(event, now, timing) | {
        "version": event.version,
        "description": report.description,
        "attachments": report.attachments,
        "extra": report.extra if reader.personal else {},
        "paused_s": event.paused_s,
        "paused_since": event.paused_since,
        "process": [_entry(entry, reader.words) for entry in process_of(event, now, timing)],
        "clocks": [_clock(clock, now, timing) for clock in clocks_of(event, timing)],
        "actions": [_action(event, move, now, timing, reader) for move in MOVES],
        "claim": {"by": claim.by, "since": claim.since, "mine": claim.account == reader.officer.account}
        if claim
        else None,
        "calls": [
            {"unit": c.unit, "called_at": c.called_at, "reported_in_at": c.reported_in_at, "ended_at": c.ended_at}
            for c in docket.calls
        ],
        "extensions": [
            {
                "asked_at": e.asked_at,
                "by": e.by,
                "note": e.note,
                "approvals": len(e.approved_by),
                "granted_at": e.granted_at,
                "refused_at": e.refused_at,
            }
            for e in docket.extensions
        ],
        "supervisions": [
            {"at": a.at, "by": a.by, "level": a.level, "degree": a.degree, "unit": a.unit, "note": a.note}
            for a in docket.supervisions
        ],
        "reminders": docket.reminders,
        "merged_into": docket.merged_into or None,
        "merged": merged,
        "parent": docket.parent or None,
        "children": situation.links.children_of(event.event_id),
        "reporters": 1 + len(merged),
        "similar": _similar(situation, event, reader) if event.is_open else [],
    }
    return detail | {"reporter": report.reporter} if reader.personal else detail


def _entry(entry: Entry, words: Texts) -> dict[str, Any]:
    item = entry.item
    line: dict[str, Any] = {
        "at": item.at,
        "kind": "act",
        "name": "",
        "stage": None,
        "by": item.by,
        "by_rule": False,
        "unit": item.unit,
        "level": item.level,
        "note": item.note,
        "attachments": item.attachments,
        "took_s": entry.took_s,
        "limit_s": entry.limit_s,
    }
    if isinstance(item, Act):
        return line | {"name": item.kind, "degree": item.degree, "other": item.other_id or None}
    if item.account == RULE.account:
        note = words.format("by_rule.note", entry=item.note)
        line |= {"by": words["by_rule.name"], "by_rule": True, "note": note}
    assignment = item.assignment
    line |= {"kind": "step", "name": item.stage, "stage": item.stage, "score": item.score}
    if assignment is not None:
        given = assignment.given
        line |= {
            "co_units": assignment.co_units,
            "limit": str(given.limit) if given else None,
            "condition": given.condition if given else None,
            "standard_version": given.version if given else None,
            "due_at": assignment.due_at,
        }
    if entry.refused_in is not None:
        reason = words.format("rule.told_in_wrong_stage", stage=words[f"stage.{entry.refused_in.value}"])
        line["refused"] = {"rule": "wrong_stage", "reason": reason}
    return line


def _clock(clock: RunningClock, now: datetime, timing: Timing) -> dict[str, Any]:
    at_risk_at = clock.at_risk_at(timing.calendar, timing.at_risk_share)
    overtime_at = clock.overtime_at(timing.calendar)
    seen_at = clock.ended_at or now
    late = overtime_at is not None and seen_at > overtime_at
    at_risk = at_risk_at is not None and seen_at >= at_risk_at
    return {
        "kind": clock.kind,
        "started_at": clock.started_at,
        "ended_at": clock.ended_at,
        "allowed_s": clock.allowed_s,
        "used_s": clock.used_s(now, timing.calendar),
        "office": clock.office,
        "at_risk_at": at_risk_at,
        "overtime_at": overtime_at,
        "state": _state_of(clock, late, at_risk),
    }


def _state_of(clock: RunningClock, late: bool, at_risk: bool) -> str:
    """A clock that ended was in time or late; one that runs has the colours of the map."""
    if clock.ended_at is not None:
        return "late" if late else "in_time"
    if clock.is_paused:
        return "paused"
    if late:
        return "overtime"
    return "at_risk" if at_risk else "running"


def _action(event: Event, move: Move, now: datetime, timing: Timing, reader: Reader) -> dict[str, Any]:
    if not reader.may_act:
        refusal: Refusal | None = Refusal("not_at_work", "this is the past")
    elif reader.role not in move.roles:
        refusal = Refusal("not_your_role", f"role {reader.role.value} may not {move.name.value}")
    else:
        refusal = find_refusal(move, event, reader.officer, now, timing)
    return {
        "name": move.name,
        "allowed": refusal is None,
        "rule": refusal.rule if refusal else None,
        "reason": rule_text(reader.words, refusal.rule, refusal.reason, event) if refusal else None,
        "needs": move.needs,
    }


def _similar(situation: Situation, event: Event, reader: Reader) -> list[dict[str, Any]]:
    return [
        {
            "event_id": found.event.event_id,
            "title": found.event.report.title,
            "reported_at": found.event.report.reported_at,
            "stage": found.event.stage,
            "distance_m": round(found.distance_m, 1),
        }
        for found in find_duplicates(situation, event)
        if reader.scope.covers(found.event.report.place.code)
    ]
