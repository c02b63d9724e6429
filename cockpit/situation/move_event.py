"""流转: what a move about an event leads to: one step, one act, or a refusal."""

from collections.abc import Callable
from datetime import datetime, timedelta

from cockpit.domain.act import Act
from cockpit.domain.assignment import Assignment
from cockpit.domain.commands import MoveEvent
from cockpit.domain.event import Event, Step
from cockpit.domain.facts import EventActed, Fact, StageEntered
from cockpit.domain.level import Level
from cockpit.domain.moves import BY_NAME, Move, MoveName
from cockpit.domain.officer import Officer
from cockpit.domain.refusal import ForbiddenError
from cockpit.domain.rulings import find_refusal
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Stage
from cockpit.situation.joining import check_children, check_merge, check_parent
from cockpit.situation.outcome import is_decided, turn_id
from cockpit.situation.situation import Situation

#: a source's clock may run ahead of ours: what is done here comes after what is known
_AFTER = timedelta(milliseconds=1)
_MISSING = {
    "note": ("reason_needed", "say why"),
    "unit": ("unit_needed", "name the unit"),
    "into": ("into_needed", "name the event to merge into"),
}


def move_event(situation: Situation, command: MoveEvent) -> list[Fact]:
    """The fact of a legal move; none if it was made already. Raises ForbiddenError."""
    event = situation.events.get(command.event_id)
    if event is None or not Scope(command.scope).covers(event.report.place.code):
        raise ForbiddenError("unknown_event", f"no event {command.event_id} is at work in scope {command.scope}")
    if is_decided(event, command):
        return []
    _check(situation, event, command)
    move = BY_NAME[command.move]
    at = max(command.at, event.last_at + _AFTER)
    if move.enters is not None:
        return [_entered(event, command, move.enters, at)]
    return [_acted(event, command, move, at)]


def _check(situation: Situation, event: Event, command: MoveEvent) -> None:
    """Raises ForbiddenError with the first rule that is broken."""
    move = BY_NAME[command.move]
    if command.expected_version is not None and command.expected_version != event.version:
        raise ForbiddenError(
            "changed_meanwhile", f"you saw version {command.expected_version}, it is {event.version} now"
        )
    officer = Officer(name=command.by, account=command.account, level=command.officer_level)
    refusal = find_refusal(move, event, officer, command.at, situation.timing)
    if refusal is not None:
        raise ForbiddenError(*refusal)
    for name in move.needs:
        if not getattr(command, name):
            raise ForbiddenError(*_MISSING[name])
    special = _SPECIAL.get(command.move)
    if special is not None:
        special(situation, event, command)


def _entered(event: Event, command: MoveEvent, stage: Stage, at: datetime) -> StageEntered:
    fact_id = turn_id(event)
    step = Step(
        stage=stage,
        at=at,
        unit=command.unit,
        by=command.by,
        level=_level_after(event, command),
        note=command.note,
        fact_id=fact_id,
        assignment=_assignment_of(command) if stage is Stage.ASSIGNED else None,
        attachments=command.attachments,
        score=command.score if stage is Stage.EVALUATED else None,
        account=command.account,
        command_id=command.command_id,
    )
    return StageEntered(fact_id=fact_id, at=at, received_at=command.at, event_id=event.event_id, step=step)


def _assignment_of(command: MoveEvent) -> Assignment:
    # a unit is not its own co-handler, and nobody is called twice
    co_units = tuple(unit for unit in dict.fromkeys(command.co_units) if unit and unit != command.unit)
    return Assignment(co_units=co_units, given=command.given, due_at=command.due_at)


def _level_after(event: Event, command: MoveEvent) -> Level:
    match command.move:
        case MoveName.ESCALATE:
            return command.level or event.level.find_above() or event.level
        case MoveName.HAND_DOWN:
            return command.level or event.level.find_below() or event.level
        case MoveName.ASSIGN:
            return command.level or event.level
        case _:
            return event.level


def _acted(event: Event, command: MoveEvent, move: Move, at: datetime) -> EventActed:
    if move.does is None:
        raise AssertionError(f"{move.name} neither enters a stage nor does an act")
    fact_id = turn_id(event)
    pending = event.docket.pending
    act = Act(
        kind=move.does,
        at=at,
        by=command.by,
        account=command.account,
        level=command.officer_level if command.officer_level.depth > event.level.depth else event.level,
        unit=_called_unit(event, command) if move.name is MoveName.REPORT_IN else command.unit,
        note=command.note,
        attachments=command.attachments,
        degree=command.degree if move.name is MoveName.SUPERVISE else None,
        other_id=command.into if move.name is MoveName.MERGE else command.parent,
        is_final=move.name is MoveName.APPROVE_EXTENSION
        and (event.level.find_above() is None or (pending is not None and bool(pending.approved_by))),
        command_id=command.command_id,
        fact_id=fact_id,
    )
    return EventActed(fact_id=fact_id, at=at, received_at=command.at, event_id=event.event_id, act=act)


def _called_unit(event: Event, command: MoveEvent) -> str:
    """The unit that reports in; it need not be named if only one is waited for."""
    waiting = [call.unit for call in event.docket.calls if call.ended_at is None]
    return command.unit or (waiting[0] if len(waiting) == 1 else "")


# -- what a request itself may get wrong -------------------------------------------------------------------------


def _assign(_situation: Situation, event: Event, command: MoveEvent) -> None:
    if command.level is not None and command.level.depth < event.level.depth:
        raise ForbiddenError("above_its_level", f"the event lies with the {event.level}: escalate it first")
    if command.due_at is not None and command.due_at <= command.at:
        raise ForbiddenError("deadline_is_past", "the deadline lies before the assignment")


def _escalate(_situation: Situation, event: Event, command: MoveEvent) -> None:
    if command.level is not None and command.level.depth >= event.level.depth:
        raise ForbiddenError("not_above", f"the {command.level} does not lie above the {event.level}")


def _hand_down(_situation: Situation, event: Event, command: MoveEvent) -> None:
    if command.level is not None and command.level.depth <= event.level.depth:
        raise ForbiddenError("not_below", f"the {command.level} does not lie below the {event.level}")


def _call(_situation: Situation, event: Event, command: MoveEvent) -> None:
    # a unit that was called and never came may be called again
    if any(c.unit == command.unit and (c.ended_at is None or c.reported_in_at) for c in event.docket.calls):
        raise ForbiddenError("called_already", f"{command.unit} is called already")


def _report_in(_situation: Situation, event: Event, command: MoveEvent) -> None:
    waiting = [call.unit for call in event.docket.calls if call.ended_at is None]
    if not _called_unit(event, command):
        raise ForbiddenError("unit_needed", f"several units are called, say which one reports in: {', '.join(waiting)}")
    if _called_unit(event, command) not in waiting:
        raise ForbiddenError("unit_is_not_called", f"{command.unit} is not called, or has reported in")


_SPECIAL: dict[MoveName, Callable[[Situation, Event, MoveEvent], None]] = {
    MoveName.ASSIGN: _assign,
    MoveName.ESCALATE: _escalate,
    MoveName.HAND_DOWN: _hand_down,
    MoveName.CALL: _call,
    MoveName.REPORT_IN: _report_in,
    MoveName.MERGE: check_merge,
    MoveName.PARENT: check_parent,
    MoveName.CLOSE: check_children,
}
