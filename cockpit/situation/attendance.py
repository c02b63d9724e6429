"""在岗: folds marks of attendance, and decides whether one may be made."""

from collections.abc import Iterable
from datetime import datetime

from cockpit.domain.attendance import HOLDS_FOR, Attendance, marked_at
from cockpit.domain.commands import MarkAttendance
from cockpit.domain.facts import AttendanceMarked, Fact
from cockpit.domain.refusal import ForbiddenError
from cockpit.situation.outcome import outcome_id
from cockpit.situation.situation import Changed, Situation


def attendance_marked(situation: Situation, fact: AttendanceMarked) -> Iterable[Changed]:
    """Fold the fact: the newest word holds. One that comes twice is the same word."""
    known = situation.attendance.get(fact.subject_id)
    if known is not None and known.at > fact.at:
        return
    told = Attendance(subject_id=fact.subject_id, on_duty=fact.on_duty, at=fact.at, by=fact.by, code=fact.code)
    if told != known:
        situation.attendance[fact.subject_id] = told
        yield Changed("attendance", fact.subject_id)


def drop_old_marks(situation: Situation, start: datetime) -> None:
    """At midnight: marks that nobody relies on any more leave the fold."""
    for subject_id in [k for k, mark in situation.attendance.items() if mark.at < start - HOLDS_FOR]:
        del situation.attendance[subject_id]


def mark_attendance(situation: Situation, command: MarkAttendance) -> list[Fact]:
    """上岗 or 下岗; what holds already is refused by that name, so that a phone knows that it is done."""
    known = situation.attendance.get(command.subject_id)
    if known is not None and known.on_duty is command.on_duty and known.holds(command.at):
        raise ForbiddenError("attendance_is_the_same", f"{command.subject_id} is so already since {known.at}")
    return [
        AttendanceMarked(
            fact_id=outcome_id(command),
            at=marked_at(command.said_at, command.at, after=known.at if known else None),
            received_at=command.at,
            subject_id=command.subject_id,
            on_duty=command.on_duty,
            code=command.code,
            by=command.by,
            said_at=command.said_at,
            lon=command.lon,
            lat=command.lat,
            command_id=command.command_id,
        )
    ]
