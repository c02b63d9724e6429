"""决定: what a command leads to in the situation as it is. Pure; a refusal is a fact too."""

from collections.abc import Callable
from typing import Any

from cockpit.domain.commands import Command, SetCalendarDay, SwitchMode
from cockpit.domain.facts import CalendarDaySet, CommandRefused, Fact, ModeChanged
from cockpit.domain.mode import Mode
from cockpit.domain.scope import Scope
from cockpit.situation.situation import Situation
from cockpit.situation.view import mode_of


class ForbiddenError(ValueError):
    """A rule forbids the command; `rule` is its name, the message says why."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule


def outcome_id(command: Command) -> str:
    """The id of the fact that ends a command, whatever its outcome: a dispatcher that decides again after a crash
    may judge otherwise, and the log then keeps only the first word."""
    return f"command:{command.command_id}"


def decide(situation: Situation, command: Command) -> list[Fact]:
    """The facts that `command` leads to; exactly one CommandRefused if a rule forbids it."""
    try:
        return _DECIDE[type(command)](situation, command)
    except ForbiddenError as forbidden:
        return [
            CommandRefused(
                fact_id=outcome_id(command),
                at=command.at,
                received_at=command.at,
                command_id=command.command_id,
                rule=forbidden.rule,
                reason=str(forbidden),
            )
        ]


def _switch_mode(situation: Situation, command: SwitchMode) -> list[Fact]:
    scope = Scope(command.scope)
    state = mode_of(situation, scope)
    mode = state.mode if state else Mode.PEACETIME
    if command.mode is Mode.WARTIME:
        if command.event_id is None:
            raise ForbiddenError("wartime_needs_event", "wartime is switched on around an event: event_id is missing")
        event = situation.events.get(command.event_id)
        if event is None or not scope.covers(event.report.place.code):
            raise ForbiddenError("unknown_event", f"no open event {command.event_id} in scope {command.scope}")
        if not event.is_open:
            raise ForbiddenError("event_is_finished", f"event {command.event_id} is {event.stage.value}")
    if mode is command.mode and (state.event_id if state else None) == command.event_id:
        raise ForbiddenError("mode_is_the_same", f"scope {command.scope} is in {mode.value} already")
    return [
        ModeChanged(
            fact_id=outcome_id(command),
            at=command.at,
            received_at=command.at,
            scope=command.scope,
            mode=command.mode,
            event_id=command.event_id if command.mode is Mode.WARTIME else None,
            by=command.by,
            command_id=command.command_id,
        )
    ]


def _set_calendar_day(situation: Situation, command: SetCalendarDay) -> list[Fact]:
    if not Scope(command.scope).covers(situation.rules.city_code):
        raise ForbiddenError("calendar_is_the_citys", "the working calendar holds for the whole city")
    today = command.at.astimezone(situation.rules.zone()).date()
    if command.day < today:
        raise ForbiddenError("calendar_day_is_past", f"{command.day} is over: limits that ran then stay as counted")
    known = situation.calendar_days.get(command.day)
    if known is not None and known.is_workday is command.is_workday and known.note == command.note:
        raise ForbiddenError("calendar_day_is_the_same", f"{command.day} is set so already")
    return [
        CalendarDaySet(
            fact_id=outcome_id(command),
            at=command.at,
            received_at=command.at,
            day=command.day,
            is_workday=command.is_workday,
            note=command.note,
            by=command.by,
            command_id=command.command_id,
        )
    ]


_DECIDE: dict[type[Command], Callable[[Situation, Any], list[Fact]]] = {
    SwitchMode: _switch_mode,
    SetCalendarDay: _set_calendar_day,
}
